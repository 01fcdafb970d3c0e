// Which tenants are under guard, and the only way to a TenantScope: asking for one by name and purpose. Called by every trigger before it touches a tenant, by onboarding and
// by the planner.
import type { Clock } from '../contracts/clock.ts';
import { hashId } from '../contracts/ids.ts';
import { type TenantEntry, type TenantPolicy, tenantPolicy } from '../contracts/policy.ts';
import { mintTenantScope, type TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError, type Store } from '../store/store.ts';

/**
 * `show`: pages that only read. `finish`: sends cards and ends plans that were begun, of which a paused tenant refuses every further step and reads back the others. Both are
 * right for a paused tenant too. `erase`: deletes the data of one that was removed, once its time has come. The others act in the tenant.
 */
export type Purpose = 'round' | 'respond' | 'show' | 'finish' | 'erase';

/** Nobody authorised this tenant for this purpose. The message may be shown: it holds nothing but what was asked for. */
export class UnknownTenantError extends Error {
  override readonly name = 'UnknownTenantError';
}

export interface RegistrySeed {
  readonly tenants: readonly { readonly tenant: string; readonly name: string }[];
  readonly policy: Pick<TenantPolicy, 'live' | 'responderGroup' | 'protectedObjects' | 'cadence'>;
  /** Setting that holds the webhook's address, if there is one. */
  readonly webhookSetting?: string | undefined;
  /** Names of all channels that have an address. */
  readonly channels?: readonly string[];
}

export interface Registry {
  /** The right to touch a tenant's rows. Throws UnknownTenantError unless it is active (or paused, to show it or to finish). */
  authorise(tenant: string, purpose: Purpose): Promise<TenantScope>;
  /** The same with the entry that it was judged by: one look for both. */
  enter(tenant: string, purpose: Purpose): Promise<{ readonly scope: TenantScope; readonly entry: TenantEntry }>;
  /** Entry and policy of an authorised tenant, fresh from the table. */
  entry(scope: TenantScope): Promise<TenantEntry>;
  /** All that were not removed. */
  list(): Promise<TenantEntry[]>;
  /** Removed ones too. */
  all(): Promise<TenantEntry[]>;
  /**
   * Throws ConflictError if it is there and not removed, or while its data is being deleted. One that was removed and whose data is still there goes on with its old policy and all
   * that was known of it, but rehearses until somebody lets it act again.
   * @param change of the policy that it has then; what it throws is thrown, and nothing is written
   */
  add(tenant: string, name: string, policy?: Partial<TenantPolicy>, change?: (policy: TenantPolicy) => TenantPolicy): Promise<TenantEntry>;
  /** Changes the newest state of the entry; tries again if somebody else wrote meanwhile. */
  update(tenant: string, change: (entry: TenantEntry) => TenantEntry): Promise<TenantEntry>;
  /** No scope is given out any more; the tenant's data is deleted after so many days (at least an hour, in which what is under way ends). */
  remove(tenant: string, keepDays?: number): Promise<TenantEntry>;
  /** From here on the tenant cannot be added again until `endErasing`. Throws UnknownTenantError if its time has not come. */
  beginErasing(tenant: string): Promise<TenantScope>;
  /** Nothing stays of the entry but that the tenant was here: no name, no policy. */
  endErasing(tenant: string): Promise<void>;
  /** Marks these as told of by one digest. Throws ConflictError if an entry changed since it was read; then nothing or only the first hundreds are marked. */
  markFirstLight(tenants: readonly string[], mark: NonNullable<TenantEntry['firstLight']>): Promise<void>;
  /**
   * Adds the tenants of the configuration that were never there. Where the settings changed since they were last applied, they are applied once;
   * what an operator changed since then, or removed, stays as it is at every later start. Names of channels are written down for the command, which sees no settings.
   */
  seed(): Promise<void>;
  /** Names in these channels that the running guard has no address of; undefined: no guard ever said which it has. */
  missingChannels(channels: TenantPolicy['channels']): Promise<readonly string[] | undefined>;
}

const tries = 10;
const mostAtOnce = 100;
/** A removed tenant's data stays so long unless told otherwise: a mistake can be taken back. */
export const keepDaysUsual = 30;
const dayMs = 86_400_000;
const leastKeptMs = 3_600_000;
const nameless = 'A tenant that was removed';

