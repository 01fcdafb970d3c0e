import { describe, expect, it } from 'vitest';
import { incidentCard } from '../../src/alert/card.ts';
import { fittedCard } from '../../src/alert/fit.ts';
import { incidentView } from '../../src/alert/view.ts';
import { textsOf, visibleWords, wordsMost } from '../../src/alert/words.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { takeover } from '../contain/setup.ts';

const live = { live: true };
const page = { target: { kind: 'console' } } as const;

describe('the sentences of a card', () => {
  const textsFor = (more: Partial<Incident>) => textsOf(incidentCard(incidentView({ incident: takeover(more), policy: live }), page));

  it('end with their quotes closed', () => {
    const last = 'A method was registered after a sign-in from a country in which this person was never seen before';
    const texts = textsFor({ summary: `2 findings in 12 minutes: first “Sign-in to OfficeHome”, last “${last}”.` });
    expect(texts).toContain(
      '2 findings in 12 minutes: first “Sign-in to OfficeHome”, last “A method was registered after a sign-in from a country in which this …”',
    );
  });

  it('are cut after a part, so that what decides is read whole', () => {
    const why =
      'User registered Authenticator App with Notification and Code: sign-ins of this tenant cannot be read, so nothing tells yet whether the user did it.';
    expect(textsFor({ why: [why] })).toContain(
      '**Why:** User registered Authenticator App with Notification and Code: sign-ins of this tenant cannot be read, …',
    );
  });

  it('do not repeat the headline', () => {
    expect(textsFor({ title: 'Phone registered: Marta Ferrer', summary: 'Phone registered.' })).not.toContain('Phone registered.');
  });
});

describe('the timeline of a card', () => {
  it('counts the same finding within an hour on one line', () => {
    const rule = { text: 'A mail flow rule removes headers', severity: 'high', finding: 'f' } as const;
    const minutes = ['02:31', '02:32', '02:33', '04:10'];
    const timeline = minutes.map((minute) => ({ ...rule, time: `2026-03-02T${minute}:00.000Z` }));
    const texts = textsOf(incidentCard(incidentView({ incident: takeover({ timeline }), policy: live }), page));
    expect(texts.filter((text) => text.includes(rule.text))).toEqual([
      '2026-03-02 02:31 UTC A mail flow rule removes headers (3 ×)',
      '04:10 A mail flow rule removes headers',
    ]);
  });
});

describe('a card of many findings', () => {
  const entry = (
    minute: number,
    stage: 'attempt' | 'entry' | 'persistence' | 'action',
    severity: 'medium' | 'high' | 'critical',
    text: string,
  ) => ({
    time: `2026-03-02T02:${String(minute).padStart(2, '0')}:00.000Z`,
    text,
    place: 'Chisinau, MD',
    application: 'OfficeHome',
    network: 'AS64500 (Example Hosting)',
    severity,
    stage,
    finding: `f${minute}`,
  });
  const timeline = [
    entry(10, 'attempt', 'medium', 'Repeated wrong passwords from an unknown network before a success'),
    entry(11, 'entry', 'medium', 'Sign-in from a browser that the person never used before, at a hosting provider'),
    entry(12, 'entry', 'critical', 'Account takeover: guessed password, then the published entry to OfficeHome'),
    ...[13, 14, 15, 16].map((minute) =>
      entry(minute, 'persistence', 'high', `A method was registered after a first-seen sign-in, way ${minute}`),
    ),
    entry(17, 'action', 'medium', 'An inbox rule in the mailbox has a name of signs only, and hides or forwards mail'),
    entry(18, 'action', 'high', 'A mail flow rule strips headers from everything that leaves the organisation'),
  ];
  const long = 'an explanation that goes on for more words than anybody who was just woken up would want to read on a card';
  const incident = takeover({
    timeline,
    findings: timeline.map(({ finding }) => finding),
    summary: `9 findings in 8 minutes: first “${timeline[0]?.text}”, last “${timeline.at(-1)?.text}”.`,
    why: Array.from({ length: 9 }, (_, index) => `Reason ${index} is ${long}.`),
    against: Array.from({ length: 9 }, (_, index) => `Doubt ${index} is ${long}.`),
    unread: [`Inbox rules of people in question: 1 of 3 mailboxes were read, and ${long}.`],
    subjects: [takeover().root, 'app:a1'],
  });
  const card = fittedCard(incidentView({ incident, policy: live }), page);
  const texts = textsOf(card);

  it('tells the story in three rows, one for each stage, and counts what they leave out', () => {
    expect(texts.filter((text) => /^(?:2026-03-02 )?\d\d:\d\d /.test(text)).map((text) => text.replace(/ UTC/, '').slice(0, 40))).toEqual([
      expect.stringContaining('02:12 Account takeover: '),
      expect.stringContaining('02:13 A method was registered'),
      expect.stringContaining('02:18 A mail flow rule strips headers'),
    ]);
    expect(texts).toContain('9 findings in 8 minutes.');
    expect(texts).toContain('6 more findings under Evidence');
  });
  it('is read in ten seconds all the same', () => expect(visibleWords(card)).toBeLessThan(wordsMost));
  it('counts notes of others’ protection as none of the guard’s findings', () => {
    const noted = { ...incident, findings: incident.findings.slice(1), notes: ['f10'] };
    expect(textsOf(fittedCard(incidentView({ incident: noted, policy: live }), page))).toContain('5 more findings under Evidence');
  });
});
