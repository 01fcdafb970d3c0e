// The guard, put together once: every port with its real implementation. Loaded lazily by index.ts, so that a cold start runs only what the first trigger needs.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Deliver, deliverer } from '../src/alert/outbox.ts';
import { loadBuilt } from '../src/campaigns/built.ts';
import { createLive, type Live } from '../src/campaigns/live.ts';
import type { LoadedCampaigns } from '../src/campaigns/load.ts';
import { networksIn } from '../src/campaigns/networks.ts';
import { type Content, contentOf, createPublishedPacks } from '../src/campaigns/published.ts';
import { feeds } from '../src/collect/feeds.ts';
import { createDirectoryReader } from '../src/collect/graph/directory-facts.ts';
import { createPushedFeeds } from '../src/collect/pushed/feed.ts';
import type { Config } from '../src/config.ts';
import { channelAddress, homeChannel } from '../src/contracts/channels.ts';
import type { NetworkTable } from '../src/contracts/networks.ts';
import type { Log, RoundDependencies } from '../src/rounds/dependencies.ts';
import { createHuntRules, type HuntRules } from '../src/rounds/hunt/rules.ts';
import { createLiveIndicators } from '../src/rounds/indicators/live.ts';
import { createLimits } from '../src/rounds/limits.ts';
import { createPlanner, type Planner } from '../src/rounds/planner.ts';
import { createStages } from '../src/rounds/stages.ts';
import { firstLightOf, stagedDigestOf } from '../src/rounds/tasks.ts';
import { azureBackend } from '../src/store/azure.ts';
import { createStore } from '../src/store/create-store.ts';
import type { Store } from '../src/store/store.ts';
import { type Authenticator, createAuthenticator } from '../src/tenants/authenticate.ts';
import { createBreaker } from '../src/tenants/breaker.ts';
import { connectHome, createConnect } from '../src/tenants/connect.ts';
import { createCredentials } from '../src/tenants/credentials.ts';
import { createPartnerTopics, type PartnerTopics } from '../src/tenants/partner-topics.ts';
import { createRegistry } from '../src/tenants/registry.ts';
import { createResponders, type Responders } from '../src/tenants/responders.ts';
import { createTelemetry } from './telemetry.ts';

export interface Guard extends RoundDependencies {
  readonly config: Config;
  /** The packs by now: what is published counts within a minute. `detector` and `campaigns` are those of the start. */
  readonly content: Live<Content>;
  readonly huntRules: HuntRules;
  readonly planner: Planner;
  readonly authenticator: Authenticator;
  readonly responders: Responders;
  readonly deliver: Deliver;
  /** Undefined where partner events are not set up. */
  readonly partnerTopics: PartnerTopics | undefined;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const clock = { now: () => Date.now() };
const ids = { fresh: () => randomUUID() };

export async function createGuard(config: Config): Promise<Guard> {
  const log = createTelemetry(config);
  const breaker = createBreaker({ clock });
  const credentials = createCredentials({ config, breaker, clock });
  const backend = azureBackend({ storage: config.storage, credential: credentials.own });
  const store = createStore({ backend });
  const registry = createRegistry({
    store,
    clock,
    seed: {
      tenants: config.tenants,
      policy: {
        live: config.policy.live,
        responderGroup: config.policy.responderGroup,
        protectedObjects: [...config.policy.protectedObjects],
        cadence: config.cadence,
      },
      webhookSetting: config.webhook === undefined ? undefined : homeChannel,
      channels: [...(config.webhook === undefined ? [] : [homeChannel]), ...config.channels.keys()],
    },
  });
  const openStorage = async (): Promise<void> => {
    // In Azure the tables, queues and containers come from infra/; the emulator starts empty.
    if ('connectionString' in config.storage.data) await backend.prepare();
    await registry.seed();
  };
  // Side by side: somebody may be waiting for this first call.
  const networks = networksIn(join(import.meta.dirname, 'networks.br'));
  const content = liveContent({ loading: loadBuilt(join(import.meta.dirname, 'campaigns.json')), networks, store, log });
  const [{ detector, campaigns }] = await Promise.all([content.current(), openStorage()]);
  const connect = createConnect({ config, credentials });
  const rounds: RoundDependencies = {
    store,
    registry,
    connect,
    directory: createDirectoryReader({ clock }),
    detector,
    feeds: config.eventHub
      ? [...feeds, ...createPushedFeeds({ store, authorise: (tenant) => registry.authorise(tenant, 'round') })]
      : feeds,
    campaigns,
    clock,
    ids,
    log,
    stages: createStages({ store, clock, log }),
    foreign: createLiveIndicators({ store, clock, log, names: config.indicatorFeeds.map(({ name }) => name) }),
    limits: createLimits({ store, registry, clock, breaker, wait: (milliseconds) => pause(milliseconds) }),
  };
  return {
    ...rounds,
    config,
    content,
    huntRules: createHuntRules({ store, networks }),
    planner: createPlanner(rounds),
    authenticator: createAuthenticator({
      authority: config.console.authority,
      homeTenant: config.homeTenant,
      audience: config.apps.console,
      clock,
    }),
    responders: createResponders({ home: { graph: connectHome({ config, credentials }), tenant: config.homeTenant }, clock }),
    deliver: deliverer({
      store,
      registry,
      clock,
      console: config.console.url,
      addressOf: (setting) => channelAddress(config, setting),
      fetch,
      firstLight: firstLightOf(rounds),
      staged: stagedDigestOf(rounds),
    }),
    partnerTopics:
      config.partnerEvents &&
      createPartnerTopics({
        host: config.resourceManager,
        credential: credentials.own,
        place: config.partnerEvents,
      }),
    wait: (milliseconds) => pause(milliseconds),
  };
}

/** A look is one small read; with it, and the rounds of a minute, what is published counts everywhere within one. */
const lookEveryMs = 20_000;

function liveContent({
  loading,
  networks,
  store,
  log,
}: {
  readonly loading: Promise<LoadedCampaigns>;
  readonly networks: NetworkTable;
  readonly store: Store;
  readonly log: Log;
}): Live<Content> {
  const published = createPublishedPacks({ store });
  const made = (content: Content): Content => {
    for (const { id, version, problems } of content.packs)
      for (const problem of problems) log('campaign.problem', { pack: id, version, problem });
    return content;
  };
  return createLive<Content>({
    look: async () => {
      const [shipped, what] = await Promise.all([loading, published.look()]);
      return { version: what.version, make: () => made(contentOf(shipped, what, networks)) };
    },
    // A storage that does not answer must not keep the shipped packs from looking.
    fallback: async () =>
      made(contentOf(await loading, { version: 'unread', packs: [], problems: ['what was published could not be read'] }, networks)),
    failed: (cause) => log('content.unread', { problem: cause instanceof Error ? cause.message : String(cause) }),
    clock,
    everyMs: lookEveryMs,
  });
}
