// What every request goes through: path, method, token, rights, faults, limits, query options, body, handler. Each refusal is the service's own. Called by server.ts.
import { z } from 'zod';
import { answerBatch, isBatch } from './batch.ts';
import { broken, hindered, lacking, spoilt, throttled } from './fault-replies.ts';
import type { Call, Caller, Handler, Reply } from './handler.ts';
import type { RecordedRequest } from './handlers/control/control.ts';
import { audiences } from './handlers/token/token.ts';
import { type ODataQuery, readQuery } from './odata/query.ts';
import { QueryRefusal } from './odata/refusal.ts';
import {
  activityError,
  badBody,
  badToken,
  exchangeError,
  exchangeForbidden,
  graphError,
  revokedToken,
  tokenError,
  unknownPath,
  unknownQuery,
  wrongMethod,
} from './refusals.ts';
import { createReportLimit } from './report-limit.ts';
import { createRouter, type Routed, type Surface, serviceOf } from './route.ts';
import type { TenantState } from './tenant-state.ts';
import type { Authority } from './tokens.ts';
import { consentKey, faultKey, type World } from './world.ts';
import { resources } from './worlds/catalogue.ts';
import { contoso } from './worlds/constants.ts';
import { directoryRoles } from './worlds/roles.ts';

export interface IncomingCall {
  readonly surface: Surface;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}
export interface DispatcherOptions {
  readonly world: World;
  readonly authority: Authority;
  readonly handlers: readonly Handler[];
  readonly record: (request: RecordedRequest) => void;
}

type Guarded = 'graph' | 'exchange' | 'activity';
const accepted: Readonly<Record<Guarded, readonly string[]>> = {
  graph: [audiences.graph, resources.graph.id],
  exchange: [audiences.exchange, resources.exchange.id],
  activity: [audiences.activity, resources.activity.id],
};
const isGuarded = (service: string): service is Guarded => service in accepted;
const noQuery: ODataQuery = { skip: 0, expand: [], count: false };
const nobody: Caller = { tenant: '', app: '', principalId: '', displayName: '', roles: [], wids: [] };
/** Directory roles that open Exchange's admin API at all. */
const exchangeRoles: readonly string[] = [
  directoryRoles.globalReader.id,
  directoryRoles.securityReader.id,
  directoryRoles.exchangeAdministrator.id,
  directoryRoles.globalAdministrator.id,
];
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

