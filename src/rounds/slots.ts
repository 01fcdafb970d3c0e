// When each tenant's lanes have their turn: every tenant a place of its own in the cadence, evenly spread, so that a fleet never asks at one second. Pure; called by planner.ts.
import { type Lane, lanes } from '../contracts/bells.ts';
import type { TenantPolicy } from '../contracts/policy.ts';

/** Rings at `offsetMs` of every `periodMs`, counted from 1970. */
export interface Slot {
  readonly periodMs: number;
  readonly offsetMs: number;
}
export type Slots = Readonly<Record<Lane, Slot>>;

/** Requests to the reporting API that one planned fast or reconcile round begins with. */
const requestsPerRound = 4;
/** Of the 122 that Microsoft allows all tenants of an app in ten seconds, what planned rounds may take. The rest is for pages, tenants under attack and people. */
const plannedPerWindow = 80;
/** Where in the fast cadence a tenant's other lanes begin, so that two of its rounds never draw on its five requests at once. At one half a tenant under attack is looked at again. */
const phase: Readonly<Record<Lane, number>> = { fast: 0, reconcile: 1 / 4, config: 3 / 4 };

export interface Planned {
  readonly tenant: string;
  readonly policy: Pick<TenantPolicy, 'cadence'>;
}

/** 1, or by how much every cadence is stretched since more tenants are under guard than the limit bears. */
export function stretchOf(tenants: readonly Planned[]): number {
  const perSecond = tenants.reduce(
    (sum, { policy: { cadence } }) => sum + requestsPerRound / cadence.fast + requestsPerRound / cadence.reconcile,
    0,
  );
  return Math.max(1, (perSecond * 10) / plannedPerWindow);
}

/** The same in every process that sees the same tenants. One more tenant moves the others' slots by less than one place. */
export function slotsOf(tenants: readonly Planned[]): ReadonlyMap<string, Slots> {
  const stretch = stretchOf(tenants);
  const slots = new Map<string, Slots>();
  const groups = Map.groupBy(tenants, ({ policy }) => policy.cadence.fast);
  for (const [cadence, group] of groups) {
    const fastMs = Math.ceil(cadence * stretch) * 1000;
    for (const [rank, { tenant, policy }] of group.toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1)).entries()) {
      const place = (rank / group.length) * fastMs;
      const slot = (lane: Lane): Slot => {
        const within = (place + phase[lane] * fastMs) % fastMs;
        // A slower lane takes one of the fast cadences that fit into its own; neighbours take different ones.
        const turns = lane === 'fast' ? 1 : Math.max(1, Math.floor(policy.cadence[lane] / cadence));
        const periodMs = lane === 'fast' ? fastMs : Math.max(turns * fastMs, policy.cadence[lane] * 1000);
        return { periodMs, offsetMs: Math.floor((rank % turns) * fastMs + within) % periodMs };
      };
      slots.set(tenant, Object.fromEntries(lanes.map((lane) => [lane, slot(lane)])) as Record<Lane, Slot>);
    }
  }
  return slots;
}

/** Times in (from, to] at which this bell rings. */
export function ringsBetween(from: number, to: number, { periodMs, offsetMs }: Slot): number[] {
  const times: number[] = [];
  for (let time = Math.floor((from - offsetMs) / periodMs) * periodMs + offsetMs; time <= to; time += periodMs)
    if (time > from) times.push(time);
  return times;
}
