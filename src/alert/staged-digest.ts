// The weekly digest of what staged rules would have said: one card per channel, nothing else tells of them. Called by rounds with the bell of the task `digest`, and by outbox.ts
// to draw the card.
import type { Clock } from '../contracts/clock.ts';
import type { TenantEntry } from '../contracts/policy.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { stagedOn } from '../incidents/noise.ts';
import { outboxDue } from '../incidents/outbox-due.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from '../tenants/registry.ts';
import { noticeEntry, stagedCard } from './notices.ts';

export interface StagedTools {
  readonly store: Store;
  readonly registry: Pick<Registry, 'list' | 'authorise'>;
  readonly clock: Clock;
}

export interface StagedFacts {
  /** UTC dates, both included. */
  readonly from: string;
  readonly to: string;
  /** Names of tenants in which a staged rule would have spoken, and of all that share the channel how many. */
  readonly tenants: readonly string[];
  readonly all: number;
  /** Loudest first. */
  readonly rules: readonly { readonly rule: string; readonly count: number }[];
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** 1970-01-05, a Monday. */
const firstMonday = 4 * dayMs;
/** Number of the week that holds this time, weeks beginning on Monday 00:00 UTC. */
export const weekOf = (time: number): number => Math.floor((time - firstMonday) / weekMs);
const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Only people who share a channel may read of each other's tenants; the tenant with the first id posts for all. */
async function sharing({ registry }: StagedTools, tenant: string): Promise<TenantEntry[]> {
  const active = (await registry.list()).filter(({ status }) => status === 'active');
  const channel = active.find((entry) => entry.tenant === tenant)?.policy.channels[0]?.setting ?? '';
  return active.filter(({ policy }) => (policy.channels[0]?.setting ?? '') === channel).sort((a, b) => (a.tenant < b.tenant ? -1 : 1));
}

/** What the digest of that week says: the seven days before it. Undefined: no staged rule would have spoken. */
export async function stagedFacts(tools: StagedTools, leader: TenantScope, week: number): Promise<StagedFacts | undefined> {
  const monday = firstMonday + week * weekMs;
  const [from, to] = [dateOf(monday - weekMs), dateOf(monday - dayMs)];
  const members = await sharing(tools, leader.tenant);
  const looks = await Promise.all(
    members.map(async ({ tenant, name }) => {
      const scope = await tools.registry.authorise(tenant, 'show');
      return { name, staged: stagedOn(await tools.store.noise.of(scope), from, to) };
    }),
  );
  const counts = new Map<string, number>();
  for (const { rule, count } of looks.flatMap(({ staged }) => staged)) counts.set(rule, (counts.get(rule) ?? 0) + count);
  if (counts.size === 0) return undefined;
  return {
    from,
    to,
    tenants: looks.flatMap(({ name, staged }) => (staged.length === 0 ? [] : [name])),
    all: members.length,
    rules: [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1)),
  };
}

/** Makes the card of this week, if this tenant posts for its channel, there is something to tell, and it was not made yet. */
export async function tellStaged(tools: StagedTools, scope: TenantScope): Promise<'told' | 'nothing'> {
  const { store, clock } = tools;
  const [leader] = await sharing(tools, scope.tenant);
  if (leader?.tenant !== scope.tenant || leader.policy.channels.length === 0) return 'nothing';
  const now = clock.now();
  const card = noticeEntry(stagedCard(weekOf(now)), 1, 'digest', now);
  if ((await store.state.outbox(scope, card.incident, 1)) !== undefined) return 'nothing';
  if ((await stagedFacts(tools, scope, weekOf(now))) === undefined) return 'nothing';
  await store.due.put('digest.put-due', outboxDue(scope.tenant, card, now));
  await store.state.addOutbox('digest.put-card', scope, card);
  await store.queues.ring('digest.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: card.incident });
  return 'told';
}
