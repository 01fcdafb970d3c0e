// What the tenants under guard call their own: no feed may list it. Read from the snapshots that the rounds keep, and from policies. Called by refresh.ts when a copy is made.
import { domains } from '../../collect/graph/domains.ts';
import type { Own } from '../../detect/indicators/feeds/vet.ts';
import type { RoundDependencies } from '../dependencies.ts';

const together = 20;

/** A tenant whose domains were not read yet (or may not be) adds none. */
export async function ownOfFleet({ store, registry }: Pick<RoundDependencies, 'store' | 'registry'>): Promise<Own> {
  const entries = (await registry.list()).filter(({ status }) => status === 'active');
  const names = new Set<string>();
  const one = async (tenant: string): Promise<void> => {
    const scope = await registry.authorise(tenant, 'round');
    const snapshot = (await store.state.feeds(scope)).find(({ feed }) => feed === domains.id)?.snapshot;
    if (snapshot === undefined) return;
    for (const { id } of (await store.blobs.snapshot(scope, domains.id, snapshot)) ?? [])
      if (typeof id === 'string') names.add(id.toLowerCase());
  };
  for (let at = 0; at < entries.length; at += together)
    await Promise.all(entries.slice(at, at + together).map(({ tenant }) => one(tenant)));
  return { domains: names, networks: entries.flatMap(({ policy }) => policy.ownNetworks ?? []) };
}
