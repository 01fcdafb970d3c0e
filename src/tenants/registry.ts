// Which tenants are under guard, and the only way to a TenantScope: asking for one by name and purpose. Called by every trigger before it touches a tenant, by onboarding and
// by the planner.
import type { Clock } from '../contracts/clock.ts';
import { hashId } from '../contracts/ids.ts';
import { type TenantEntry, type TenantPolicy, tenantPolicy } from '../contracts/policy.ts';
import { mintTenantScope, type TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError, type Store } from '../store/store.ts';

/**
 * `show`: pages that only read. `finish`: sends cards and ends plans that were begun, of which a paused tenant refuses every further step and reads back the others. Both are
 * right for a paused tenant too. The others act in the tenant.
 */
export type Purpose = 'round' | 'respond' | 'show' | 'finish';

/** Nobody authorised this tenant for this purpose. The message may be shown: it holds nothing but what was asked for. */
export class UnknownTenantError extends Error {
  override readonly name = 'UnknownTenantError';
}

export interface RegistrySeed {
  readonly tenants: readonly { readonly tenant: string; readonly name: string }[];
  readonly policy: Pick<TenantPolicy, 'live' | 'responderGroup' | 'protectedObjects' | 'cadence'>;
  /** Setting that holds the webhook's address, if there is one. */
  readonly webhookSetting?: string | undefined;
}

export interface Registry {
  /** The right to touch a tenant's rows. Throws UnknownTenantError unless it is active (or paused, to show it or to finish). */
  authorise(tenant: string, purpose: Purpose): Promise<TenantScope>;
  /** Entry and policy of an authorised tenant, fresh from the table. */
  entry(scope: TenantScope): Promise<TenantEntry>;
  /** All that were not removed. */
  list(): Promise<TenantEntry[]>;
  /** Throws ConflictError if it is there and not removed. */
  add(tenant: string, name: string, policy?: Partial<TenantPolicy>): Promise<TenantEntry>;
  /** Changes the newest state of the entry; tries again if somebody else wrote meanwhile. */
  update(tenant: string, change: (entry: TenantEntry) => TenantEntry): Promise<TenantEntry>;
  /** No scope is given out any more; the tenant's data stays for as long as its retention says. */
  remove(tenant: string): Promise<void>;
  /**
   * Adds the tenants of the configuration that were never there. Where the settings changed since they were last applied, they are applied once;
   * what an operator changed since then, or removed, stays as it is at every later start.
   */
  seed(): Promise<void>;
}

const tries = 10;

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
    async authorise(tenant, purpose) {
      const stored = await store.registry.get(key(tenant));
      const status = stored?.value.status;
      if (status === 'active' || (status === 'paused' && (purpose === 'show' || purpose === 'finish'))) return mintTenantScope(key(tenant));
      throw unknown(tenant);
    },
    async entry({ tenant }) {
      const stored = await store.registry.get(tenant);
      if (!stored) throw unknown(tenant);
      return stored.value;
    },
    async list() {
      return (await store.registry.list()).map(({ value }) => value).filter(({ status }) => status !== 'removed');
    },
    async add(tenant, name, policy = {}) {
      const entry = fresh(tenant, name, policy);
      const stored = await store.registry.get(entry.tenant);
      if (stored && stored.value.status !== 'removed') throw new ConflictError(`Tenant ${entry.tenant} is under guard already`);
      await store.registry.put('registry.add-tenant', entry, stored?.etag);
      return entry;
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
    async remove(tenant) {
      await registry.update(tenant, (entry) => ({ ...entry, status: 'removed' }));
    },
    async seed() {
      if (!seed) return;
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