export function createDispatcher({ world, authority, handlers, record }: DispatcherOptions): (incoming: IncomingCall) => Promise<Reply> {
  const router = createRouter(handlers);
  const limit = createReportLimit();

  function tenantOf(named: string | undefined): TenantState | undefined {
    const wanted = named?.toLowerCase();
    return [...world.tenants.values()].find((tenant) => tenant.id === wanted || tenant.domain === wanted);
  }

  async function caller(service: Guarded, incoming: IncomingCall, trace: Call['trace']): Promise<Caller | Reply> {
    const token = /^Bearer (.+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
    if (token === undefined) return badToken(service, trace, 'absent');
    const claims = await authority.verify(token, accepted[service]);
    if (typeof claims === 'string') return badToken(service, trace, claims);
    if (tenantOf(String(claims.tid)) === undefined) return badToken(service, trace, 'tenant');
    const revokedAt = world.revokedAt.get(consentKey(String(claims.tid), String(claims.appid)));
    if (revokedAt !== undefined && Number(claims.iat) < Math.floor(revokedAt / 1000)) return revokedToken(service, trace, revokedAt);
    return {
      tenant: String(claims.tid),
      app: String(claims.appid),
      principalId: String(claims.oid),
      displayName: String(claims.app_displayname ?? ''),
      roles: texts(claims.roles),
      wids: texts(claims.wids),
    };
  }

  /** Permissions, then what is broken on purpose. */
  function hindrance(handler: Handler, call: Call): Reply | undefined {
    const allowed = handler.permissions?.some((name) => call.caller.roles.includes(name)) ?? true;
    if (handler.service === 'exchange') {
      if (!allowed) return badToken('exchange', call.trace, 'absent');
      const roles = handler.directoryRoles ?? exchangeRoles;
      if (!roles.some((role) => call.caller.wids.includes(role))) return exchangeForbidden();
    } else if (!allowed) return lacking(handler, call);
    const feed = handler.feedOf?.(call.query) ?? handler.feed;
    const fault = feed && world.faults.get(faultKey(call.tenant.id, feed));
    if (fault !== undefined) return broken(handler, call, fault.kind);
    if (!world.settings.reportLimit || !isGuarded(handler.service)) return undefined;
    const full = limit.take(handler, call.caller.app, call.tenant.id, call.now);
    const wait = full?.retryAfterSeconds;
    return full === undefined ? undefined : throttled(handler, call, wait === undefined ? undefined : String(wait));
  }

  async function answer(
    incoming: IncomingCall,
    found: readonly Routed[],
    call: Omit<Call, 'tenant' | 'caller' | 'odata' | 'params'>,
  ): Promise<{ reply: Reply; handler?: Handler; caller?: Caller }> {
    const { pathname } = incoming.url;
    const first = found[0];
    if (first === undefined) return { reply: unknownPath(serviceOf(incoming.surface, pathname), call.trace, pathname) };
    const { service } = first.handler;
    const fitting = found.filter((one) => one.handler.method === incoming.method);
    if (fitting.length === 0) return { reply: wrongMethod(service, call.trace), handler: first.handler };
    const who = isGuarded(service) ? await caller(service, incoming, call.trace) : nobody;
    if ('status' in who) return { reply: who, handler: fitting[0]?.handler ?? first.handler };

    const named = first.params.tenant;
    const tenant = service === 'graph' ? tenantOf(who.tenant) : named === undefined ? world.tenants.get(contoso.id) : tenantOf(named);
    if (tenant === undefined)
      return {
        reply:
          service === 'exchange'
            ? badToken(service, call.trace, 'tenant')
            : service === 'activity'
              ? foreignTenant(named, who.tenant)
              : tokenError(call.trace, 400, 'invalid_request', 90002, `Tenant '${named}' not found.`),
      };
    if (service === 'activity' && tenant.id !== who.tenant) return { reply: foreignTenant(named, who.tenant), caller: who };
    if (service === 'exchange' && tenant.id !== who.tenant) return { reply: badToken(service, call.trace, 'tenant'), caller: who };

    const sent = readBody(incoming, fitting[0]?.handler ?? first.handler);
    if (sent === unreadable) return { reply: badBody(service, call.trace, 'The request body is not well formed.', undefined), caller: who };
    const chosen = service === 'exchange' ? byCmdlet(fitting, sent) : fitting[0];
    if (chosen === undefined)
      return {
        reply: exchangeError(
          400,
          `The term '${cmdletOf(sent)}' is not recognized as the name of a cmdlet.`,
          'System.Management.Automation.CommandNotFoundException',
        ),
        caller: who,
      };
    const { handler } = chosen;
    const full: Call = {
      ...call,
      tenant,
      caller: who,
      odata: noQuery,
      params: { ...chosen.params, '*path': pathname.replace(/^\/(v1\.0|beta)/, '') },
    };
    return { reply: (await checked(handler, full, sent)) satisfies Reply, handler, caller: who };
  }

  async function checked(handler: Handler, call: Call, sent: unknown): Promise<Reply> {
    const { service } = handler;
    const refused = hindrance(handler, call);
    if (refused !== undefined) return refused;
    const struck = isGuarded(service) ? hindered(world.board, handler, call) : undefined;
    if (struck?.instead !== undefined) return struck.instead;
    let odata = noQuery;
    if (service === 'graph') {
      try {
        odata = readQuery(handler, call.version, call.query);
      } catch (error) {
        if (!(error instanceof QueryRefusal)) throw error;
        return graphError(call.trace, 400, error.code, error.message);
      }
    } else {
      const stranger = [...call.query.keys()].find((name) => handler.parameters?.includes(name) !== true);
      if (stranger !== undefined) return unknownQuery(service, call.trace, stranger);
    }
    if (!handler.hasBody && sent !== undefined && Object.keys(Object(sent)).length > 0)
      return badBody(service, call.trace, 'This request takes no body.', Object.keys(Object(sent))[0]);
    const result = await handler.answer({ ...call, odata, ...(struck && { struck: struck.marks }) }, sent);
    if (!(result instanceof z.ZodError)) return struck === undefined ? result : spoilt(world.board, handler, call, result);
    return badBody(service, call.trace, z.prettifyError(result), unknownName(result.issues));
  }

  const one = async (incoming: IncomingCall): Promise<Reply> => {
    world.advance();
    // The services' clocks may be wrong; the records' own times then lie ahead or behind.
    const now = world.clock.now() + (incoming.surface === 'https' ? world.settings.skewMs : 0);
    const requestId = authority.fresh();
    const trace = { requestId, clientRequestId: incoming.headers['client-request-id'] ?? requestId, now };
    const version = /^\/(v1\.0|beta)\//.exec(incoming.url.pathname)?.[1] === 'beta' ? 'beta' : 'v1.0';
    const { url, headers } = incoming;
    const call = { world, authority, query: url.searchParams, version, now, base: url.origin, headers, trace } as const;
    const { reply, handler, caller: who } = await answer(incoming, router.find(incoming.surface, url.pathname), call);
    record({
      at: new Date(now).toISOString(),
      handler: handler?.id ?? '',
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      status: reply.status,
      ...(who !== undefined && who !== nobody && { tenant: who.tenant, app: who.app }),
    });
    return { ...reply, headers: { date: new Date(now).toUTCString(), ...reply.headers } };
  };
  return async (incoming) => {
    if (incoming.surface !== 'https' || !isBatch(incoming)) return one(incoming);
    const requestId = authority.fresh();
    return answerBatch(incoming, { requestId, clientRequestId: requestId, now: world.clock.now() }, one);
  };
}

const foreignTenant = (named: string | undefined, own: string): Reply =>
  activityError(
    400,
    'AF20010',
    `The tenant ID passed in the URL (${named}) does not match the tenant ID passed in the access token (${own}).`,
  );

const unreadable = Symbol('unreadable body');

/** undefined for no body; the symbol for one that cannot be read as the handler wants it. */
function readBody(incoming: IncomingCall, handler: Handler): unknown {
  if (incoming.body.length === 0) return undefined;
  const type = incoming.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (handler.encoding === 'form')
    return type === 'application/x-www-form-urlencoded'
      ? Object.fromEntries(new URLSearchParams(incoming.body.toString('utf8')))
      : unreadable;
  if (type !== 'application/json') return unreadable;
  try {
    return JSON.parse(incoming.body.toString('utf8')) as unknown;
  } catch {
    return unreadable; // answered as the service answers a damaged body
  }
}

const commandShape = z.object({ CmdletInput: z.object({ CmdletName: z.string() }) });
const cmdletOf = (sent: unknown): string => {
  const parsed = commandShape.safeParse(sent);
  return parsed.success ? parsed.data.CmdletInput.CmdletName : '';
};
const byCmdlet = (found: readonly Routed[], sent: unknown): Routed | undefined =>
  found.find((one) => one.handler.cmdlet?.toLowerCase() === cmdletOf(sent).toLowerCase());

/** The first name in the body that nobody declared. */
function unknownName(issues: readonly z.core.$ZodIssue[]): string | undefined {
  for (const issue of issues) if (issue.code === 'unrecognized_keys') return issue.keys[0];
  return undefined;
}
