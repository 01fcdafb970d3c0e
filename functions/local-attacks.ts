// HTTP local/attacks…: only on one computer, with the simulator: lists its attacks and starts one. Registered only where TG_LOCAL is true.
import type { HttpFunctionOptions } from '@azure/functions';
import { z } from 'zod';
import { bodyOf, cached, forPerson, forTenant, RequestError, understood } from './http.ts';
import type { LazyGuard } from './lazy-guard.ts';

const attackList = z.array(z.object({ id: z.string(), title: z.string() }));

export const localAttacks = (lazy: LazyGuard, control: string): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'local/attacks',
  handler: forPerson(lazy, async ({ guard, request }) => {
    const answer = await fetch(`${control}/attacks`);
    const tenants = (await guard.registry.list()).map(({ tenant }) => tenant);
    return cached(
      request,
      attackList.parse(await answer.json()).map((attack) => ({ ...attack, tenants })),
    );
  }),
});

export const startLocalAttack = (lazy: LazyGuard, control: string): HttpFunctionOptions => ({
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'local/tenants/{tenant}/attacks/{attack}',
  handler: forTenant(lazy, 'respond', async ({ request, scope }) => {
    await bodyOf(request, z.strictObject({}));
    const attack = understood(z.string().regex(/^[a-z0-9-]+$/), request.params['attack']);
    const answer = await fetch(`${control}/attacks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ attack, tenant: scope.tenant }),
    });
    if (!answer.ok) throw new RequestError(422, 'attack-refused', 'The simulator does not know this attack, or not in this tenant.');
    return { status: 202, jsonBody: { started: attack } };
  }),
});
