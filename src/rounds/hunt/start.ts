// Starts and ends hunts: "search the kept past of these tenants for this content". Called by the command, and whenever new content is published. Writes rows only: the sweeper rings within its minute, so whoever starts one needs no right to a queue.
import type { Clock } from '../../contracts/clock.ts';
import type { Hunt, HuntPrice, PackFiles } from '../../contracts/hunt.ts';
import { hashId } from '../../contracts/ids.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import { ConflictError, type Store } from '../../store/store.ts';
import type { Registry } from '../../tenants/registry.ts';
import { priceOf } from './price.ts';
import { rulesOf } from './rules.ts';
import { dateOf, huntDue } from './step.ts';

export interface HuntTools {
  readonly store: Store;
  readonly registry: Pick<Registry, 'list' | 'authorise'>;
  readonly clock: Clock;
}

export interface HuntAsked {
  readonly content: PackFiles;
  /** Days back from today (UTC), today included. A tenant of which less is kept is searched as far as it goes. */
  readonly days: number;
  /** Ids; absent: every active tenant. */
  readonly tenants?: readonly string[];
  /** Whoever asks, in words. */
  readonly by: string;
  /** The same content was or is being published: what the hunt leaves unfinished goes on in the rounds. */
  readonly live?: boolean;
}

/** What was asked for makes no hunt; the message says why. */
export class HuntError extends Error {
  override readonly name = 'HuntError';
}

export interface PlannedHunt {
  readonly hunt: Hunt;
  readonly price: HuntPrice;
  /** The same content, days and tenants were hunted for today: starting it again changes nothing. */
  readonly known: boolean;
}

const dayMs = 86_400_000;
const mostDays = 365;
/** Tenants begin one after another, so that no fleet's rounds stand still while it hunts. */
const apartMs = 2_000;

/** What the hunt would be and cost. Writes nothing. Throws HuntError, or UnknownTenantError for a tenant that is not under guard. */
export async function planHunt(tools: HuntTools, asked: HuntAsked): Promise<PlannedHunt> {
  const { store, registry, clock } = tools;
  if (!Number.isInteger(asked.days) || asked.days < 1 || asked.days > mostDays)
    throw new HuntError(`A hunt looks at 1 to ${mostDays} days, not ${asked.days}.`);
  const { detector, label } = rulesOf(asked.content);
  if (detector.rules().length === 0) throw new HuntError(`${asked.content.pack} has no rule that could be searched for.`);
  const active = (await registry.list()).filter(({ status }) => status === 'active').map(({ tenant }) => tenant);
  const wanted = asked.tenants === undefined ? active : [...new Set(asked.tenants.map((tenant) => tenant.toLowerCase()))];
  if (wanted.length === 0) throw new HuntError('No tenant is under guard.');
  const scopes: TenantScope[] = [];
  for (const tenant of wanted) scopes.push(await registry.authorise(tenant, 'round'));
  const tenants = scopes.map(({ tenant }) => tenant).sort();
  const to = dateOf(clock.now());
  const from = dateOf(Date.parse(to) - (asked.days - 1) * dayMs);
  const version = hashId(JSON.stringify([...asked.content.files].sort((a, b) => (a.path < b.path ? -1 : 1)))).slice(0, 12);
  const id = hashId('hunt', asked.content.pack, version, from, to, tenants.join());
  const price = await priceOf(tools, scopes, { from, to });
  const hunt: Hunt = {
    v: 1,
    id,
    pack: asked.content.pack,
    title: label.title,
    version,
    from,
    to,
    tenants,
    by: asked.by.slice(0, 120),
    live: asked.live === true,
    createdAt: clock.now(),
    price,
    status: 'running',
    digests: [],
  };
  const stored = await store.hunts.get(id);
  return { hunt: stored?.value ?? hunt, price, known: stored !== undefined };
}

/**
 * Starts what was asked for, and says what it was expected to cost. The same again on the same day is the same hunt. The content first, then the due rows, then the hunt itself: where
 * it dies in between, the bells find no hunt and end.
 */
export async function startHunt(tools: HuntTools, asked: HuntAsked): Promise<PlannedHunt> {
  const planned = await planHunt(tools, asked);
  if (planned.known) return planned;
  const { store, clock } = tools;
  const { hunt } = planned;
  await store.hunts.putContent('hunt.put-content', hunt.id, asked.content);
  for (const [index, tenant] of hunt.tenants.entries())
    await store.due.put('hunt.put-due', huntDue(tenant, hunt.id, clock.now() + index * apartMs));
  try {
    await store.hunts.put('hunt.put', hunt);
    return planned;
  } catch (error) {
    // Somebody started the same at the same moment.
    if (!(error instanceof ConflictError)) throw error;
    return { ...planned, known: true };
  }
}

/** Tenants that are being searched end with the day they are at; what was found stays. Throws HuntError if there is none, or it is over. */
export async function cancelHunt({ store, clock }: Pick<HuntTools, 'store' | 'clock'>, id: string): Promise<Hunt> {
  const stored = await store.hunts.get(id);
  if (stored === undefined) throw new HuntError('There is no such hunt.');
  if (stored.value.status !== 'running') throw new HuntError(`This hunt is ${stored.value.status} already.`);
  const hunt: Hunt = { ...stored.value, status: 'cancelled', endedAt: clock.now() };
  await store.hunts.put('hunt.cancel', hunt, stored.etag);
  return hunt;
}
