// HTTP between a client and the app: keys, a request as the host hands it over, an answer as the host writes it. Used by host.ts.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Cookie, type HttpData, type Invoke, type Log, WorkerDied } from './messages.ts';
import { type Matched, matchRoute, type Route } from './routes.ts';

export interface Keys {
  readonly master: string;
  readonly function: string;
  /** System key of the Event Grid webhook. */
  readonly eventGrid: string;
}

/** The host takes bodies up to 100 MB. */
const maxBody = 100 * 1024 * 1024;

export function sameKey(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export function givenKey(request: IncomingMessage, url: URL): string | undefined {
  const header = request.headers['x-functions-key'];
  return url.searchParams.get('code') ?? (typeof header === 'string' ? header : undefined);
}

/** An answer without a body, as the host gives for everything that it decides itself. */
export function bare(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, status === 204 ? headers : { 'content-length': '0', ...headers });
  response.end();
}

export async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A repeated query parameter arrives as one value, joined by a comma. */
function queryOf(url: URL): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of url.searchParams) query[name] = name in query ? `${query[name]},${value}` : value;
  return query;
}

function requestData(request: IncomingMessage, matched: Matched, url: URL, body: Uint8Array): HttpData {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name] = String(value);
  return {
    method: request.method ?? 'GET',
    url: url.href,
    headers,
    query: queryOf(url),
    params: matched.params,
    body: body.length === 0 ? null : { bytes: body },
  };
}

const seconds = (given: number | { toNumber(): number } | undefined): number | undefined =>
  typeof given === 'object' ? given.toNumber() : given;

/** In the order and spelling of ASP.NET: `s=v; max-age=60; path=/; secure; samesite=lax; httponly`. */
function setCookie(cookie: Cookie): string {
  const expires = seconds(cookie.expires?.value?.seconds);
  const sameSite = { lax: 'lax', strict: 'strict', explicitNone: 'none' }[cookie.sameSite ?? ''];
  return [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    expires === undefined ? '' : `expires=${new Date(expires * 1000).toUTCString()}`,
    cookie.maxAge?.value === undefined ? '' : `max-age=${cookie.maxAge.value}`,
    cookie.domain?.value === undefined ? '' : `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value === true ? 'secure' : '',
    sameSite === undefined ? '' : `samesite=${sameSite}`,
    cookie.httpOnly?.value === true ? 'httponly' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function writeAnswer(response: ServerResponse, answer: HttpData): void {
  const status = Number(answer.statusCode ?? 200);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.cookies !== undefined && answer.cookies.length > 0) response.setHeader('set-cookie', answer.cookies.map(setCookie));
  const body = answer.body?.bytes ?? new Uint8Array();
  if (body.length === 0 || status === 204 || status === 304) {
    bare(response, status);
  } else {
    response.writeHead(status);
    // Written before the end, so that it goes out chunked, as the host sends it.
    response.write(body);
    response.end();
  }
}

function mayCall(route: Route, key: string | undefined, keys: Keys): boolean {
  if (route.authLevel === 'anonymous' || sameKey(key, keys.master)) return true;
  return route.authLevel === 'function' && sameKey(key, keys.function);
}

/** Serves the app's own routes. Resolves when the answer is written; never rejects. */
export async function serveRoute(
  given: {
    readonly routes: readonly Route[];
    readonly keys: Keys;
    readonly invoke: Invoke;
    readonly log: Log;
    readonly trace: () => string;
  },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const matched = matchRoute(given.routes, request.method ?? 'GET', url.pathname);
  if (matched === undefined) return bare(response, 404, request.method === 'HEAD' ? { connection: 'close' } : {});
  if (!mayCall(matched.route, givenKey(request, url), given.keys)) return bare(response, 401);
  const body = await readBody(request);
  if (body === undefined) return bare(response, 413);
  const header = request.headers.traceparent;
  const begun = performance.now();
  try {
    const { returnValue } = await given.invoke(matched.route.function, {
      inputData: [{ name: matched.route.trigger, data: { http: requestData(request, matched, url, body) } }],
      traceContext: { traceParent: typeof header === 'string' ? header : given.trace(), traceState: '' },
    });
    const answer = returnValue?.http;
    if (answer === null || answer === undefined) bare(response, 204);
    else writeAnswer(response, answer);
    // Who acts is worth a line; those who only look would drown it.
    if (request.method !== 'GET') {
      const took = (performance.now() - begun).toFixed(0);
      given.log({
        level: 'information',
        category: 'host',
        message: `answered ${response.statusCode} in ${took} ms`,
        function: matched.route.function,
      });
    }
  } catch (error) {
    // The reason is for the log alone: the client gets an empty 500.
    const level = error instanceof WorkerDied ? 'warning' : 'error';
    given.log({
      level,
      category: 'host',
      message: `Failed: ${error instanceof Error ? error.message : error}`,
      function: matched.route.function,
    });
    if (response.headersSent) response.destroy();
    else {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      bare(response, 500);
    }
  }
}
