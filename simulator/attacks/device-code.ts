// Device-code phishing since February 2025 (Storm-2372, EvilTokens): the typed code lets the broker in, a device is registered, its primary token reads on. Started by run.ts.
import type { Attack } from './attack.ts';

export const deviceCode: Attack = {
  id: 'device-code',
  title: 'Device-code phishing through the authentication broker',
  summary:
    'The finance director types a code from a chat; the broker gets into Graph, a computer is registered, and its primary token reads mail and hides the warnings.',
  victim: 'finance',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  browser: 'Chrome 141.0.0',
  system: 'Windows10',
  network: { asn: 400940, place: 'amsterdam', hosts: [60, 79] },
  steps: [
    { at: 0, do: 'sign-in', app: 'broker', resource: 'graph', manner: { protocol: 'deviceCode', factor: 'Mobile app notification' } },
    {
      at: 30,
      do: 'sign-in',
      app: 'broker',
      resource: 'deviceRegistration',
      manner: { silent: true, transfer: 'deviceCodeFlow', token: 'refreshToken' },
    },
    { at: 60, do: 'device', name: 'DESKTOP-7Q2KD8L', userAgent: 'Dsreg/10.0 (Windows 10.0.19045.2006)' },
    {
      at: 120,
      do: 'sign-in',
      app: 'office',
      resource: 'exchange',
      manner: { silent: true, transfer: 'deviceCodeFlow', token: 'primaryRefreshToken' },
    },
    { at: 240, do: 'mail-read', items: 320 },
    {
      at: 300,
      do: 'inbox-rule',
      name: '..',
      parameters: { SubjectOrBodyContainsWords: 'phishing;hack;unusual sign-in', DeleteMessage: 'True', StopProcessingRules: 'True' },
    },
    {
      at: 1800,
      do: 'sign-in',
      app: 'office',
      resource: 'graph',
      manner: { silent: true, transfer: 'deviceCodeFlow', token: 'primaryRefreshToken' },
    },
  ],
};
