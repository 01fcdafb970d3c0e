// Who asks, for which tenant, and how an error becomes an answer: the one place for all HTTP functions of the console. Answers never repeat what was sent.
import { createHash } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import type { ConsoleError } from '../src/contracts/console.ts';
import type { TenantEntry } from '../src/contracts/policy.ts';
import type { TenantScope } from '../src/contracts/tenant-scope.ts';
import { ConflictError } from '../src/store/store.ts';
import { NotAuthenticatedError, type Person } from '../src/tenants/authenticate.ts';
import { ServiceError } from '../src/tenants/connections.ts';
import { type Purpose, UnknownTenantError } from '../src/tenants/registry.ts';
import { NotAllowedError } from '../src/tenants/responders.ts';
import type { Guard } from './guard.ts';
import type { LazyGuard } from './lazy-guard.ts';

/** A request that cannot be done as it was sent: becomes the answer's status, code and message. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: 400 | 403 | 404 | 409 | 422;
  readonly code: string;
  constructor(status: 400 | 403 | 404 | 409 | 422, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function answerTo(error: unknown, context: InvocationContext): { status: number; body: ConsoleError } {
  if (error instanceof NotAuthenticatedError) return { status: 401, body: { code: error.code, message: error.message } };
  if (error instanceof NotAllowedError) return { status: 403, body: { code: 'not-allowed', message: error.message } };
  if (error instanceof UnknownTenantError)
    return { status: 404, body: { code: 'unknown-tenant', message: 'This tenant is not under guard.' } };
  if (error instanceof RequestError) return { status: error.status, body: { code: error.code, message: error.message } };
  if (error instanceof ConflictError)
    return { status: 409, body: { code: 'changed', message: 'Somebody changed this meanwhile. Look again, then decide again.' } };
  context.error('http.failed', error);
  if (error instanceof ServiceError)
    return {
      status: 502,
      body: {
        code: 'service',
        message: `Microsoft’s service did not answer as it should (correlation ${context.invocationId}). Try again in a moment.`,
      },
    };
  return {
    status: 500,
    body: { code: 'failed', message: `The guard failed (correlation ${context.invocationId}). Its log has the reason.` },
  };
}

export interface Asked {
  readonly guard: Guard;
  readonly person: Person;
  readonly request: HttpRequest;
}

/** For pages over all tenants: `visible` are those in whose responder group the person is. */
export function forPerson(lazy: LazyGuard, handle: (asked: Asked) => Promise<HttpResponseInit>): HttpHandler {
  return async (request, context) => {
    try {
      const guard = await lazy();
      const person = await guard.authenticator.authenticate(request.headers.get('authorization'));
      return await handle({ guard, person, request });
    } catch (error) {
      const { status, body } = answerTo(error, context);
      return { status, jsonBody: body, headers: { 'cache-control': 'no-store' } };
    }
  };
}

/** For one tenant: the scope exists only after the person's membership was checked live. */
export function forTenant(
  lazy: LazyGuard,
  purpose: Purpose,
  handle: (asked: Asked & { readonly scope: TenantScope; readonly entry: TenantEntry }) => Promise<HttpResponseInit>,
): HttpHandler {
  return forPerson(lazy, async (asked) => {
    const scope = await asked.guard.registry.authorise(asked.request.params['tenant'] ?? '', purpose);
    const entry = await asked.guard.registry.entry(scope);
    await asked.guard.responders.require(asked.person, entry.policy.responderGroup);
    return handle({ ...asked, scope, entry });
  });
}

/** JSON with an ETag of its content: a page that polls gets 304 while nothing changed. */
export function cached(request: HttpRequest, body: unknown): HttpResponseInit {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  // The page keeps its own copy for the ETag; nothing of it is to stay on a disk.
  const headers = { etag, 'cache-control': 'no-store' };
  return request.headers.get('if-none-match') === etag
    ? { status: 304, headers }
    : { headers: { ...headers, 'content-type': 'application/json' }, body: text };
}

/** What was asked for, checked. Throws RequestError that names the places but repeats nothing: a fault of our own data is no fault of the request. */
export function understood<T extends z.ZodType>(schema: T, sent: unknown): z.output<T> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
  throw new RequestError(400, 'bad-request', `The request was not understood: ${places}.`);
}

const bodyMost = 10_000;
const tooLarge = () => new RequestError(400, 'too-large', 'The request is too large.');

/** Throws RequestError. What says itself that it is too large is not read at all. */
export async function bodyOf<T extends z.ZodType>(request: HttpRequest, schema: T): Promise<z.output<T>> {
  if (Number(request.headers.get('content-length') ?? 0) > bodyMost) throw tooLarge();
  const text = await request.text();
  if (text.length > bodyMost) throw tooLarge();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RequestError(400, 'bad-request', 'The request was no JSON.');
  }
  return understood(schema, json);
}
