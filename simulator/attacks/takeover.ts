// A takeover without any published mark: what all of them share. A worn-out second factor, a session from elsewhere, an own method, hidden and forwarded mail, a risky consent. Started by run.ts.
import type { Attack } from './attack.ts';

export const takeover: Attack = {
  id: 'takeover',
  title: 'Account takeover without a published mark',
  summary:
    'The finance director is asked for the second factor until the phone says yes; then a method, a rule without a name, forwarding to the outside and an application.',
  victim: 'finance',
  userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0',
  browser: 'Firefox 128.0',
  system: 'MacOs',
  network: { asn: 64511, place: 'warsaw', hosts: [100, 119] },
  steps: [
    { at: 0, do: 'fail', who: 'victim', error: 500121, times: 8, every: 40 },
    { at: 340, do: 'sign-in', app: 'officeHome', resource: 'officeHome', manner: { factor: 'Mobile app notification' } },
    { at: 400, do: 'register', method: 'phone' },
    { at: 460, do: 'mail-read', items: 140 },
    {
      at: 520,
      do: 'inbox-rule',
      name: '.',
      parameters: { SubjectOrBodyContainsWords: 'invoice;phishing;password', MoveToFolder: 'RSS Feeds', MarkAsRead: 'True' },
    },
    { at: 580, do: 'forward', to: 'archive@relay.example.net' },
    {
      at: 660,
      do: 'app',
      name: 'Calendar Helper',
      scope: 'offline_access openid profile User.Read Mail.Read Files.Read.All',
    },
  ],
};
