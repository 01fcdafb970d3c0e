// The Azure account takeover of November 2023 to February 2024 as reported by Proofpoint on 12 February 2024 (user agent, OfficeHome, follow-on applications, own methods, hosting providers). Started by run.ts.
import type { Attack, Step } from './attack.ts';

const entry: readonly Step[] = [
  { at: 0, do: 'fail', who: 'bystanders', error: 50126, times: 6, every: 2 },
  { at: 4, do: 'fail', who: 'victim', error: 50126, times: 7, every: 2 },
  { at: 20, do: 'sign-in', app: 'officeHome', resource: 'officeHome' },
  { at: 24, do: 'sign-in', app: 'shell', resource: 'graph' },
  { at: 28, do: 'sign-in', app: 'exchange', resource: 'exchange' },
  { at: 34, do: 'sign-in', app: 'mySignins', resource: 'myProfile' },
  { at: 40, do: 'register', method: 'authenticator' },
  { at: 46, do: 'register', method: 'phone' },
];
const afterwards: readonly Step[] = [
  { at: 60, do: 'mail-read', items: 180 },
  {
    at: 75,
    do: 'inbox-rule',
    name: '.',
    parameters: {
      SubjectOrBodyContainsWords: 'invoice;payment;phishing',
      MoveToFolder: 'RSS Feeds',
      MarkAsRead: 'True',
      StopProcessingRules: 'True',
    },
  },
  {
    at: 90,
    do: 'app',
    name: 'Mail Backup Assistant',
    scope: 'offline_access openid profile User.Read Mail.Read MailboxSettings.ReadWrite',
  },
  { at: 110, do: 'connector', prefix: 'Ran_' },
  {
    at: 120,
    do: 'transport-rules',
    headers: [
      'X-MS-Exchange-ExternalOriginalInternetSender',
      'Received-SPF',
      'ARC-Authentication-Results',
      'DKIM-Signature',
      'Authentication-Results',
    ],
  },
  { at: 150, do: 'sign-in', app: 'officeHome', resource: 'officeHome' },
  { at: 210, do: 'sign-in', app: 'exchange', resource: 'exchange' },
  { at: 300, do: 'sign-in', app: 'officeHome', resource: 'officeHome' },
];
const shared = {
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  browser: 'Chrome 120.0.0',
  system: 'Linux',
  network: { asn: 200019, place: 'chisinau', hosts: [200, 239] },
  steps: [...entry, ...afterwards],
} as const;

export const azureAto: Attack = {
  ...shared,
  id: 'azure-ato',
  title: 'Azure account takeover',
  summary:
    'A finance director’s password is guessed; the attacker enters OfficeHome, registers own methods, hides mail and brings an application.',
  victim: 'finance',
};

export const azureAtoMailAdmin: Attack = {
  ...shared,
  id: 'azure-ato-mail-admin',
  title: 'Azure account takeover of a mail administrator',
  summary: 'The same takeover of an Exchange administrator: it ends with an inbound connector and transport rules that strip headers.',
  victim: 'mailAdmin',
};

export const azureAtoExfiltration: Attack = {
  ...shared,
  id: 'azure-ato-exfiltration',
  title: 'Azure account takeover that takes files and sends mail',
  summary: 'The same takeover; then many files are downloaded and many messages sent from the victim’s mailbox.',
  victim: 'finance',
  steps: [...shared.steps, { at: 400, do: 'download', times: 60, every: 5 }, { at: 800, do: 'send', times: 60, every: 5 }],
};
