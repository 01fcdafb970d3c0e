// A tenant in which one rule cried wolf, with everything that can exclude it: store, registry, clock, the channel to which cards go. In memory.
import { type Deliver, deliverer } from '../../src/alert/outbox.ts';
import type { Exclusion } from '../../src/contracts/doubt.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { type DismissExclusion, dismiss } from '../../src/incidents/dismiss.ts';
import { stagedDigestOf } from '../../src/rounds/tasks.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { createRegistry, type Registry } from '../../src/tenants/registry.ts';
import { finding, merge, now, only } from '../incidents/fixtures.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { contoso, fabrikam } from './scope.ts';

export const ann = { oid: 'a0000000-0000-4000-8000-00000000000a', tenant: contoso, name: 'Ann Example', via: 'console' } as const;
export const rule = 'officehome-linux-browser';
export const monthLong = (more: Partial<DismissExclusion> = {}): DismissExclusion => ({ rules: [rule], days: 30, live: true, ...more });

export interface DoubtWorld {
  readonly clock: ManualClock;
  readonly backend: Backend;
  readonly store: Store;
  readonly registry: Registry;
  readonly scope: TenantScope;
  readonly incident: Incident;
  readonly posts: string[];
  readonly deliver: Deliver;
  dismiss(more?: Partial<Parameters<typeof dismiss>[2]>): ReturnType<typeof dismiss>;
  /** What a round would do with these findings now: stored, and merged with what stands. */
  opens(...found: readonly Finding[]): Promise<readonly Incident[]>;
  exclusions(): Promise<Exclusion[]>;
  /** The same rows, as another process finds them. */
  restart(crash?: CrashInjector): DoubtWorld;
}

export async function doubtWorld(
  found: readonly Finding[] = [finding({ subject: 'user:marta' })],
  crash?: CrashInjector,
): Promise<DoubtWorld> {
  const clock = manualClock(now);
  const backend = memoryBackend({ clock });
  const posts: string[] = [];
  const plain = createStore({ backend });
  const registry = createRegistry({ store: plain, clock });
  const channels = [{ kind: 'webhook' as const, setting: 'TG_WEBHOOK_URL' }];
  for (const [tenant, name] of [
    [contoso, 'Contoso'],
    [fabrikam, 'Fabrikam'],
  ] as const)
    await registry.add(tenant, name, { live: true, channels });
  const scope = await registry.authorise(contoso, 'respond');
  const incident = only(merge(found).incidents);
  await plain.findings.put('round.put-findings', scope, found);
  await plain.state.commitIncident('incident.close', scope, { value: incident }, []);

  function assemble(injector?: CrashInjector): DoubtWorld {
    const store = createStore({ backend, crash: injector });
    return {
      clock,
      backend,
      store,
      registry,
      scope,
      incident,
      posts,
      deliver: deliverer({
        store,
        registry,
        clock,
        console: 'https://guard.example.com/api/console',
        addressOf: () => 'https://hooks.example.com/workflows/1',
        fetch: async (_url, init) => {
          posts.push(String(init?.body));
          return new Response(null, { status: 202 });
        },
        firstLight: async () => undefined,
        staged: stagedDigestOf({ store, registry, clock, feeds: [], log: () => undefined }),
      }),
      dismiss: (more = {}) =>
        dismiss({ store, clock }, scope, { incident: incident.id, by: ann, reason: 'A monitor pinned to an old browser', ...more }),
      async opens(...fresh) {
        const all = (await store.state.incidents(scope)).map(({ value }) => value);
        const exclusions = (await store.exclusions.of(scope)).map(({ value }) => value);
        const open = all.filter(({ status }) => status !== 'closed');
        return merge(fresh, open, { settled: all.filter(({ status }) => status === 'closed'), exclusions, now: clock.now() }).incidents;
      },
      exclusions: async () => (await store.exclusions.of(scope)).map(({ value }) => value),
      restart: assemble,
    };
  }
  return assemble(crash);
}
