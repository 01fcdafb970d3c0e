// The end of a hunt: when every tenant is searched, one card per channel says what was found in how many tenants. Called by step.ts after each tenant.
import { huntCard, noticeEntry } from '../../alert/notices.ts';
import type { Hunt, HuntFacts, HuntPart } from '../../contracts/hunt.ts';
import type { TenantEntry } from '../../contracts/policy.ts';
import { outboxDue } from '../../incidents/outbox-due.ts';
import { ConflictError } from '../../store/store.ts';
import { UnknownTenantError } from '../../tenants/registry.ts';
import type { RoundDependencies } from '../dependencies.ts';

type EndDependencies = Pick<RoundDependencies, 'store' | 'registry' | 'clock' | 'log'>;

const mostNamed = 10;
const revision = 1;

/** Does nothing while a tenant is not searched. Done twice it tells once: the card's key is the hunt. */
export async function endHunt(deps: EndDependencies, id: string): Promise<void> {
  const ended = await ending(deps, id);
  if (ended === undefined) return;
  for (const { leader } of ended.digests) {
    try {
      const scope = await deps.registry.authorise(leader, 'finish');
      const card = noticeEntry(huntCard(id), revision, 'digest', ended.endedAt ?? ended.createdAt);
      const stands = await deps.store.state.outbox(scope, card.incident, revision);
      if (stands !== undefined && stands.value.status !== 'waiting') continue;
      await deps.store.due.put('hunt.put-card-due', outboxDue(scope.tenant, card, deps.clock.now()));
      await deps.store.state.addOutbox('hunt.put-card', scope, card);
      await deps.store.queues.ring('hunt.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: card.incident });
    } catch (error) {
      if (!(error instanceof UnknownTenantError)) throw error;
      deps.log('hunt.nobody-to-tell', { hunt: id, tenant: leader });
    }
  }
}

/** The hunt as it ended, or as it was cancelled; undefined while a tenant is searched, and where it was cancelled and found nothing. */
async function ending({ store, registry, clock, log }: EndDependencies, id: string): Promise<Hunt | undefined> {
  const stored = await store.hunts.get(id);
  if (stored === undefined) return undefined;
  const { value, etag } = stored;
  const cancelled = value.status === 'cancelled';
  if (value.status === 'done' || (cancelled && value.digests.length > 0)) return value;
  const parts = new Map((await store.hunts.parts(id)).map((part) => [part.tenant, part]));
  if (value.tenants.some((tenant) => (parts.get(tenant)?.status ?? 'waiting') === 'waiting')) return undefined;
  const digests = digestsOf(value, parts, await registry.list());
  // The cases that it opened have no other card.
  const found = digests.filter(({ facts }) => facts.hitTenants > 0 || facts.opened > 0 || facts.joined > 0);
  if (cancelled && found.length === 0) return undefined;
  const ended: Hunt = cancelled ? { ...value, digests: found } : { ...value, status: 'done', endedAt: clock.now(), digests };
  try {
    await store.hunts.put('hunt.end', ended, etag);
    log(cancelled ? 'hunt.cancelled' : 'hunt.done', { hunt: id, pack: value.pack, tenants: value.tenants.length });
    return ended;
  } catch (error) {
    // The worker of another tenant ended it at the same moment, or somebody cancelled it.
    if (!(error instanceof ConflictError)) throw error;
    const now = (await store.hunts.get(id))?.value;
    return now?.status === 'running' ? undefined : now;
  }
}

/** Only people who share a channel may read of each other's tenants. Where none is set, the console and the command alone tell. */
export function digestsOf(hunt: Hunt, parts: ReadonlyMap<string, HuntPart>, entries: readonly TenantEntry[]): Hunt['digests'] {
  const searched = new Set(hunt.tenants);
  const members = entries.filter(({ tenant }) => searched.has(tenant)).sort((a, b) => (a.tenant < b.tenant ? -1 : 1));
  return [...Map.groupBy(members, ({ policy }) => policy.channels[0]?.setting ?? '')].flatMap(([channel, group]) => {
    const leader = group.find(({ status }) => status === 'active') ?? group[0];
    return channel === '' || leader === undefined ? [] : [{ leader: leader.tenant, facts: factsOf(hunt, group, parts) }];
  });
}

function factsOf(hunt: Hunt, group: readonly TenantEntry[], parts: ReadonlyMap<string, HuntPart>): HuntFacts {
  const own = group.flatMap((entry) => {
    const part = parts.get(entry.tenant);
    return part === undefined ? [] : [{ entry, part, findings: part.found.alert + part.found.staged + part.found.targeted }];
  });
  const sum = (of: (part: HuntPart) => number): number => own.reduce((total, { part }) => total + of(part), 0);
  const hit = own.filter(({ findings }) => findings > 0).sort((a, b) => b.findings - a.findings);
  return {
    title: hunt.title,
    days: daysOf(hunt),
    tenants: group.length,
    searched: own.filter(({ part }) => part.status === 'done').length,
    alerts: sum(({ found }) => found.alert),
    staged: sum(({ found }) => found.staged),
    targeted: sum(({ found }) => found.targeted),
    beyond: sum(({ beyond }) => beyond),
    known: sum(({ known }) => known),
    opened: sum(({ opened }) => opened),
    joined: sum(({ joined }) => joined),
    hit: hit.slice(0, mostNamed).map(({ entry, findings }) => ({ tenant: entry.tenant, findings })),
    hitTenants: hit.length,
    ...(hunt.status === 'cancelled' ? { cancelled: true } : {}),
  };
}

/** How many days a hunt looks at. */
export const daysOf = ({ from, to }: Pick<Hunt, 'from' | 'to'>): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
