// A whole guard in one process for scenarios: the real stages, the real Graph client, the simulator over TLS, an in-memory (or any other) store, and a clock that the test moves.

import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server.ts';
import { breakGlass, contoso, fabrikam, responderGroup } from '../../simulator/worlds/constants.ts';
import { type Deliver, deliverer } from '../../src/alert/outbox.ts';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import type { Feed } from '../../src/collect/feed.ts';
import { feeds } from '../../src/collect/feeds.ts';
import { createDirectoryReader } from '../../src/collect/graph/directory-facts.ts';
import type { Lane } from '../../src/contracts/bells.ts';
import type { TenantPolicy } from '../../src/contracts/policy.ts';
import { createDetector, type Detector } from '../../src/detect/detector.ts';
import type { RoundDependencies } from '../../src/rounds/dependencies.ts';
import { type RoundReport, runRound } from '../../src/rounds/round.ts';
import { firstLightOf } from '../../src/rounds/tasks.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { type Connect, createConnect } from '../../src/tenants/connect.ts';
import type { Credentials } from '../../src/tenants/credentials.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { countingIds, type ManualClock, manualClock } from './manual-clock.ts';
import { simulatedCredentials } from './simulated-credentials.ts';

export { contoso, fabrikam };

const campaignsFolder = fileURLToPath(new URL('../../campaigns', import.meta.url));

let loaded: Promise<{ detector: Detector; campaigns: Awaited<ReturnType<typeof loadCampaigns>>['campaigns'] }> | undefined;
/** The shipped packs, compiled once per process. */
export function shippedDetector() {
  loaded ??= loadCampaigns(campaignsFolder).then(({ campaigns, problems }) => {
    if (problems.length > 0) throw new Error(`the shipped packs have problems: ${JSON.stringify(problems)}`);
    return { detector: createDetector({ campaigns }), campaigns };
  });
  return loaded;
}

export interface TestGuardOptions {
  readonly start: number;
  readonly live?: boolean;
  readonly backend?: Backend;
  readonly crash?: CrashInjector;
  readonly simulator?: Partial<Omit<SimulatorOptions, 'clock'>>;
  /** Default: one that stands at `start`. */
  readonly clock?: ManualClock;
  /** Default: the simulator over TLS. */
  readonly makeCloud?: (options: SimulatorOptions) => Promise<Simulator>;
  readonly cadence?: TenantPolicy['cadence'];
  /** What stands between a process and the world; made anew for every process that is started. */
  readonly between?: (made: { readonly simulator: Simulator; readonly credentials: Credentials }) => Between;
}
export interface Between {
  readonly backend?: (real: Backend) => Backend;
  readonly connect?: Connect;
  readonly feeds?: readonly Feed[];
  readonly detector?: Detector;
  /** For cards only. */
  readonly fetch?: typeof fetch;
}

export interface TestGuard {
  readonly clock: ManualClock;
  readonly simulator: Simulator;
  readonly backend: Backend;
  readonly deps: RoundDependencies & { readonly wait: (milliseconds: number) => Promise<void>; readonly deliver: Deliver };
  readonly events: { event: string; fields: Readonly<Record<string, unknown>> }[];
  round(tenant: string, lane: Lane): Promise<RoundReport>;
  /** The same world and the same rows, as another process would find them. */
  restart(crash?: CrashInjector): TestGuard;
  close(): Promise<void>;
}

export async function startGuard({
  start,
  live = true,
  backend = memoryBackend(),
  crash,
  simulator: options = {},
  clock = manualClock(start),
  makeCloud = createSimulator,
  cadence = { fast: 300, config: 1800, reconcile: 3600 },
  between = () => ({}),
}: TestGuardOptions): Promise<TestGuard> {
  const simulator = await makeCloud({ clock, ...options });
  if (simulator.certificate !== '') setDefaultCACertificates([...getCACertificates('default'), simulator.certificate]);
  const { detector, campaigns } = await shippedDetector();

  function assemble(injector: CrashInjector | undefined, holder: string): TestGuard {
    const events: TestGuard['events'] = [];
    const credentials = simulatedCredentials(simulator, clock);
    const apart = between({ simulator, credentials });
    const store = createStore({ backend: apart.backend?.(backend) ?? backend, crash: injector });
    const registry = createRegistry({
      store,
      clock,
      seed: {
        tenants: [contoso, fabrikam].map(({ id, name }) => ({ tenant: id, name })),
        policy: {
          live,
          responderGroup,
          protectedObjects: [breakGlass.contoso, breakGlass.fabrikam],
          cadence,
        },
        webhookSetting: 'TG_WEBHOOK_URL',
        channels: ['TG_WEBHOOK_URL'],
      },
    });
    const deps = {
      store,
      registry,
      connect:
        apart.connect ??
        createConnect({
          config: {
            homeTenant: contoso.id,
            hosts: { authority: simulator.url, graph: simulator.url, exchange: simulator.exchangeUrl, activity: simulator.activityUrl },
          },
          credentials,
        }),
      directory: createDirectoryReader({ clock }),
      detector: apart.detector ?? detector,
      content: {
        current: async () => ({ detector: apart.detector ?? detector, campaigns: campaigns.map(({ manifest }) => manifest), packs: [] }),
      },
      feeds: apart.feeds ?? feeds,
      campaigns: campaigns.map(({ manifest }) => manifest),
      clock,
      ids: countingIds(holder),
      log: (event: string, fields: Readonly<Record<string, unknown>>) => void events.push({ event, fields }),
      wait: async (milliseconds: number) => clock.advance(milliseconds),
      deliver: deliverer({
        store,
        registry,
        clock,
        console: 'http://localhost/api/console',
        addressOf: (setting: string) => (setting === 'TG_WEBHOOK_URL' ? simulator.webhookUrl : undefined),
        fetch: apart.fetch ?? fetch,
        firstLight: firstLightOf({ store, registry, clock, feeds: apart.feeds ?? feeds, log: () => undefined }),
      }),
    };
    return {
      clock,
      simulator,
      backend,
      deps,
      events,
      round: (tenant, lane) => runRound(deps, tenant, lane),
      restart: (next) => assemble(next, `${holder}'`),
      close: () => simulator.close(),
    };
  }
  const guard = assemble(crash, 'worker');
  await guard.deps.registry.seed();
  return guard;
}