export function createRegistry({
  store,
  clock,
  seed,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly seed?: RegistrySeed;
}): Registry {
  const key = (tenant: string) => tenant.toLowerCase();
  const unknown = (tenant: string) => new UnknownTenantError(`Tenant ${JSON.stringify(tenant.slice(0, 64))} is not under guard`);
  const fresh = (tenant: string, name: string, policy: Partial<TenantPolicy>): TenantEntry => ({
    v: 1,
    tenant: key(tenant),
    name,
    status: 'active',
    addedAt: new Date(clock.now()).toISOString(),
    policy: tenantPolicy.parse({ v: 1, ...policy }),
  });

  const registry: Registry = {
    authorise: async (tenant, purpose) => (await registry.enter(tenant, purpose)).scope,
    async enter(tenant, purpose) {
      const entry = (await store.registry.get(key(tenant)))?.value;
      if (entry === undefined) throw unknown(tenant);
      const { status } = entry;
      const allowed = purpose === 'erase' ? isDueForErasing(entry, clock.now()) : status === 'active';
      if (allowed || (status === 'paused' && (purpose === 'show' || purpose === 'finish')))
        return { scope: mintTenantScope(key(tenant)), entry };
      throw unknown(tenant);
    },
    async entry({ tenant }) {
      const stored = await store.registry.get(tenant);
      if (!stored) throw unknown(tenant);
      return stored.value;
    },
    async list() {
      return (await registry.all()).filter(({ status }) => status !== 'removed');
    },
    async all() {
      return (await store.registry.list()).map(({ value }) => value);
    },
    async add(tenant, name, policy = {}, change = (unchanged) => unchanged) {
      const stored = await store.registry.get(key(tenant));
      const old = stored?.value;
      if (old !== undefined && old.status !== 'removed') throw new ConflictError(`Tenant ${old.tenant} is under guard already`);
      if (old?.erasing === true)
        throw new ConflictError(`The data of tenant ${old.tenant} is being deleted at this moment: add it again in a few minutes`);
      const entry =
        old === undefined || old.erasedAt !== undefined
          ? fresh(tenant, name, policy)
          : { ...withoutEnd(old), name, status: 'active' as const, policy: tenantPolicy.parse({ ...old.policy, live: false, ...policy }) };
      const added = { ...entry, policy: change(entry.policy) };
      await store.registry.put('registry.add-tenant', added, stored?.etag);
      return added;
    },
    async update(tenant, change) {
      for (let attempt = 1; ; attempt++) {
        const stored = await store.registry.get(key(tenant));
        if (!stored || stored.value.status === 'removed') throw unknown(tenant);
        const entry = { ...change(stored.value), tenant: stored.value.tenant };
        try {
          await store.registry.put('registry.update-tenant', entry, stored.etag);
          return entry;
        } catch (error) {
          if (!(error instanceof ConflictError) || attempt === tries) throw error;
        }
      }
    },
    remove(tenant, keepDays = keepDaysUsual) {
      const eraseAt = new Date(clock.now() + Math.max(leastKeptMs, keepDays * dayMs)).toISOString();
      return registry.update(tenant, (entry) => ({ ...entry, status: 'removed', eraseAt }));
    },
    async beginErasing(tenant) {
      const stored = await store.registry.get(key(tenant));
      if (stored === undefined || !isDueForErasing(stored.value, clock.now())) throw unknown(tenant);
      if (stored.value.erasing !== true)
        await store.registry.put('registry.begin-erasing', { ...stored.value, erasing: true }, stored.etag);
      return mintTenantScope(key(tenant));
    },
    async endErasing(tenant) {
      const stored = await store.registry.get(key(tenant));
      if (stored?.value.erasing !== true) return; // another run ended it
      const { addedAt } = stored.value;
      const mark = { ...fresh(tenant, nameless, {}), addedAt, status: 'removed' as const, erasedAt: new Date(clock.now()).toISOString() };
      await store.registry.put('registry.end-erasing', mark, stored.etag);
    },
    async markFirstLight(tenants, firstLight) {
      const wanted = new Set(tenants.map(key));
      const found = (await store.registry.list()).filter(({ value }) => wanted.has(value.tenant) && value.firstLight === undefined);
      for (let start = 0; start < found.length; start += mostAtOnce) {
        const part = found.slice(start, start + mostAtOnce).map(({ value, etag }) => ({ value: { ...value, firstLight }, etag }));
        await store.registry.putAll('registry.mark-first-light', part);
      }
    },
    async missingChannels(channels) {
      const names = await store.registry.channels();
      const known = new Set(names?.map((name) => name.toLowerCase()));
      return names && channels.map(({ setting }) => setting).filter((setting) => !known.has(setting.toLowerCase()));
    },
    async seed() {
      if (!seed) return;
      const names = [...(seed.channels ?? [])].sort();
      if (seed.channels !== undefined && (await store.registry.channels())?.join() !== names.join())
        await store.registry.putChannels('registry.put-channels', names);
      const known = new Map((await store.registry.list()).map((stored) => [key(stored.value.tenant), stored]));
      const channels = seed.webhookSetting === undefined ? [] : [{ kind: 'webhook' as const, setting: seed.webhookSetting }];
      const policy = { ...seed.policy, channels };
      const seededFrom = hashId(JSON.stringify(policy));
      for (const { tenant, name } of seed.tenants) {
        const stored = known.get(key(tenant));
        if (stored?.value.seededFrom === seededFrom || stored?.value.status === 'removed') continue;
        const entry =
          stored === undefined
            ? { ...fresh(tenant, name, policy), seededFrom }
            : { ...stored.value, policy: tenantPolicy.parse({ ...stored.value.policy, ...policy }), seededFrom };
        try {
          await store.registry.put('registry.seed-tenant', entry, stored?.etag);
        } catch (error) {
          // Another instance that starts at the same time was first: the same entry stands there.
          if (!(error instanceof ConflictError)) throw error;
        }
      }
    },
  };
  return registry;
}

/** Removed, and the time for which its data was to be kept is over. */
export const isDueForErasing = ({ status, eraseAt, erasedAt }: TenantEntry, now: number): boolean =>
  status === 'removed' && erasedAt === undefined && eraseAt !== undefined && Date.parse(eraseAt) <= now;

function withoutEnd({ eraseAt: _eraseAt, ...rest }: TenantEntry): TenantEntry {
  return rest;
}
