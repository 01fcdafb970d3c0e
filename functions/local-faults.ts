// HTTP local/faults…: only on one computer, with the simulator: lists what can be broken in its services, and switches one fault of a tenant on or off. Registered only where TG_LOCAL is true.
import type { HttpFunctionOptions } from '@azure/functions';
import { z } from 'zod';
import { bodyOf, cached, forPerson, RequestError, understood } from './http.ts';
import type { LazyGuard } from './lazy-guard.ts';

const board = z.object({
  kinds: z.array(z.object({ kind: z.string(), title: z.string() })),
  standing: z.array(z.object({ id: z.string(), kind: z.string(), tenant: z.string().optional(), struck: z.number() })),
});

async function ask(address: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(
    address,
    body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  if (!answer.ok) throw new RequestError(422, 'fault-refused', 'The simulator does not know this fault.');
  return answer.json();
}
const boardOf = async (control: string) => board.parse(await ask(`${control}/request-faults`));

export const localFaults = (lazy: LazyGuard, control: string): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'local/faults',
  handler: forPerson(lazy, async ({ request }) => cached(request, await boardOf(control))),
});

/** Scope: the tenant of the address; a handler's id or how it begins (`graph.`), so many requests that pass before, so many that are struck. */
const change = z.strictObject({
  on: z.boolean(),
  handler: z.string().max(100).optional(),
  after: z.int().min(0).optional(),
  count: z.int().min(0).optional(),
});

export const setLocalFault = (lazy: LazyGuard, control: string): HttpFunctionOptions => ({
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'local/tenants/{tenant}/faults/{fault}',
  // Without a look at the person's groups: a fault may be that nobody's groups can be read, and must be taken away again.
  handler: forPerson(lazy, async ({ guard, request }) => {
    const { tenant } = await guard.registry.authorise(request.params['tenant'] ?? '', 'respond');
    const { on, ...where } = await bodyOf(request, change);
    const kind = understood(z.string().regex(/^[a-z0-9-]+$/), request.params['fault']);
    const { standing } = await boardOf(control);
    // Set anew rather than beside the old one: one switch, one fault.
    for (const { id, ...fault } of standing)
      if (fault.kind === kind && fault.tenant === tenant) await ask(`${control}/request-faults/clear`, { id });
    if (on) await ask(`${control}/request-faults`, { kind, tenant, ...where });
    return { status: 200, jsonBody: { kind, on } };
  }),
});
