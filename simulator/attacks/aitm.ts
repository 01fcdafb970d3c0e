// A kit in the middle as reported of Tycoon2FA and of Storm-2755's salary thefts: the session that a browser began at OfficeHome goes on in a program. Started by run.ts.
import type { Attack, ForeignApp } from './attack.ts';

/** A real product that thieves like; its id stands in several public lists. */
const mailBackup: ForeignApp = {
  id: '2ef68ccc-8a4d-42ff-ae88-2d7bb89ad139',
  name: 'Mail_Backup',
  publisher: null,
  replyUrl: 'https://localhost/callback',
};
const program = { silent: true, userAgent: 'axios/1.7.9', token: 'refreshToken' } as const;

export const aitm: Attack = {
  id: 'aitm',
  title: 'A phishing kit in the middle, then redirected salaries',
  summary:
    'The second factor is passed on a relayed page; the stolen session goes on in a program, registers a method, hides mail about salaries and lets a copying program in.',
  victim: 'finance',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  browser: 'Chrome 140.0.0',
  system: 'Windows10',
  network: { asn: 64511, place: 'chisinau', hosts: [80, 99] },
  steps: [
    { at: 0, do: 'sign-in', app: 'officeHome', resource: 'officeHome', manner: { factor: 'Mobile app notification' } },
    { at: 60, do: 'sign-in', app: 'officeHome', resource: 'officeHome', manner: program },
    { at: 180, do: 'register', method: 'authenticator' },
    {
      at: 400,
      do: 'inbox-rule',
      name: '.',
      parameters: { SubjectOrBodyContainsWords: 'direct deposit;bank;payroll', DeleteMessage: 'True', StopProcessingRules: 'True' },
    },
    { at: 900, do: 'consent', who: 'thief', others: 0, app: mailBackup, scope: 'offline_access User.Read Mail.ReadWrite' },
    { at: 1860, do: 'sign-in', app: 'officeHome', resource: 'officeHome', manner: program },
    { at: 3660, do: 'sign-in', app: 'officeHome', resource: 'officeHome', manner: program },
  ],
};
