// What the store's functions cost in storage operations: the figures of docs/performance.md are counted with this counter, and these must not creep up.
import { describe, expect, it } from 'vitest';
import { countOperations } from '../../src/store/count-operations.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import {
  activityOf,
  baselineOf,
  containmentOf,
  dueOf,
  feedOf,
  findingOf,
  hitOf,
  incidentOf,
  newScope,
  noon,
  outboxOf,
} from './fixtures.ts';

const scope = newScope();
const users = Array.from({ length: 30 }, (_, index) => `user:${index}` as const);
const baselines = new Map(users.map((user) => [user, baselineOf(1)]));

describe('storage operations', () => {
  it('of a round without findings are a dozen, of a press and its first step two', async () => {
    const counter = countOperations(memoryBackend());
    const store = createStore({ backend: counter.backend });
    const counted: Record<string, number> = {};
    const count = async <T>(name: string, work: (store: Store) => Promise<T>): Promise<T> => {
      counter.reset();
      const result = await work(store);
      counted[name] = counter.total();
      return result;
    };
    await store.baselines.merge('round.merge-baselines', scope, baselines);

    const lease = await count('lease and marks', ({ state }) => state.lease('round.take-lease', scope, 'fast', 'w', noon, 60));
    await count('put due', ({ due }) => due.put('round.put-due', dueOf(scope)));
    await count('30 baselines', (all) => all.baselines.of(scope, users, lease?.seen.layout));
    await count('30 baselines merged, nothing new', (all) => all.baselines.merge('round.merge-baselines', scope, baselines));
    const news = new Map([[users[0] ?? 'user:0', baselineOf(0)]]);
    await store.baselines.of(scope, users);
    await count('30 baselines merged, one of them new', (all) =>
      all.baselines.merge('round.merge-baselines', scope, new Map([...baselines, ...news])),
    );
    await count('activities appended', ({ blobs }) =>
      blobs.appendActivities('round.append-activities', scope, '2024-05-17', [activityOf(scope, 'signin:1')]),
    );
    await count('no findings', ({ findings }) => findings.put('round.put-findings', scope, []));
    await count('no hits', ({ sequences }) => sequences.put('round.put-hits', scope, []));
    const quiet = { feeds: [feedOf('directory-audits')], gaps: [], incidents: [], outbox: [] };
    const held = lease && (await count('quiet commit', ({ state }) => state.commitRound('round.commit', lease, quiet)));
    await count('delete due', ({ due }) => due.delete('round.delete-due', dueOf(scope)));
    const loud = { ...quiet, incidents: [{ value: incidentOf(scope) }], outbox: [outboxOf('i1', 1)] };
    if (held)
      await count('commit with an incident and its card, lane given back', ({ state }) =>
        state.commitRound('round.commit', held, { ...loud, release: true }),
      );
    await count('a finding', ({ findings }) => findings.put('round.put-findings', scope, [findingOf(scope)]));
    await count('a hit', ({ sequences }) => sequences.put('round.put-hits', scope, [hitOf()]));
    await count('hits of 200 groups of a rule', ({ sequences }) =>
      sequences.of(
        scope,
        Array.from({ length: 200 }, (_, index) => ({ rule: 'spray', group: `${index}` })),
      ),
    );
    await count('overdue', ({ due }) => due.overdue(noon, 100));
    const { containment } = await count('press', ({ journal }) => journal.intend('contain.intend', scope, containmentOf(scope)));
    await count('step', ({ journal }) => journal.save('contain.save-acted', scope, containment, []));

    expect(counted).toEqual({
      'lease and marks': 2,
      'put due': 1,
      '30 baselines': 1,
      '30 baselines merged, nothing new': 0,
      '30 baselines merged, one of them new': 2,
      'activities appended': 1,
      'no findings': 0,
      'no hits': 0,
      'quiet commit': 1,
      'delete due': 1,
      'commit with an incident and its card, lane given back': 2,
      'a finding': 2,
      'a hit': 1,
      'hits of 200 groups of a rule': 1,
      overdue: 1,
      press: 1,
      step: 1,
    });
  });
});
