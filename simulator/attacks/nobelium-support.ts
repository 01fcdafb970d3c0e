// The attacks through support and service providers of 2021 as Microsoft reported them (25 June and 25 October): a spray, an administrator's account, then contacts, partners, federation and policies. Started by run.ts.
import type { Attack } from './attack.ts';

export const nobeliumSupport: Attack = {
  id: 'nobelium-support',
  title: 'Entry through an administrator, as through service providers in 2021',
  summary:
    'A Global Administrator’s password is sprayed; the thief has Microsoft’s warnings sent elsewhere, lets a provider in, federates a domain and switches policies off.',
  victim: 'globalAdmin',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0',
  browser: 'Firefox 115.0',
  system: 'Windows10',
  network: { asn: 200019, place: 'warsaw', hosts: [160, 199] },
  steps: [
    { at: 0, do: 'fail', who: 'bystanders', error: 50126, times: 9, every: 60 },
    { at: 240, do: 'fail', who: 'victim', error: 50126, times: 2, every: 60 },
    { at: 420, do: 'fail', who: 'retired', error: 50057, times: 5, every: 20 },
    { at: 600, do: 'sign-in', app: 'officeHome', resource: 'officeHome' },
    { at: 640, do: 'sign-in', app: 'officeHome', resource: 'graph' },
    { at: 680, do: 'credential' },
    { at: 700, do: 'weaken', what: 'contacts' },
    { at: 760, do: 'weaken', what: 'provider' },
    { at: 820, do: 'weaken', what: 'federation' },
    { at: 880, do: 'weaken', what: 'access-policies' },
    { at: 900, do: 'weaken', what: 'security-defaults' },
  ],
};

export const nobeliumAgent: Attack = {
  id: 'nobelium-agent',
  title: 'Entry through an agent of Microsoft’s support',
  summary:
    'Somebody with a support agent’s rights signs in, of which nobody here knows a case, and leaves a key at an application that was there before.',
  victim: 'globalAdmin',
  userAgent: nobeliumSupport.userAgent,
  browser: nobeliumSupport.browser,
  system: nobeliumSupport.system,
  network: { asn: 64511, place: 'warsaw', hosts: [160, 199] },
  steps: [
    { at: 0, do: 'outsider', access: 'microsoftSupport', app: 'officeHome' },
    { at: 120, do: 'credential', by: 'microsoftSupport' },
  ],
};
