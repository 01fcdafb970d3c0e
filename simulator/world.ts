// The simulated world: tenants, time, what is granted, what is broken. Handlers read and change it; server.ts makes one per run.
import type { Clock } from '../src/contracts/clock.ts';
import { createFaultBoard, type FaultBoard } from './faults.ts';
import type { FeedName } from './handler.ts';
import { noPartnerEvents, type PartnerEvents } from './partner-events.ts';
import { emptyTenant, type Lateness, type TenantState } from './tenant-state.ts';
import { apps, tenants as tenantFacts } from './worlds/constants.ts';
import { furnish } from './worlds/directory.ts';
import { ordinaryDay } from './worlds/ordinary.ts';
import { peopleOf } from './worlds/people.ts';
import { random } from './worlds/random.ts';
import { type AppGrant, guardGrants } from './worlds/roles.ts';

interface Delays {
  /** Milliseconds from event to visible. */
  readonly signIns: number;
  readonly directoryAudits: number;
  readonly unifiedAudit: number;
}
/** Alerts and risks come as late as sign-ins do. */
const logNames = ['signIns', 'directoryAudits', 'unifiedAudit', 'riskDetections', 'securityAlerts'] as const;
type LogName = (typeof logNames)[number];
/** What is wrong with a feed: denied, unlicensed and empty are answers; failing is a 503; throttled a 429. */
export type FaultKind = 'denied' | 'unlicensed' | 'empty' | 'failing' | 'throttled';
interface Fault {
  readonly tenant: string;
  readonly feed: FeedName;
  readonly kind: FaultKind;
}
export interface WorldOptions {
  readonly clock: Clock;
  readonly seed?: string;
  /** Days of ordinary history before the start. */
  readonly historyDays?: number;
  /** false: nothing ordinary happens, only what attacks and callers do. */
  readonly ordinary?: boolean;
  readonly lagMs?: number;
  readonly delays?: Partial<Delays>;
  /** Enforce 5 reporting requests in 10 seconds per app and tenant. */
  readonly reportLimit?: boolean;
}
interface WebhookPost {
  readonly at: number;
  readonly id: string;
  readonly body: unknown;
}

interface Settings {
  lagMs: number;
  delays: Delays;
  /** Whether the services' published limits are enforced. */
  reportLimit: boolean;
  /** How far the services' clocks are ahead (or behind: negative). */
  skewMs: number;
  /** This share of the records that nobody could read yet becomes visible later by up to so long. Changed by `World.beLate`. */
  late: Lateness;
  /** Objects on a page of a delta query. */
  deltaPage: number;
  /** Records on a page of a report, at most, however many were asked for. */
  reportPage: number;
}

export interface World {
  readonly clock: Clock;
  readonly seed: string;
  /** Of this run: what another one told of its changes is nothing here. */
  readonly generation: number;
  readonly tenants: ReadonlyMap<string, TenantState>;
  /** What can be changed while it runs. */
  readonly settings: Settings;
  readonly faults: Map<string, Fault>;
  /** Single requests that are broken on purpose. */
  readonly board: FaultBoard;
  /** Tokens that were issued before are refused, by tenant and app (`consentKey`). Epoch ms. */
  readonly revokedAt: Map<string, number>;
  /** Consents by `{tenant}/{app id}`; a missing one means that the app is not in that tenant. */
  readonly consents: Map<string, AppGrant>;
  readonly posts: WebhookPost[];
  readonly partnerEvents: PartnerEvents;
  /** Lets everything happen that is due by now. Called before every request. */
  advance(): void;
  /** Something that happens at a time. */
  schedule(time: number, apply: (time: number) => void): void;
  /** From now on records come late, those that are on their way too: everywhere, or in one tenant, whose own lateness `undefined` ends. */
  beLate(late: Lateness): void;
  beLate(late: Lateness | undefined, tenant: TenantState): void;
  /** Writes records to a tenant's logs; each becomes visible after its log's delay. */
  log(tenant: TenantState, kind: LogName, time: number, record: Readonly<Record<string, unknown>>): void;
}

