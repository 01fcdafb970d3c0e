// HTTP GET tenants/{tenant}/targeted: who was targeted but not entered, those whose password is proven known first.
import type { HttpFunctionOptions } from '@azure/functions';
import type { TargetedRow } from '../src/contracts/console.ts';
import { targetedUsers } from '../src/incidents/targeted.ts';
import { cached, forTenant } from './http.ts';
import type { LazyGuard } from './lazy-guard.ts';

const mostUsers = 200;

export const targeted = (lazy: LazyGuard): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'tenants/{tenant}/targeted',
  handler: forTenant(lazy, 'show', async ({ guard, scope, request }) => {
    const rows: readonly TargetedRow[] = targetedUsers(await guard.store.findings.all(scope)).slice(0, mostUsers);
    return cached(request, rows);
  }),
});
