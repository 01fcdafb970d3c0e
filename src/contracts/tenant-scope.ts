// The right to touch one tenant's rows. Every store function takes one; only src/tenants mints it, after an authorised look-up.
declare const authorised: unique symbol;

/** A tenant that the caller was authorised for. A bare string or object does not compile in its place (test/contracts/tenant-scope.test-d.ts). */
export interface TenantScope {
  readonly tenant: string;
  readonly [authorised]: true;
}

/** Only src/tenants may call this (a meta test holds it): everybody else is handed a scope. */
export function mintTenantScope(tenant: string): TenantScope {
  return { tenant } as TenantScope;
}
