// Rings again for what is overdue, so that nothing waits for a process that died, and looks at the poison queues. Called by the sweeper timer.
import { type QueueName, queues } from '../contracts/bells.ts';
import type { DueEntry } from '../contracts/rows.ts';
import { parseCardDue } from '../incidents/outbox-due.ts';
import type { RoundDependencies } from './dependencies.ts';

const most = 500;
const firstPauseMs = 30_000;
const longestPauseMs = 15 * 60_000;
/** Rounds that are overdue together do not ring at one second: their requests would meet one limit. */
const spreadSeconds = 50;
const stepAtMostSeconds = 2;

/** Seconds grow with the tries, so that a broken channel is not hammered. */
export const pauseAfter = (tries: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10));

export interface SweepReport {
  readonly rung: number;
  /** Rows of tenants that were removed. */
  readonly dropped: number;
  readonly poisoned: Readonly<Partial<Record<QueueName, number>>>;
}

export async function sweep(deps: Pick<RoundDependencies, 'store' | 'registry' | 'clock' | 'log'>): Promise<SweepReport> {
  const now = deps.clock.now();
  const overdue = await deps.store.due.overdue(now, most);
  const guarded = new Set(overdue.length === 0 ? [] : (await deps.registry.list()).map(({ tenant }) => tenant));
  const rounds = overdue.filter(({ value }) => value.kind === 'round').length;
  const stepSeconds = Math.min(stepAtMostSeconds, spreadSeconds / Math.max(1, rounds));
  let dropped = 0;
  let step = 0;
  for (const { value } of overdue) {
    // Nobody may act for a tenant that was removed: its bell would ring for ever. A hunt ends its part of such a tenant, and goes on without it.
    if (!guarded.has(value.tenant.toLowerCase()) && value.kind !== 'hunt') {
      await deps.store.due.delete('sweeper.delete-due', value);
      dropped++;
      continue;
    }
    // First the new time, then the bell: a crash in between only rings later.
    await deps.store.due.again('sweeper.move-due', value, now + pauseAfter(value.tries));
    await ringFor(deps, value, value.kind === 'round' ? Math.floor(step++ * stepSeconds) : 0);
  }
  const poisoned: Partial<Record<QueueName, number>> = {};
  for (const queue of queues) {
    const count = await deps.store.queues.poisoned(queue);
    if (count > 0) {
      poisoned[queue] = count;
      deps.log('queue.poisoned', { queue, count });
    }
  }
  return { rung: overdue.length - dropped, dropped, poisoned };
}

async function ringFor(deps: Pick<RoundDependencies, 'store'>, due: DueEntry, delaySeconds: number): Promise<void> {
  switch (due.kind) {
    case 'round':
      if (due.lane !== undefined)
        await deps.store.queues.ring('sweeper.ring', 'checks-hot', { v: 1, tenant: due.tenant, lane: due.lane }, delaySeconds);
      return;
    case 'outbox':
    case 'remind':
    case 'expire':
      return deps.store.queues.ring('sweeper.ring-incident', 'respond', {
        v: 1,
        tenant: due.tenant,
        incident: parseCardDue(due)?.incident ?? due.id,
      });
    case 'hunt':
      return deps.store.queues.ring('sweeper.ring-hunt', 'checks', { v: 1, tenant: due.tenant, hunt: due.id });
    case 'containment':
    case 'verify':
      return deps.store.queues.ring('sweeper.ring-containment', 'respond', { v: 1, tenant: due.tenant, containment: due.id });
  }
}
