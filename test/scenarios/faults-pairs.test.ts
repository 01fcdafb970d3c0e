// As faults.test.ts, with two faults at once: 500 pairs, chosen by seed; and one fault followed by three days in which nothing runs.
import { describe, expect, it } from 'vitest';
import { random } from '../../simulator/worlds/random.ts';
import { type FaultKind, kindsOf } from '../support/fault-calls.ts';
import { ending } from './faults/ending.ts';
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