const dayMs = 86_400_000;
/** Where sign-ins cannot be read, a new phone is an alarm: whoever starts the sample begins with no open case. */
const calmDays = 8;
const isLicensed = (tenant: string): boolean => tenantFacts.some(({ id, licensed }) => id === tenant && licensed);
export const faultKey = (tenant: string, feed: FeedName): string => `${tenant}/${feed}`;
export const consentKey = (tenant: string, app: string): string => `${tenant}/${app.toLowerCase()}`;

export function createWorld(options: WorldOptions): World {
  const { clock } = options;
  const seed = options.seed ?? 'ordinary';
  const start = clock.now();
  const settings: Settings = {
    lagMs: options.lagMs ?? 3_000,
    delays: { signIns: 2_000, directoryAudits: 2_000, unifiedAudit: 60_000, ...options.delays },
    reportLimit: options.reportLimit ?? false,
    skewMs: 0,
    late: { share: 0, mostMs: 0 },
    deltaPage: 100,
    reportPage: 1000,
  };
  const delayOf = (kind: LogName): number => settings.delays[kind === 'riskDetections' || kind === 'securityAlerts' ? 'signIns' : kind];
  const lateness = random('lateness', seed);
  const lateBy = ({ share, mostMs }: Lateness): number => (share > 0 && lateness.chance(share) ? lateness.int(0, mostMs) : 0);
  const visibleAt = (tenant: TenantState, kind: LogName, time: number): number =>
    time + delayOf(kind) + lateBy(tenant.late ?? settings.late);
  const tenants = new Map(tenantFacts.map((facts) => [facts.id, emptyTenant(facts, () => settings.lagMs)]));
  const pending: { time: number; apply: (time: number) => void }[] = [];
  let generatedTo = Math.floor(start / dayMs) * dayMs - (options.historyDays ?? 30) * dayMs;
  for (const tenant of tenants.values()) furnish(tenant, generatedTo);

  const schedule = (time: number, apply: (time: number) => void): void => {
    let place = pending.length;
    while (place > 0 && (pending[place - 1]?.time ?? 0) > time) place -= 1;
    pending.splice(place, 0, { time, apply });
  };
  /** Ordinary days up to tomorrow: east of Greenwich it begins today. */
  const generate = (now: number): void => {
    for (; options.ordinary !== false && generatedTo <= now + dayMs; generatedTo += dayMs)
      for (const tenant of tenants.values()) {
        const newPhones = isLicensed(tenant.id) || generatedTo < start - calmDays * dayMs || generatedTo > start + dayMs;
        const day = ordinaryDay({ tenant, people: peopleOf[tenant.id] ?? [], day: generatedTo, seed, newPhones });
        for (const kind of logNames)
          tenant[kind].addAll(day[kind].map(({ time, record }) => ({ time, record, visibleAt: visibleAt(tenant, kind, time) })));
        for (const effect of day.effects) schedule(effect.time, (time) => effect.apply(tenant, time));
      }
  };
  return {
    clock,
    seed,
    generation: start,
    tenants,
    settings,
    faults: new Map(),
    board: createFaultBoard(),
    revokedAt: new Map(),
    consents: new Map(
      tenantFacts.flatMap((facts) => [
        [consentKey(facts.id, apps.reader), guardGrants.reader] as const,
        [consentKey(facts.id, apps.responder), guardGrants.responder] as const,
      ]),
    ),
    posts: [],
    partnerEvents: noPartnerEvents(),
    schedule,
    advance: () => {
      const now = clock.now();
      generate(now);
      for (let next = pending[0]; next !== undefined && next.time <= now; next = pending[0]) {
        pending.shift();
        next.apply(next.time);
      }
    },
    beLate: (late: Lateness | undefined, only?: TenantState) => {
      if (only !== undefined) only.late = late;
      else if (late !== undefined) settings.late = late;
      const now = clock.now();
      for (const tenant of only === undefined ? tenants.values() : [only])
        for (const kind of logNames) tenant[kind].delay(now, ({ time }) => visibleAt(tenant, kind, time));
    },
    log: (tenant, kind, time, record) => tenant[kind].add({ time, visibleAt: visibleAt(tenant, kind, time), record }),
  };
}
