// Queue `respond`: sends the newest card of an incident, looks whether the guard still sees, or goes on with a containment that its press left unfinished.
import type { StorageQueueFunctionOptions } from '@azure/functions';
import { continueContainment } from '../src/contain/execute.ts';
import { bell } from '../src/contracts/bells.ts';
import { runTask } from '../src/rounds/tasks.ts';
import { ConflictError } from '../src/store/store.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const respond = (guard: LazyGuard): StorageQueueFunctionOptions => ({
  queueName: 'respond',
  connection: 'AzureWebJobsStorage',
  handler: async (message) => {
    const rung = bell.parse(message);
    const deps = await guard();
    try {
      if ('task' in rung) return await runTask(deps, rung.tenant, rung.task);
      const scope = await deps.registry.authorise(rung.tenant, 'finish');
      if ('incident' in rung) {
        const delivery = await deps.deliver(scope, rung.incident);
        deps.log('card.delivery', { tenant: scope.tenant, incident: rung.incident, outcome: delivery });
      } else if ('containment' in rung) {
        const containment = await continueContainment(deps, scope, rung.containment);
        deps.log('containment.continued', { tenant: scope.tenant, containment: rung.containment, status: containment?.status });
      } else throw new Error('a bell on respond names neither incident nor containment');
    } catch (error) {
      // Another worker told of the first light at the same moment; what it left out is told by the next bell.
      if (error instanceof ConflictError && 'task' in rung) return deps.log('task.overtaken', { tenant: rung.tenant, task: rung.task });
      if (!(error instanceof UnknownTenantError)) throw error;
      deps.log('respond.unknown-tenant', { tenant: rung.tenant });
    }
  },
});
