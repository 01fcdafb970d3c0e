// Tenant scopes for tests. In the guard itself only src/tenants/registry.ts makes them.
import { mintTenantScope, type TenantScope } from '../../src/contracts/tenant-scope.ts';

export const contoso = '11111111-1111-4111-8111-111111111111';
export const fabrikam = '22222222-2222-4222-8222-222222222222';
export const scopeOf = (tenant: string): TenantScope => mintTenantScope(tenant);
