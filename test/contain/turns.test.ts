// A service that is slow to fail must not carry a worker beyond its lease: a second worker would act beside it. Longer work goes on in further turns.
import { describe, expect, it } from 'vitest';
import { continueContainment } from '../../src/contain/execute.ts';
import { press } from '../../src/contain/press.ts';
import type { ContainTools } from '../../src/contain/tools.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { pressOf, scope, type World, world } from './setup.ts';

const denied = new ServiceError('graph', 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
const timedOut = new ServiceError('graph', 0, 'Unreachable', 'timed out');

/** Every lease of the containment that was given: from when, until when. */
function leasesOf(at: World) {
  const taken: { readonly from: number; readonly until: number }[] = [];
  const tools = at.tools();
  const journal: ContainTools['store']['journal'] = {
    ...tools.store.journal,
    lease: async (point, of, id, holder, now, seconds) => {
      const given = await tools.store.journal.lease(point, of, id, holder, now, seconds);
      if (given) taken.push({ from: now, until: now + seconds * 1000 });
      return given;
    },
  };
  return { taken, tools: { ...tools, store: { ...tools.store, journal } } };
}

describe('a worker’s turn', () => {
  it.each([
    { name: 'is never heard of', fails: 9, outcome: 'failed' },
    { name: 'fails once', fails: 1, outcome: 'contained' },
  ])('ends before its lease: no try of a new password that $name runs while another worker could', async ({ fails, outcome }) => {
    const at = await world();
    const { taken, tools } = leasesOf(at);
    const tries: { readonly from: number; readonly until: number }[] = [];
    let slow = false;
    at.tenant.refuse = (call, body) => {
      if (slow && call.startsWith('GET')) at.clock.advance(31_000);
      if (!call.startsWith('PATCH') || typeof body !== 'object' || body === null) return undefined;
      if ('accountEnabled' in body) {
        at.clock.advance(14_000);
        // Whatever is looked at before the password is replaced takes long.
        slow = true;
        return denied;
      }
      slow = false;
      const from = at.clock.now();
      at.clock.advance(30_000);
      tries.push({ from, until: at.clock.now() });
      return tries.length <= fails ? timedOut : undefined;
    };
    const result = await press(tools, scope, pressOf());
    if ('refused' in result) throw new Error(result.refused.why);
    for (let ring = 0; ring < 3; ring++) {
      at.clock.advance(60_000);
      await continueContainment(tools, scope, result.containment.id);
    }
    expect(tries.length).toBeGreaterThan(1);
    for (const one of tries) expect(taken.some(({ from, until }) => from <= one.from && one.until < until)).toBe(true);
    const stored = (await tools.store.journal.containment(scope, result.containment.id))?.value;
    expect(stored?.steps.find(({ id }) => id === 'new-password')?.result?.outcome).toBe(outcome);
  });

  it('is followed by another where every step takes long, with the lease free in between and one end', async () => {
    const at = await world();
    const { taken, tools } = leasesOf(at);
    at.tenant.refuse = (call) => {
      if (call.startsWith('GET')) at.clock.advance(20_000);
      return undefined;
    };
    const result = await press(tools, scope, pressOf());
    if ('refused' in result) throw new Error(result.refused.why);
    for (let ring = 0; ring < 5; ring++) {
      at.clock.advance(150_000);
      await continueContainment(tools, scope, result.containment.id);
    }
    const stored = (await tools.store.journal.containment(scope, result.containment.id))?.value;
    expect(stored?.status).toBe('done');
    expect(stored?.steps.map(({ result }) => result?.outcome)).toEqual(['contained', 'contained', 'contained', 'contained']);
    expect(taken.length).toBeGreaterThan(4);
    expect(at.tenant.writes.filter((write) => write.startsWith('PATCH'))).toHaveLength(1);
  });
});
