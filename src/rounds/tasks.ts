// What a tenant needs beside its rounds: when each of these is rung, and what is done then. Rung by the planner, done by the queue functions. The registry's entry alone says what
// is due, so a lost bell is rung again at its next time, and a doubled one finds nothing to do.
import { firstLightFacts, tellFirstLight } from '../alert/first-light.ts';
import { stagedFacts, tellStaged } from '../alert/staged-digest.ts';
import { watch } from '../alert/watch.ts';
import type { Task } from '../contracts/bells.ts';
import type { TenantEntry } from '../contracts/policy.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { isDueForErasing } from '../tenants/registry.ts';
import type { RoundDependencies } from './dependencies.ts';
import { feedsOf } from './due-feeds.ts';

export type TaskDependencies = Pick<RoundDependencies, 'store' | 'registry' | 'clock' | 'log' | 'feeds'>;

/** Seconds between two bells. A look at the switch is three reads; erasing is rung until it ended. */
export const taskCadence = { 'first-light': 60, watch: 900, retention: 86_400, erase: 600, digest: 86_400 } as const satisfies Record<
  Task,
  number
>;
/** Telling must not wait behind rounds that pile up. */
export const taskQueue = {
  'first-light': 'respond',
  watch: 'respond',
  retention: 'checks',
  erase: 'checks',
  digest: 'respond',
} as const satisfies Record<Task, string>;

const dayMs = 86_400_000;
/** After its end; what it found stands with the tenants' own retention. */
const huntsKeptDays = 90;

/** The tasks that this entry asks for at this time of its life. */
function tasksOf(entry: TenantEntry, now: number): Task[] {
  if (entry.status === 'removed') return isDueForErasing(entry, now) ? ['erase'] : [];
  if (entry.status === 'paused') return ['retention'];
  return ['watch', 'retention', 'digest', ...(entry.firstLight === undefined ? (['first-light'] as const) : [])];
}

/** Of the whole fleet. One tenant's first light tells of all that wait for theirs, so one bell is enough. */
export function tasksOfFleet(entries: readonly TenantEntry[], now: number): { readonly tenant: string; readonly task: Task }[] {
  const all = entries.flatMap((entry) => tasksOf(entry, now).map((task) => ({ tenant: entry.tenant, task })));
  const light = all.find(({ task }) => task === 'first-light');
  return all.filter((one) => one.task !== 'first-light' || one === light);
}

/** Throws UnknownTenantError if the tenant's entry does not ask for it any more. */
export async function runTask(deps: TaskDependencies, tenant: string, task: Task): Promise<void> {
  const outcome = await outcomeOf(deps, tenant, task);
  deps.log('task.done', { tenant, task, outcome });
}

async function outcomeOf(deps: TaskDependencies, tenant: string, task: Task): Promise<unknown> {
  switch (task) {
    case 'watch': {
      const scope = await deps.registry.authorise(tenant, 'round');
      const entry = await deps.registry.entry(scope);
      return watch(deps, scope, entry, feedsOf(deps.feeds, entry.policy));
    }
    case 'first-light':
      return tellFirstLight(firstLightTools(deps));
    case 'digest':
      return digest(deps, tenant);
    case 'retention':
      return expire(deps, tenant);
    case 'erase':
      return erase(deps, tenant);
  }
}

const firstLightTools = (deps: TaskDependencies) => ({ ...deps, feedsFor: ({ policy }: TenantEntry) => feedsOf(deps.feeds, policy) });

/** For outbox.ts: what a digest says at the moment when it is drawn. */
export const firstLightOf = (deps: TaskDependencies) => (leader: Parameters<typeof firstLightFacts>[1], at: number) =>
  firstLightFacts(firstLightTools(deps), leader, at);

/** For outbox.ts: what a digest of staged rules says when it is drawn. */
export const stagedDigestOf = (deps: TaskDependencies) => (leader: TenantScope, week: number) => stagedFacts(deps, leader, week);

/** Figures are per 1,000 users: counted here, once a day, since that reads every baseline. */
async function digest(deps: TaskDependencies, tenant: string): Promise<{ users: number; staged: 'told' | 'nothing' }> {
  const scope = await deps.registry.authorise(tenant, 'round');
  const users = await deps.store.baselines.count(scope);
  await deps.store.noise.putPeople('digest.put-people', scope, { v: 1, users, at: deps.clock.now() });
  return { users, staged: await tellStaged(deps, scope) };
}

/**
 * Deletes activities beyond the policy's days, and snapshots that another one took the place of as long ago; returns how many blobs. Hunts, which are nobody's, go by whichever
 * tenant's bell comes first.
 */
async function expire({ store, registry, clock }: TaskDependencies, tenant: string): Promise<number> {
  const scope = await registry.authorise(tenant, 'finish');
  const { policy } = await registry.entry(scope);
  const before = clock.now() - policy.retentionDays * dayMs;
  const states = await store.state.feeds(scope);
  await store.hunts.expire('retention.remove-hunts', clock.now() - huntsKeptDays * dayMs);
  return store.blobs.expire('retention.remove-blobs', scope, {
    activitiesBefore: new Date(before).toISOString().slice(0, 10),
    snapshotsBefore: before,
    kept: states.flatMap(({ feed, snapshot }) => (snapshot === undefined ? [] : [{ feed, name: snapshot }])),
  });
}

/** Everything but evidence. The entry says that it has begun, so nobody adds the tenant again in the midst, and a run that died is done again from the start. */
async function erase({ store, registry }: TaskDependencies, tenant: string): Promise<{ rows: number; blobs: number }> {
  const scope = await registry.beginErasing(tenant);
  const blobs = await store.erasure.blobs('erase.remove-blobs', scope);
  const rows = await store.erasure.rows('erase.remove-rows', scope);
  await registry.endErasing(tenant);
  return { rows, blobs };
}
