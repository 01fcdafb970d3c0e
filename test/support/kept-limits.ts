// Proves from the simulator's recorded requests that the services' published limits were kept, and says where they were not. Used by tests.
import type { Handler } from '../../simulator/handler.ts';
import type { RecordedRequest } from '../../simulator/handlers/control/control.ts';
import { serviceLimits } from '../../simulator/report-limit.ts';

/** One sentence for every request that was one too many in its window. */
export function brokenLimits(requests: readonly RecordedRequest[], handlers: readonly Handler[]): string[] {
  const byId = new Map(handlers.map((handler) => [handler.id, handler]));
  return serviceLimits.flatMap((limit) => {
    const mine = requests.flatMap(({ at, handler, app, tenant }) => {
      const found = byId.get(handler);
      return found !== undefined && app !== undefined && tenant !== undefined && limit.applies(found)
        ? [{ at: Date.parse(at), handler, key: limit.key(app, tenant) }]
        : [];
    });
    return [...Map.groupBy(mine, ({ key }) => key).values()].flatMap((group) =>
      group.flatMap((one, index) => {
        const before = group[index - limit.most];
        return before !== undefined && one.at - before.at < limit.windowMs
          ? [`${limit.name}: ${one.handler} at ${new Date(one.at).toISOString()}`]
          : [];
      }),
    );
  });
}
