import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldHits, type Standing } from '../../cli/check/held-hits.ts';
import { StillToCome } from '../../cli/check/still-to-come.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { SequenceHit } from '../../src/contracts/detection.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { subjectId } from '../../src/contracts/ids.ts';
import { createDetector } from '../../src/detect/detector.ts';

const base = (name: string) => `
title: ${name}
name: ${name}
logsource: { product: azure, service: signinlogs }
detection: { a: { appId: ${name} }, condition: a }
level: low
`;
const correlation = (name: string, type: string, rules: string, timespan: string, condition: string) => `
title: ${name}
name: ${name}
correlation:
  type: ${type}
  rules: [${rules}]
  group-by: [userId]
  timespan: ${timespan}
  ${condition}
level: high
`;
const detector = createDetector({
  campaigns: [],
  extraRules: [
    { file: 'a.yml', text: base('one') },
    { file: 'b.yml', text: base('other') },
    { file: 'c.yml', text: correlation('thrice', 'event_count', 'one', '30m', 'condition: { gte: 3 }') },
    { file: 'd.yml', text: correlation('both', 'temporal_ordered', 'one, other', '3h', '') },
    { file: 'e.yml', text: correlation('few', 'event_count', 'other', '2h', 'condition: { lt: 2 }') },
  ],
});
const tenMinutes = 600_000;
const start = Date.UTC(2026, 8, 1);
const counts: Readonly<Record<string, readonly string[]>> = { thrice: ['one'], both: ['one', 'other'], few: ['other'] };

interface Event {
  readonly at: number;
  readonly person: number;
  readonly kind: string;
}

const activityOf = ({ at, person, kind }: Event, record: number): Activity => ({
  id: `signin:${at}-${person}-${kind}`,
  tenant: 'export',
  feed: 'export',
  time: start + at * tenMinutes,
  subject: subjectId('user', String(person)),
  origin: { file: 'log.ndjson', record },
  views: [],
});
const hitsOf = ({ id, time, subject }: Activity, { kind }: Event): SequenceHit[] =>
  Object.entries(counts)
    .filter(([, bases]) => bases.includes(kind))
    .map(([rule]) => ({ rule, base: kind, group: subject, activity: id, time, subject, facts: { address: '192.0.2.1' } }));

const shown = (finding: Finding, standings: ReadonlyMap<string, Standing>) => ({
  ...finding,
  places: finding.activities.map((id) => standings.get(id)?.place.record),
});
const sorted = <T extends { readonly id: string }>(findings: readonly T[]): T[] => findings.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Holds as few hits as `most`, in batches of five records. */
function held(events: readonly Event[], most: number, isAheadKnown: boolean) {
  const findings: ReturnType<typeof shown>[] = [];
  const hits = new HeldHits({ detector, tenant: 'export', most, found: (finding, own) => findings.push(shown(finding, own)) });
  const batches = Array.from({ length: Math.ceil(events.length / 5) }, (_, batch) =>
    events.slice(batch * 5, batch * 5 + 5).map((event, index) => ({ event, activity: activityOf(event, batch * 5 + index + 1) })),
  );
  const ahead = new StillToCome();
  for (const batch of batches) ahead.note(batch.map(({ activity }) => activity));
  ahead.settle();
  try {
    for (const [index, batch] of batches.entries()) {
      hits.add(
        batch.flatMap(({ event, activity }) => hitsOf(activity, event)),
        batch.map(({ activity }) => activity),
      );
      hits.release(isAheadKnown ? ahead.from(index + 1) : undefined);
    }
    hits.finish();
  } finally {
    hits.close();
  }
  return sorted(findings);
}

const events = fc.array(fc.record({ at: fc.nat(300), person: fc.nat(2), kind: fc.constantFrom('one', 'other') }), {
  minLength: 1,
  maxLength: 120,
});
const orders = {
  'as it happened': (given: readonly Event[]) => given.toSorted((a, b) => a.at - b.at),
  'the newest first': (given: readonly Event[]) => given.toSorted((a, b) => b.at - a.at),
  'in no order': (given: readonly Event[]) => given,
};

describe('hits of sequences that check holds', () => {
  it('has rules that all work', () => {
    expect(detector.problems).toEqual([]);
    expect(
      held(
        [0, 1, 2].map((at) => ({ at, person: 0, kind: 'one' })),
        9,
        false,
      ),
    ).toHaveLength(1);
  });

  it.each(Object.entries(orders))('gives the findings of all hits at once, with a log %s', (_, ordered) => {
    fc.assert(
      fc.property(events, fc.boolean(), (given, isAheadKnown) => {
        const log = ordered(given);
        const all = held(log, Number.POSITIVE_INFINITY, false);
        const inOne = detector.conclude(
          'export',
          log.flatMap((event, index) => hitsOf(activityOf(event, index + 1), event)),
        );
        expect(all.map(({ places: _places, ...finding }) => finding)).toEqual(sorted(inOne.findings));
        expect(held(log, 8, isAheadKnown)).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['an hour and more lies between', 9, 1],
    ['it could still belong to them', 8, 0],
  ])('concludes hits before the end of the log where, to the next record, %s', (_, next, found) => {
    const event: Event = { at: 0, person: 0, kind: 'one' };
    const log = [0, 1, 2].map((at) => activityOf({ ...event, at }, at + 1));
    const early: Finding[] = [];
    const hits = new HeldHits({ detector, tenant: 'export', most: 3, found: (finding) => early.push(finding) });
    hits.add(
      log.flatMap((activity) => hitsOf(activity, event)).filter(({ rule }) => rule === 'thrice'),
      log,
    );
    hits.release({ from: start + next * tenMinutes, to: start + 60 * tenMinutes });
    hits.close();
    expect(early).toHaveLength(found);
  });
});
