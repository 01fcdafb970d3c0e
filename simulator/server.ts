// Starts the simulated cloud on two local ports: https for the services, http for people's sign-in, the managed identity and the controls. Called by main.ts and, in process, by tests.
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type AttackOrder, type StartedAttack, startAttack } from './attacks/run.ts';
import { makeCertificate } from './certificate.ts';
import { createDispatcher, type IncomingCall } from './dispatch.ts';
import type { Handler, Reply } from './handler.ts';
import type { RecordedRequest } from './handlers/control/control.ts';
import { createRegistry } from './handlers/index.ts';
import type { Surface } from './route.ts';
import { type Authority, createAuthority } from './tokens.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';
import { activityPath, identityHeader, identityPath, webhookPath } from './worlds/constants.ts';

export interface SimulatorOptions extends WorldOptions {
  /** 0 (default): any free port. */
  readonly ports?: { readonly https?: number; readonly http?: number };
  /** Where to write the certificate (PEM) for NODE_EXTRA_CA_CERTS. */
  readonly certificateFile?: string;
}

export interface Simulator {
  /** Authority and Graph: `https://localhost:{port}` (TG_AUTHORITY_HOST, TG_GRAPH_HOST). */
  readonly url: string;
  /** Exchange: the same port under another name, so that its tokens have an audience of their own (TG_EXCHANGE_HOST). */
  readonly exchangeUrl: string;
  /** The Management Activity API: a path of its own on the same port (TG_ACTIVITY_HOST). */
  readonly activityUrl: string;
  readonly httpUrl: string;
  /** Authority for people (TG_CONSOLE_AUTHORITY): `{httpUrl}/{home tenant}/v2.0` is its issuer. */
  readonly certificate: string;
  readonly identity: { readonly endpoint: string; readonly header: string };
  readonly webhookUrl: string;
  readonly controlUrl: string;
  readonly world: World;
  readonly authority: Authority;
  readonly handlers: readonly Handler[];
  readonly control: {
    /** Starts an attack; throws UnknownNameError. */
    attack(order: AttackOrder): StartedAttack;
    requests(): readonly RecordedRequest[];
    posts(): World['posts'];
  };
  close(): Promise<void>;
}

const maxBody = 4 * 1024 * 1024;
const maxRecorded = 5_000;

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function send(response: ServerResponse, reply: Reply, cors: Readonly<Record<string, string>>): void {
  const [type, content] =
    reply.bytes !== undefined
      ? [reply.contentType ?? 'application/octet-stream', reply.bytes]
      : reply.html !== undefined
        ? ['text/html; charset=utf-8', reply.html]
        : reply.json !== undefined
          ? ['application/json; charset=utf-8', JSON.stringify(reply.json)]
          : ['text/plain; charset=utf-8', reply.text ?? ''];
  const { manner } = reply;
  if (manner?.silent === true) return;
  if (manner?.breaks === true) {
    const whole = Buffer.from(content);
    response.writeHead(reply.status, { 'content-type': type, 'content-length': whole.length, ...cors, ...reply.headers });
    response.write(whole.subarray(0, Math.ceil(whole.length / 2)), () => response.destroy());
    return;
  }
  response.writeHead(reply.status, { ...(content.length > 0 && { 'content-type': type }), ...cors, ...reply.headers });
  response.end(content);
}

/** Entra lets single-page applications call the token endpoint, keys and metadata from their own origin. */
function corsHeaders(request: IncomingMessage, path: string): Readonly<Record<string, string>> {
  const { origin } = request.headers;
  if (origin === undefined || !/^\/[^/]+\/(oauth2\/v2\.0\/token|v2\.0\/\.well-known|discovery\/)/.test(path)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'content-type, x-client-sku, x-client-ver',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    vary: 'Origin',
  };
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
const end = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const [certificate, authority] = await Promise.all([makeCertificate(), createAuthority({ clock: options.clock })]);
  const world = createWorld(options);
  const requests: RecordedRequest[] = [];
  let url = '';
  const handlers = createRegistry({ authorityUrl: () => url, requests });
  const dispatch = createDispatcher({
    world,
    authority,
    handlers,
    record: (request) => {
      requests.push(request);
      if (requests.length > maxRecorded) requests.shift();
    },
  });

  const listener = (surface: Surface) => (request: IncomingMessage, response: ServerResponse) => {
    answer(surface, request, response).catch((error: unknown) => {
      process.stderr.write(`simulator: ${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (!response.headersSent)
        send(
          response,
          { status: 500, json: { error: { code: 'simulator', message: 'The simulator itself failed; its log tells more.' } } },
          {},
        );
    });
  };
  async function answer(surface: Surface, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = request.headers.host ?? '';
    const target = `${surface}://${host}${request.url ?? '/'}`;
    // Only local names: a foreign page must not reach the controls through a name that it points here.
    if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host) || !URL.canParse(target))
      return send(response, { status: 421, text: 'This address is served to localhost only.' }, {});
    const parsed = new URL(target);
    const cors = corsHeaders(request, parsed.pathname);
    if (request.method === 'OPTIONS' && cors['access-control-allow-origin'] !== undefined) return send(response, { status: 204 }, cors);
    const body = await readBody(request);
    if (body === undefined) return send(response, { status: 413, text: 'The request body is too large.' }, cors);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    );
    const incoming: IncomingCall = { surface, method: request.method ?? '', url: parsed, headers, body };
    const reply = await dispatch(incoming);
    if (reply.manner?.slowMs !== undefined) await pause(reply.manner.slowMs, undefined, { ref: false });
    send(response, reply, cors);
  }

  const secure = createHttpsServer({ key: certificate.key, cert: certificate.cert }, listener('https'));
  const plain = createHttpServer(listener('http'));
  const [httpsPort, httpPort] = await Promise.all([listen(secure, options.ports?.https ?? 0), listen(plain, options.ports?.http ?? 0)]);
  url = `https://localhost:${httpsPort}`;
  const httpUrl = `http://localhost:${httpPort}`;
  if (options.certificateFile !== undefined) await writeFile(options.certificateFile, certificate.cert);
  return {
    url,
    exchangeUrl: `https://127.0.0.1:${httpsPort}`,
    activityUrl: `${url}${activityPath}`,
    httpUrl,
    certificate: certificate.cert,
    identity: { endpoint: `${httpUrl}${identityPath}`, header: identityHeader },
    webhookUrl: `${url}${webhookPath}`,
    controlUrl: `${httpUrl}/control`,
    world,
    authority,
    handlers,
    control: { attack: (order) => startAttack(world, order), requests: () => requests, posts: () => world.posts },
    close: async () => {
      await Promise.all([end(secure), end(plain)]);
    },
  };
}
