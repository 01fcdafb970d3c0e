// As faults.test.ts, with two faults at once: 500 pairs, chosen by seed among all calls over HTTP and to storage; a worker that wakes in the middle of a write, and another fault soon after; and one
// fault followed by three days in which nothing runs.
import { describe, expect, it } from 'vitest';
import { random } from '../../simulator/worlds/random.ts';
import { type FaultKind, kindsOf } from '../support/fault-calls.ts';
import { ending } from './faults/ending.ts';
import { mistakenId } from './faults/tapes.ts';
import { prepareTelling } from './faults/telling.ts';

const { tell, undisturbed, reference } = await prepareTelling();
const { calls } = undisturbed.faults;
const outageMs = 3 * 86_400_000;

function faultsOf(seed: number, count: number): (readonly [number, FaultKind])[] {
  const r = random('faults', String(seed));
  return Array.from({ length: count }, () => {
    const call = r.pick(calls);
    return [call.number, r.pick(kindsOf(call))] as const;
  });
}
const said = (plan: readonly (readonly [number, FaultKind])[]): string =>
  plan.map(([number, kind]) => `${kind} at call ${number}`).join(', ');
const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

describe('two faults', () => {
  it.each(
    seeds(500)
      .map((seed) => ({ plan: faultsOf(seed, 2) }))
      .map(({ plan }) => ({ plan, said: said(plan) })),
  )('$said', async ({ plan }) => {
    expect(await ending((await tell(plan)).guard)).toEqual(reference);
  });
});

describe('a worker that wakes in the middle of a write when it was overtaken long ago, and a fault in what follows', () => {
  const judged = calls.filter(({ what }) => /^transact (sequence|findings|baseline) /.test(what));
  // What was judged of the record that changed meanwhile: its hits no longer follow.
  const outdated = judged.filter(({ what }) => what.includes('upsert') && what.includes(mistakenId));
  const follows = (number: number, seed: number) => {
    const r = random('woken', String(seed));
    return [
      [number, 'overtaken'],
      [number + r.int(1, 60), r.pick(['fail', 'die-before', 'overtaken', 'lost'] as const)],
    ] as const;
  };
  it('comes to records that changed meanwhile', () => {
    expect(outdated.length).toBeGreaterThan(2);
  });
  it.each(
    seeds(40)
      .map((seed) => {
        const among = seed % 2 === 0 ? outdated : judged;
        return { plan: follows(random('write', String(seed)).pick(among).number, seed) };
      })
      .map(({ plan }) => ({ plan, said: said(plan) })),
  )('$said', async ({ plan }) => {
    expect(await ending((await tell(plan)).guard)).toEqual(reference);
  });
});

describe('one fault, and then three days of silence', () => {
  // What expired is gone a little earlier or later.
  const { hits: _, ...expected } = reference;
  it.each(
    seeds(60)
      .map((seed) => ({ plan: faultsOf(seed + 1_000, 1) }))
      .map(({ plan }) => ({ plan, said: said(plan) })),
  )('$said', async ({ plan }) => {
    const { hits: _hits, ...end } = await ending((await tell(plan, { outageMs })).guard);
    expect(end).toEqual(expected);
  });
});
