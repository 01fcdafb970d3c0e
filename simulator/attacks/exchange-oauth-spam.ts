// The malicious application of September 2022 as Microsoft reported it (22 September 2022): stuffing on administrators without a second factor, an application over Exchange, a connector and rules that strip headers, and both taken away. Started by run.ts.
import type { Attack } from './attack.ts';

export const exchangeOauthSpam: Attack = {
  id: 'exchange-oauth-spam',
  title: 'An application that opens Exchange Online for spam',
  summary:
    'A Global Administrator’s password is stuffed at a command line; an own application gets power over Exchange, opens a connector, strips headers, and tidies up at night.',
  victim: 'globalAdmin',
  userAgent: 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682',
  browser: '',
  system: 'Windows10',
  network: { asn: 64511, place: 'boston', hosts: [140, 159] },
  steps: [
    { at: 0, do: 'fail', who: 'administrators', error: 50126, times: 4, every: 20, app: 'directoryShell' },
    { at: 90, do: 'sign-in', app: 'directoryShell', resource: 'graph' },
    { at: 150, do: 'app', name: 'Mail Flow Helper', scope: 'User.Read' },
    { at: 240, do: 'empower' },
    { at: 900, do: 'connector', prefix: 'Ran_', by: 'app' },
    {
      at: 960,
      do: 'transport-rules',
      by: 'app',
      // Which headers is recollected; that there was a rule for each is published.
      headers: [
        'X-MS-Exchange-ExternalOriginalInternetSender',
        'X-MS-Exchange-SkipListedInternetSender',
        'Received-SPF',
        'Received',
        'ARC-Authentication-Results',
        'ARC-Message-Signature',
        'DKIM-Signature',
        'ARC-Seal',
        'X-MS-Exchange-SenderADCheck',
        'X-MS-Exchange-Authentication-Results',
        'Authentication-Results',
        'X-MS-Exchange-AntiSpam-MessageData-ChunkCount',
      ],
    },
    { at: 36_000, do: 'clear-mail-flow', by: 'app' },
  ],
};
