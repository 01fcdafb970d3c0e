// Queue `checks` and `checks-hot`: one bell, one round. What throws is tried again by the queue and ends on its poison queue, which the sweeper watches.
import type { StorageQueueFunctionOptions } from '@azure/functions';
import { bell, type QueueName } from '../src/contracts/bells.ts';
import { huntStep } from '../src/rounds/hunt/step.ts';
import { runRound } from '../src/rounds/round.ts';
import { runTask } from '../src/rounds/tasks.ts';
import { ConflictError } from '../src/store/store.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import type { Guard } from './guard.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const checks = (guard: LazyGuard, queueName: Extract<QueueName, 'checks' | 'checks-hot'>): StorageQueueFunctionOptions => ({
  queueName,
  connection: 'AzureWebJobsStorage',
  handler: async (message) => {
    const rung = bell.parse(message);
    if (!('lane' in rung) && !('task' in rung) && !('hunt' in rung))
      throw new Error(`a bell on ${queueName} names neither lane, task nor hunt`);
    const deps = await withContent(await guard());
    const what = 'lane' in rung ? { lane: rung.lane } : 'task' in rung ? { task: rung.task } : { hunt: rung.hunt };
    try {
      if ('lane' in rung)
        await runRound(deps, rung.tenant, rung.lane, { slot: rung.slot, hint: rung.slot === undefined && queueName === 'checks' });
      else if ('task' in rung) await runTask(deps, rung.tenant, rung.task);
      else await huntStep(deps, rung.tenant, rung.hunt);
    } catch (error) {
      if (error instanceof UnknownTenantError) {
        // Removed, paused or added again since the bell was rung: nothing to do, and nothing to try again.
        deps.log('round.unknown-tenant', { tenant: rung.tenant, ...what });
        return;
      }
      if (error instanceof ConflictError) {
        // Another worker took over; what this one read is read again by the next round, and its marks have not moved.
        deps.log('round.fenced', { tenant: rung.tenant, ...what });
        return;
      }
      throw error;
    }
  },
});

/** A round judges by one version of the packs from beginning to end. */
async function withContent(guard: Guard): Promise<Guard> {
  const { detector, campaigns } = await guard.content.current();
  return { ...guard, detector, campaigns };
}
