// Every request of a round over HTTP and every call to storage may fail in the ways that such calls fail, be made twice, be the process's last, or be overtaken by another worker: one at a time.
// After recovery and settling nothing is lost and nothing doubled. By default every kind of call is taken once in each way; FAULTS=all takes every call.
import { describe, expect, it } from 'vitest';
import { contoso, type TestGuard } from '../support/guard.ts';
import { all, chosenFaults } from './faults/choice.ts';
import { ending, keptIds, named } from './faults/ending.ts';
import { prepareTelling } from './faults/telling.ts';

const { unlimited, tapes, detector, complete, tell, undisturbed, reference } = await prepareTelling();
const { calls } = undisturbed.faults;

describe('without any fault', () => {
  it('the standing findings are those of an offline look at the complete log', () => {
    const offline = detector.detect({ activities: complete, baselines: new Map(), directory: new Map(), hits: [] });
    expect(reference.findings).toEqual(named(offline.findings));
  });
  it('every record is kept, every card delivered, every feed read, and no work left over but the next look at an open case', () => {
    expect(reference.kept).toEqual(expect.arrayContaining(complete.map(({ id }) => id)));
    expect(reference.undelivered).toEqual([]);
    expect(reference.feeds.filter((feed) => !feed.includes(' complete'))).toEqual([]);
    expect(reference.waiting).toEqual(['round hot']);
    expect(undisturbed.poisoned).toBe(0);
  });
});

it('no request is sent without a time limit', () => {
  expect([...unlimited]).toEqual([]);
});

describe('one fault', () => {
  it.each(chosenFaults(calls))('$kind: call $number, $what', async ({ number, kind }) => {
    const story = await tell([[number, kind]]);
    expect(story.faults.struck).toHaveLength(1);
    expect(await ending(story.guard)).toEqual(reference);
    expect(story.poisoned).toBe(0);
  });
});

/** What a log's mark claims: all that was readable when it was read, and older than the mark, is kept. */
async function unkeptBelowMarks(guard: TestGuard): Promise<string[]> {
  const { store, registry } = guard.deps;
  const scope = await registry.authorise(contoso.id, 'show');
  const kept = await keptIds(guard);
  const states = await store.state.feeds(scope);
  return states.flatMap((state) => {
    const log = state.feed === 'sign-ins.interactive' ? tapes.signIns : state.feed === 'directory-audits' ? tapes.directoryAudits : [];
    const { readTo } = state;
    if (state.outcome.status !== 'complete' || readTo === undefined) return [];
    return log.flatMap(({ time, visibleAt, record }) => {
      const prompt = visibleAt - time < 15 * 60_000;
      const claimed = time < readTo && visibleAt <= state.triedAt && prompt;
      const isKept = [...kept].some((id) => id.includes(String(record['id'])) || id.includes(String(record['correlationId'])));
      return claimed && !isKept ? [`${state.feed} ${String(record['id'])}`] : [];
    });
  });
}

describe('coverage under a fault', () => {
  const reads = calls.filter(({ what, writes }) => writes || what.startsWith('GET'));
  it.each(reads.filter((_, index) => all || index % 20 === 0).map(({ number, what }) => ({ number, what: what.slice(0, 60) })))(
    'never says complete for what was not read and kept: call $number, $what',
    async ({ number }) => {
      for (const kind of ['fail', 'die-before', 'lost'] as const) {
        const claims: string[] = [];
        await tell([[number, kind]], { look: async (guard) => void claims.push(...(await unkeptBelowMarks(guard))) });
        expect(claims).toEqual([]);
      }
    },
  );
});
