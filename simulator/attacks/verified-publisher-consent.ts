// The consent phishing of December 2022 as Microsoft and Proofpoint reported it (31 January 2023): an application whose publisher had been verified by fraud is let in by several people, and reads with what it got. Started by run.ts.
import type { Attack, ForeignApp } from './attack.ts';

/** One of the three published ids; which of them bore which name is not known. */
const singleSignOn: ForeignApp = {
  id: '599fc26c-5a11-432e-a1b1-f441314ab378',
  name: 'Single Sign-on (SSO)',
  publisher: 'Northbridge Consulting Ltd',
  replyUrl: 'https://sso.relay.example.net/callback',
};

export const verifiedPublisherConsent: Attack = {
  id: 'verified-publisher-consent',
  title: 'Consent phishing with a verified publisher',
  summary:
    'Three people let “Single Sign-on (SSO)” into mail, settings and calendar; it reads the finance director’s mail by itself from then on.',
  victim: 'finance',
  userAgent: 'python-requests/2.28.1',
  browser: '',
  system: '',
  network: { asn: 64511, place: 'london', hosts: [120, 139] },
  steps: [
    {
      at: 0,
      do: 'consent',
      who: 'people',
      others: 2,
      app: singleSignOn,
      scope: 'offline_access openid profile User.Read Mail.Read MailboxSettings.ReadWrite Calendars.Read OnlineMeetings.Read',
    },
    { at: 2400, do: 'app-reads', app: singleSignOn, items: 240 },
    { at: 6000, do: 'app-reads', app: singleSignOn, items: 90 },
  ],
};
