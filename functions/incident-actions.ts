// HTTP POST tenants/{tenant}/incidents/{id}/…: press, undo, dismiss, opened. Each proves the person, asks membership live, and hands on; the stages store the intent first.
import type { HttpFunctionOptions, HttpHandler } from '@azure/functions';
import { z } from 'zod';
import { markOpened as storeOpened } from '../src/alert/outbox.ts';
import { belongsTo } from '../src/contain/of-incident.ts';
import type { PressResult } from '../src/contain/press.ts';
import { press } from '../src/contain/press.ts';
import { directionOf, outcomesOf } from '../src/contain/steps.ts';
import { undo } from '../src/contain/undo.ts';
import { dismissBody, type PressAnswer, pressBody, undoBody } from '../src/contracts/console.ts';
import type { Containment } from '../src/contracts/containment.ts';
import { dismiss } from '../src/incidents/dismiss.ts';
import type { Person } from '../src/tenants/authenticate.ts';
import { type Asked, bodyOf, forTenant, RequestError } from './http.ts';
import type { LazyGuard } from './lazy-guard.ts';
import { responderOf } from './responder.ts';

/** Undo and dismissals let an attacker back in or hide them: they want a sign-in of the last quarter of an hour, not a stolen session. */
const freshSignInMs = 15 * 60_000;

function requireFreshSignIn({ guard, person }: { readonly guard: Asked['guard']; readonly person: Person }): void {
  if (person.signedInAt === undefined || guard.clock.now() - person.signedInAt > freshSignInMs)
    throw new RequestError(403, 'fresh-sign-in', 'This needs a fresh sign-in: sign in again, then repeat it.');
}

function answer(result: PressResult) {
  if ('refused' in result) throw new RequestError(409, 'refused', `${result.refused.why} ${result.refused.next}`);
  const { id: containment, status, dryRun, steps } = result.containment;
  const refused = refusalOfAll(result.containment);
  const body: PressAnswer = {
    containment,
    status,
    dryRun,
    outcomes: outcomesOf(steps, directionOf(result.containment)),
    ...(refused === undefined ? {} : { refused }),
  };
  return { status: 202, jsonBody: body };
}

/** The one reason why a press as a whole was refused. */
function refusalOfAll({ steps, undo: undone }: Containment): string | undefined {
  const reasons = steps.map(({ result }) => (result?.outcome === 'refused' ? `${result.why} ${result.next}` : undefined));
  return undone === undefined && new Set(reasons).size === 1 ? reasons[0] : undefined;
}

const post = (route: string, handler: HttpHandler): HttpFunctionOptions => ({
  methods: ['POST'],
  authLevel: 'anonymous',
  route: `tenants/{tenant}/incidents/{id}/${route}`,
  handler,
});
const idOf = ({ request }: Asked): string => request.params['id'] ?? '';

export const pressIncident = (lazy: LazyGuard): HttpFunctionOptions =>
  post(
    'press',
    forTenant(lazy, 'respond', async (asked) => {
      const { kind, request } = await bodyOf(asked.request, pressBody);
      return answer(await press(asked.guard, asked.scope, { incident: idOf(asked), kind, request, by: responderOf(asked.person) }));
    }),
  );

export const undoIncident = (lazy: LazyGuard): HttpFunctionOptions =>
  post(
    'undo',
    forTenant(lazy, 'respond', async (asked) => {
      requireFreshSignIn(asked);
      const { containment, request, reason } = await bodyOf(asked.request, undoBody);
      if (!(await belongsTo(asked.guard, asked.scope, containment, idOf(asked))))
        throw new RequestError(404, 'unknown-containment', 'There is no such containment of this incident.');
      return answer(await undo(asked.guard, asked.scope, { containment, request, reason, by: responderOf(asked.person) }));
    }),
  );

export const dismissIncident = (lazy: LazyGuard): HttpFunctionOptions =>
  post(
    'dismiss',
    forTenant(lazy, 'respond', async (asked) => {
      requireFreshSignIn(asked);
      const { reason, exclude } = await bodyOf(asked.request, dismissBody);
      const result = await dismiss(asked.guard, asked.scope, {
        incident: idOf(asked),
        reason,
        by: responderOf(asked.person),
        ...(exclude === undefined ? {} : { exclude: { ...exclude, live: asked.entry.policy.live } }),
      });
      if ('refused' in result) throw new RequestError(409, 'refused', result.refused);
      return { status: 202, jsonBody: { status: result.incident.status } };
    }),
  );

export const markOpened = (lazy: LazyGuard): HttpFunctionOptions =>
  post(
    'opened',
    forTenant(lazy, 'show', async (asked) => {
      await bodyOf(asked.request, z.strictObject({}));
      await storeOpened(asked.guard, asked.scope, idOf(asked));
      return { status: 204 };
    }),
  );
