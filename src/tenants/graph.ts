// Microsoft Graph through its official client, with what the client leaves to its caller: encoding, time limits, typed errors, paging on the same host. Implements connections.ts.
import type { TokenCredential } from '@azure/identity';
import {
  AuthenticationHandler,
  Client,
  type GraphRequest,
  HTTPMessageHandler,
  type Middleware,
  ResponseType,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { accessToken, claimsAskedFor } from './access-token.ts';
import { type Graph, type GraphOptions, ServiceError } from './connections.ts';
import { deltaLink } from './delta-links.ts';
import { createBatcher } from './graph-batch.ts';

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const page = z.object({ value: z.array(z.record(z.string(), z.unknown())), '@odata.nextLink': z.url().optional() });
const deltaPage = z.object({
  value: z.array(z.record(z.string(), z.unknown())),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

/** Retry-After comes in seconds or as a date; reports often send none. */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

async function serviceError(response: Response, what: string, now: number): Promise<ServiceError> {
  const text = await response.text();
  const parsed = errorBody.safeParse(safeJson(text));
  const code = parsed.success ? parsed.data.error.code : `Http${response.status}`;
  const message = parsed.success ? parsed.data.error.message : `it answered ${response.status} without saying why`;
  const retry = retryAfterSeconds(response.headers.get('retry-after'), now);
  const requestId = response.headers.get('request-id');
  return new ServiceError('graph', response.status, code, `${what}: ${message}`, {
    ...(retry === undefined ? {} : { retryAfterSeconds: retry }),
    ...(requestId === null ? {} : { requestId }),
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: every caller checks the result against a schema and reports
  }
}

export interface GraphClientOptions {
  readonly host: string;
  readonly credential: TokenCredential;
  readonly timeoutSeconds?: number;
}

/** Nothing is asked twice here: a round that is throttled leaves a due row, and containment insists by itself (src/contain/insist.ts). */
export function createGraph({ host, credential, timeoutSeconds = 30 }: GraphClientOptions): Graph {
  const scope = `${host}/.default`;
  const chain: Middleware[] = [
    new AuthenticationHandler({ getAccessToken: () => accessToken(credential, scope) }),
    new TelemetryHandler(),
    new HTTPMessageHandler(),
  ];
  for (const [index, middleware] of chain.entries()) {
    const next = chain[index + 1];
    if (next !== undefined) middleware.setNext?.(next);
  }
  const client = Client.initWithMiddleware({
    middleware: chain[0] as Middleware,
    baseUrl: `${host}/`,
    customHosts: new Set([new URL(host).hostname]),
  });

  async function send(
    request: GraphRequest,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options: GraphOptions,
  ): Promise<Record<string, unknown>> {
    await options.before?.();
    for (const [name, value] of Object.entries(options.headers ?? {})) request.header(name, value);
    // A redirect would carry what is sent to wherever it points.
    request
      .option('signal', AbortSignal.timeout(timeoutSeconds * 1000))
      .option('redirect', 'error')
      .responseType(ResponseType.RAW);
    const what = `${method} ${path}`;
    let response: Response;
    // Asked for here first, since the client would flatten "no consent" into an error without a cause; it finds the token in the cache.
    await accessToken(credential, scope);
    try {
      response = await call(request, method, options.body);
      const claims = claimsAskedFor(response);
      if (claims !== undefined) {
        // Not carried out, so it can be asked again, whatever it is.
        await response.body?.cancel();
        await accessToken(credential, scope, claims);
        await options.before?.();
        response = await call(request, method, options.body);
      }
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      throw new ServiceError('graph', 0, 'Unreachable', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    if (!response.ok) throw await serviceError(response, what, Date.now());
    if (response.status === 204) return {};
    let text: string;
    try {
      text = await response.text();
    } catch (cause) {
      throw new ServiceError('graph', 0, 'ConnectionLost', `${what}: the connection broke in mid-answer`, { cause });
    }
    if (text === '') return {};
    const parsed = z.record(z.string(), z.unknown()).safeParse(safeJson(text));
    if (!parsed.success) throw new ServiceError('graph', 0, 'NoJson', `${what}: the answer was no JSON object`);
    return parsed.data;
  }

  const together = createBatcher({
    single: (url) => send(client.api(url).version('v1.0'), 'GET', url.split('?')[0] ?? url, {}),
    together: (body) => send(client.api('/$batch').version('v1.0'), 'POST', '/$batch', { body }),
    renew: (claims) => accessToken(credential, scope, claims),
    retryAfter: (header) => retryAfterSeconds(header, Date.now()),
  });

  return {
    async request(method, path, options = {}) {
      // Ids stand in paths; these two would be resolved away and lead to another object.
      if (path.split('/').some((segment) => segment === '.' || segment === '..'))
        throw new ServiceError('graph', 400, 'BadPath', `${method} ${path}: an id in this path is none`);
      const query = Object.entries(options.query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      const url = query.length === 0 ? path : `${path}?${query.join('&')}`;
      if (options.together === true && method === 'GET' && options.headers === undefined) {
        await options.before?.();
        return together(url);
      }
      return send(client.api(url).version(options.version ?? 'v1.0'), method, path, options);
    },
    async *pages(path, options = {}) {
      let answer = await this.request('GET', path, options);
      for (;;) {
        const parsed = page.safeParse(answer);
        if (!parsed.success) throw new ServiceError('graph', 0, 'NoPage', `GET ${path}: the answer was no page of a collection`);
        yield parsed.data.value;
        const next = parsed.data['@odata.nextLink'];
        if (next === undefined) return;
        if (new URL(next).origin !== new URL(host).origin)
          throw new ServiceError('graph', 0, 'ForeignNextLink', `GET ${path}: the next page is on another host, which gets no token`);
        answer = await send(client.api(next), 'GET', path, options);
      }
    },
    async *delta(path, { since, ...options } = {}) {
      const collection = `${path}/delta`;
      const follow = (link: string) => send(client.api(deltaLink(host, path, link)), 'GET', collection, options);
      let answer = since === undefined ? await this.request('GET', collection, options) : await follow(since);
      for (;;) {
        const parsed = deltaPage.safeParse(answer);
        const { '@odata.nextLink': next, '@odata.deltaLink': last, value: objects } = parsed.success ? parsed.data : { value: [] };
        if (next === undefined && last === undefined)
          throw new ServiceError('graph', 0, 'NoDelta', `GET ${collection}: the answer was no page of a delta query`);
        if (next === undefined) {
          yield { objects, link: deltaLink(host, path, last ?? '') };
          return;
        }
        yield { objects };
        answer = await follow(next);
      }
    },
  };
}

function call(request: GraphRequest, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', body: unknown): Promise<Response> {
  switch (method) {
    case 'GET':
      return request.get();
    case 'POST':
      return request.post(body ?? {});
    case 'PATCH':
      return request.patch(body);
    case 'DELETE':
      return request.delete();
  }
}
