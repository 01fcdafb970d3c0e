// Decides when each tenant's bells ring, of its lanes and its tasks, and does nothing else. Tenants under attack ring on a queue of their own, those whose users sleep less often. Called by the planner timer.
import { type Lane, lanes, type Task } from '../contracts/bells.ts';
import type { MoodRow } from '../contracts/fleet-rows.ts';
import { hashId } from '../contracts/ids.ts';
import { parallel } from '../store/parallel.ts';
import type { RoundDependencies } from './dependencies.ts';
import { ringsBetween, type Slot, type Slots, slotsOf, stretchOf } from './slots.ts';
import { taskCadence, taskQueue, tasksOfFleet } from './tasks.ts';

/** How far ahead one tick rings: bells wait invisibly until their second. Longer than the tick, so that a late tick loses nothing. */
const aheadMs = 60_000;
/** A tenant whose users sleep is looked at half as often, and never less often than this. A hint, an open incident or the first sign-in ends it. */
const asleepFactor = 2;
export const longestAsleepMs = 600_000;

/** A tenant that was added so shortly before a tick is looked at now and not in its slot: a month has to be read, and people wait. Longer than the tick. */
const newMs = 2 * 60_000;

export interface Planner {
  /** Rings for the minute ahead. Returns how many bells. */
  tick(): Promise<number>;
}

interface LaneBell {
  readonly tenant: string;
  readonly lane: Lane;
  readonly time: number;
  readonly hot: boolean;
  readonly slot?: number;
}

/** Every second bell of a tenant that sleeps is left out, if that keeps within the bound. */
function rungAsleep(time: number, { periodMs, offsetMs }: Slot): boolean {
  return periodMs * asleepFactor > longestAsleepMs || Math.round((time - offsetMs) / periodMs) % asleepFactor === 0;
}

/** A slot that moved since the last tick (a tenant came or went) must not fall between the two: then it rings once more where it was. */
function ringsOf(from: number, to: number, slot: Slot, before: Slot | undefined): number[] {
  const rings = ringsBetween(from, to, slot);
  if (rings.length > 0 || before === undefined || before.offsetMs === slot.offsetMs) return rings;
  const soon = ringsBetween(to, to + slot.periodMs / 2, slot).length > 0;
  return soon ? [] : ringsBetween(from, to, before);
}

/** Tasks ask Microsoft for nothing: spread by hash, the same in every process. */
function taskSlot(tenant: string, task: Task): Slot {
  const periodMs = taskCadence[task] * 1000;
  return { periodMs, offsetMs: (Number.parseInt(hashId('slot', tenant, task).slice(0, 8), 16) % taskCadence[task]) * 1000 };
}

export function createPlanner(deps: Pick<RoundDependencies, 'store' | 'registry' | 'clock' | 'log'>): Planner {
  // Only economies: a process that starts anew rings from now on, and a bell that rings twice finds the lane leased or nothing new.
  let plannedTo = deps.clock.now();
  let before: ReadonlyMap<string, Slots> = new Map();
  const delayTo = (time: number): number => Math.max(0, Math.round((time - deps.clock.now()) / 1000));
  return {
    async tick() {
      const from = Math.max(plannedTo, deps.clock.now() - 1);
      const to = deps.clock.now() + aheadMs;
      const [entries, moods] = await Promise.all([deps.registry.all(), deps.store.fleet.moods()]);
      const tenants = entries.filter(({ status }) => status === 'active');
      const moodOf = new Map<string, MoodRow['mood']>(moods.map(({ tenant, mood }) => [tenant, mood]));
      const slots = slotsOf(tenants);
      const bells: LaneBell[] = tenants.flatMap(({ tenant }) =>
        lanes.flatMap((lane): LaneBell[] => {
          const slot = slots.get(tenant)?.[lane];
          if (slot === undefined) return [];
          const mood = lane === 'fast' ? moodOf.get(tenant) : undefined;
          return ringsOf(from, to, slot, before.get(tenant)?.[lane])
            .filter((time) => mood !== 'asleep' || rungAsleep(time, slot))
            .map((time) => ({ tenant, lane, time, hot: mood === 'hot', slot: time }));
        }),
      );
      // No slot: many may be added at once, and these rounds lease what they ask for.
      for (const { tenant, addedAt } of tenants)
        if (deps.clock.now() - Date.parse(addedAt) < newMs)
          for (const lane of ['fast', 'config'] as const) bells.push({ tenant, lane, time: deps.clock.now(), hot: true });
      // Tenants under attack first.
      await parallel(
        bells.sort((a, b) => Number(b.hot) - Number(a.hot)),
        ({ tenant, lane, time, hot, slot }) =>
          deps.store.queues.ring(
            'planner.ring',
            hot ? 'checks-hot' : 'checks',
            { v: 1, tenant, lane, ...(slot === undefined ? {} : { slot }) },
            delayTo(time),
          ),
      );
      const chores = tasksOfFleet(entries, deps.clock.now()).flatMap(({ tenant, task }) =>
        ringsBetween(from, to, taskSlot(tenant, task)).map((time) => ({ tenant, task, time })),
      );
      await parallel(chores, ({ tenant, task, time }) =>
        deps.store.queues.ring('planner.ring-task', taskQueue[task], { v: 1, tenant, task }, delayTo(time)),
      );
      plannedTo = to;
      before = slots;
      const stretch = stretchOf(tenants);
      if (stretch > 1) deps.log('planner.stretched', { tenants: tenants.length, stretch });
      deps.log('planner.tick', { tenants: tenants.length, rung: bells.length + chores.length });
      return bells.length + chores.length;
    },
  };
}
