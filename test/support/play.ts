// One or more attacks played in a running guard, with the rounds that a tenant has, until they have ended. Used by scenarios that look at the cases that come of it.
import type { Incident } from '../../src/contracts/incident.ts';
import type { OutboxEntry } from '../../src/contracts/rows.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { contoso, startGuard, type TestGuard, type TestGuardOptions } from './guard.ts';

const minute = 60_000;
export const playedFrom = Date.UTC(2026, 2, 9, 10);

export interface Played {
  readonly guard: TestGuard;
  readonly scope: TenantScope;
  /** Before the attacks. */
  readonly before: readonly Incident[];
  readonly incidents: readonly Incident[];
  readonly told: readonly OutboxEntry[];
}

/** A round every five minutes, every half an hour once the attacks have gone quiet, and a look at the configuration every third round and at the end. Close its guard. */
export async function play(attacks: readonly string[], makeCloud: NonNullable<TestGuardOptions['makeCloud']>): Promise<Played> {
  const guard = await startGuard({ start: playedFrom, makeCloud, simulator: { historyDays: 20 } });
  await guard.round(contoso.id, 'fast');
  await guard.round(contoso.id, 'config');
  const scope = await guard.deps.registry.authorise(contoso.id, 'show');
  const all = async () => (await guard.deps.store.state.incidents(scope, 50)).map(({ value }) => value);
  const before = await all();
  const ends = attacks.map((attack) => Date.parse(guard.simulator.control.attack({ attack, tenant: 'contoso' }).endsAt));
  const end = Math.max(...ends) + 5 * minute;
  for (let round = 1; guard.clock.now() < end; round += 1) {
    guard.clock.advance(round > 12 && end - guard.clock.now() > 60 * minute ? 30 * minute : 5 * minute);
    await guard.round(contoso.id, 'fast');
    if (round % 3 === 0 || guard.clock.now() >= end) await guard.round(contoso.id, 'config');
  }
  const incidents = await all();
  const told = await Promise.all(incidents.map(({ id }) => guard.deps.store.state.outboxOf(scope, id)));
  return { guard, scope, before, incidents, told: told.flat().map(({ value }) => value) };
}
