// A tenant's rows cannot be reached with anything but a minted scope. Checked by the compiler (npm run typecheck): each line below fails the build if it starts to compile.
import { mintTenantScope, type TenantScope } from '../../src/contracts/tenant-scope.ts';
import type { Store } from '../../src/store/store.ts';

export async function onlyScopes(store: Store, scope: TenantScope): Promise<void> {
  await store.findings.all(scope);
  await store.findings.all(mintTenantScope('11111111-1111-4111-8111-111111111111'));
  // @ts-expect-error a bare string is no scope
  await store.findings.all('11111111-1111-4111-8111-111111111111');
  // @ts-expect-error an object that looks like one is no scope
  await store.findings.all({ tenant: '11111111-1111-4111-8111-111111111111' });
  // @ts-expect-error nor is it for writing
  await store.findings.put('round.put-findings', { tenant: '11111111-1111-4111-8111-111111111111' }, []);
  // @ts-expect-error a crash point that is not numbered
  await store.findings.put('round.no-such-point', scope, []);
}
