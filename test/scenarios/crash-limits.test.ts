// A process may die over the lease of a block of requests: the block is lost for some seconds, and the next round reads what this one did not.
import { describe, expect, it } from 'vitest';
import { createFleet, fleetOf } from '../../bench/fleet/simulate.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { limitPoints } from './story/elsewhere.ts';

const start = Date.UTC(2026, 2, 3, 12);
const minute = 60_000;

describe.each(limitPoints)('a death at %s', (point) => {
  it.each(['before', 'after'] as const)('%s the write ends like none', async (when) => {
    // Its working hours are over: what there is comes on one page.
    const [tenant] = fleetOf(1, (one) => ({ ...one, zone: 8 }));
    if (tenant === undefined) throw new Error('no tenant');
    const fleet = await createFleet({ tenants: [tenant], start, crash: crashAt(point, when) });
    fleet.power.on = false;
    let ended: unknown;
    // In no slot, so what it asks of the reporting API has to be leased.
    fleet.time.job(async () => {
      ended = await fleet.round(tenant.id, 'fast').catch((error: unknown) => error);
    });
    await fleet.time.runUntil(start + minute);
    expect(ended).toBeInstanceOf(CrashError);
    fleet.power.on = true;
    await fleet.time.runUntil(start + 12 * minute);
    const scope = await fleet.deps.registry.authorise(tenant.id, 'show');
    const states = await fleet.deps.store.state.feeds(scope);
    for (const { id } of fleet.deps.feeds.filter(({ lane }) => lane === 'fast'))
      expect(states.find(({ feed }) => feed === id)?.readTo, id).toBeGreaterThan(start + minute);
    const ids: string[] = [];
    for await (const activity of fleet.deps.store.blobs.activities(scope, '2026-03-03')) ids.push(activity.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
    expect(fleet.microsoft.refused).toBe(0);
  });
});
