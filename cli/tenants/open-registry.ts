// The registry that `tenant-guard tenants` changes. Called by commands/tenants.ts.
import { createRegistry, type Registry } from '../../src/tenants/registry.ts';
import { openStore, type StoreAsked } from './open-store.ts';

export async function openRegistry(asked: StoreAsked): Promise<Registry> {
  const { store } = await openStore(asked);
  return createRegistry({ store, clock: { now: () => Date.now() } });
}
