import { describe, expect, it } from 'vitest';
import { incidentCard } from '../../src/alert/card.ts';
import { incidentView } from '../../src/alert/view.ts';
import { textsOf } from '../../src/alert/words.ts';
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
