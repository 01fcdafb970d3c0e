// A guard with everything that events from outside need: the functions of the topic, the queue, the timer and the hub over an in-memory store, against the simulated cloud without its network.
import { InvocationContext } from '@azure/functions';
import { vi } from 'vitest';
import { commands } from '../../functions/commands.ts';
import { events } from '../../functions/events.ts';
import type { Guard } from '../../functions/guard.ts';
import { pushed } from '../../functions/pushed.ts';
import { subscriptions } from '../../functions/subscriptions.ts';
import { graphEventOf } from '../../simulator/handlers/control/events.ts';
import { apps } from '../../simulator/worlds/constants.ts';
import type { LogFeed } from '../../src/collect/feed.ts';
import { createPushedFeeds } from '../../src/collect/pushed/feed.ts';
import type { Lane } from '../../src/contracts/bells.ts';
import type { EventResource } from '../../src/contracts/events.ts';
import { type RoundReport, runRound } from '../../src/rounds/round.ts';
import { type MemoryBackend, memoryBackend } from '../../src/store/memory.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { createPartnerTopics } from '../../src/tenants/partner-topics.ts';
import { contoso, startGuard, type TestGuard } from './guard.ts';
import { createCloudSwitch } from './in-process-cloud.ts';
import { manualClock } from './manual-clock.ts';
import { simulatedCredentials } from './simulated-credentials.ts';

export const start = Date.UTC(2026, 2, 9, 10, 0, 0);
export const place = {
  subscription: '11111111-1111-4111-8111-111111111111',
  group: 'rg-test-events',
  location: 'westeurope',
  storage: '/subscriptions/1/resourceGroups/rg-test/providers/Microsoft.Storage/storageAccounts/sthost',
  identity: '/subscriptions/1/resourceGroups/rg-test/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id',
} as const;

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);

export interface EventWorld {
  readonly guard: TestGuard;
  readonly backend: MemoryBackend;
  /** The feeds of the hub, over this world's store. */
  readonly pushedFeeds: readonly LogFeed[];
  /** Resources that are subscribed to; a test may change them. */
  readonly resources: EventResource[];
  command(event: unknown): Promise<void>;
  event(message: unknown): Promise<void>;
  timer(): Promise<void>;
  /** A round of the home tenant, with the hub's feeds. */
  round(lane: Lane): Promise<RoundReport>;
  push(messages: unknown): Promise<void>;
  /** The change notification that Graph would send now for the subscription to this resource. */
  notification(resource?: string, kind?: Parameters<typeof graphEventOf>[1]): Record<string, unknown>;
  /** Takes what is visible on a queue now. */
  taken(queue: string): unknown[];
  /** Names of what was logged. */
  logged(): string[];
  /** Another process on the same rows and the same cloud. */
  restart(crash?: CrashInjector): EventWorld;
}

export async function eventWorld(crash?: CrashInjector): Promise<EventWorld> {
  const clock = manualClock(start);
  const backend = memoryBackend({ clock });
  const resources: EventResource[] = ['users'];
  const first = await startGuard({
    start,
    clock,
    backend,
    makeCloud: cloud.make,
    simulator: { historyDays: 1, ordinary: false, lagMs: 0, delays: { signIns: 0, directoryAudits: 0, unifiedAudit: 0 } },
  });
  const build = (guard: TestGuard): EventWorld => {
    const { simulator, deps } = guard;
    const topics = createPartnerTopics({ host: simulator.url, credential: simulatedCredentials(simulator, clock).own, place });
    const pushedFeeds = createPushedFeeds({ store: deps.store, authorise: (tenant) => deps.registry.authorise(tenant, 'round') });
    const whole = {
      ...deps,
      feeds: [...deps.feeds, ...pushedFeeds],
      partnerTopics: topics,
      config: { homeTenant: contoso.id, apps: { reader: apps.reader }, partnerEvents: { ...place, resources } },
    };
    // The functions below use no more of the guard than these.
    const lazy = async () => whole as unknown as Guard;
    const context = new InvocationContext({ logHandler: () => undefined });
    const timer = { isPastDue: false, schedule: { adjustForDST: false }, scheduleStatus: { last: '', next: '', lastUpdated: '' } };
    return {
      guard,
      backend,
      pushedFeeds,
      resources,
      round: (lane) => runRound(whole, contoso.id, lane),
      command: async (event) =>
        void (await commands(lazy).handler(event as Parameters<ReturnType<typeof commands>['handler']>[0], context)),
      event: async (message) => void (await events(lazy).handler(message, context)),
      timer: async () => void (await subscriptions(lazy).handler(timer, context)),
      push: async (messages) => void (await pushed(lazy).handler(messages, context)),
      notification(resource = 'users', kind = 'updated') {
        const found = [...simulator.world.partnerEvents.subscriptions.values()].find((one) => one.resource === resource);
        if (found === undefined) throw new Error(`nothing is subscribed to ${resource}`);
        return graphEventOf(found, kind, 'c1000000-0000-4000-8000-000000000001', clock.now(), 'e1');
      },
      taken(queue) {
        const messages: unknown[] = [];
        for (let next = backend.take(queue); next !== undefined; next = backend.take(queue)) messages.push(JSON.parse(next.text));
        return messages;
      },
      logged: () => guard.events.map(({ event }) => event),
      restart: (next) => build(guard.restart(next)),
    };
  };
  return build(crash === undefined ? first : first.restart(crash));
}
