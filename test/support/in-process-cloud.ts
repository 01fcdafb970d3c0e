// The simulator without its network: the same world, dispatcher and handlers, reached through a fetch that never leaves the process. For scenarios that start a world hundreds of times.

import type { JWTPayload } from 'jose';
import { startAttack } from '../../simulator/attacks/run.ts';
import { createDispatcher } from '../../simulator/dispatch.ts';
import type { RecordedRequest } from '../../simulator/handlers/control/control.ts';
import { createRegistry } from '../../simulator/handlers/index.ts';
import type { Simulator } from '../../simulator/server.ts';
import { type Authority, createAuthority } from '../../simulator/tokens.ts';
import { createWorld, type WorldOptions } from '../../simulator/world.ts';
import { activityPath, identityHeader, identityPath, webhookPath } from '../../simulator/worlds/constants.ts';

export interface CloudSwitch {
  /** Answers for every cloud that was made here; anything else is refused. */
  readonly fetch: typeof fetch;
  make(options: WorldOptions): Promise<Simulator>;
}

/** Signing keys take longer to make than a world: all worlds of a switch share them, each with its own clock. */
export async function createCloudSwitch(): Promise<CloudSwitch> {
  type Dispatch = ReturnType<typeof createDispatcher>;
  const clouds = new Map<string, { readonly dispatch: Dispatch; readonly clock: WorldOptions['clock'] }>();
  let current: WorldOptions['clock'] = { now: () => 0 };
  const strict = await createAuthority({ clock: { now: () => current.now() } });
  const verified = new Map<string, JWTPayload>();
  const signed = new Map<string, Promise<string>>();
  const authority: Authority = {
    ...strict,
    // Signing takes longer than most that a scenario does: the same claims in the same second are the same token.
    sign(claims, lifetime) {
      const key = JSON.stringify([claims, lifetime, Math.floor(current.now() / 1000)]);
      const token = signed.get(key) ?? strict.sign(claims, lifetime);
      signed.set(key, token);
      return token;
    },
    // A token's signature is checked once, its lifetime always.
    async verify(token, audiences) {
      const key = `${token} ${audiences.join(' ')}`;
      const known = verified.get(key);
      if (known?.exp !== undefined && known.exp * 1000 > current.now()) return known;
      const result = await strict.verify(token, audiences);
      if (typeof result !== 'string') verified.set(key, result);
      return result;
    },
  };
  // Any number that is no scheme's own port, which a URL would leave out.
  let port = 10_000;

  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const cloud = clouds.get(url.port);
      if (cloud === undefined) throw new TypeError(`no simulated cloud listens at ${url.host}`);
      current = cloud.clock;
      const reply = await cloud.dispatch({
        surface: url.protocol === 'http:' ? 'http' : 'https',
        method: request.method,
        url,
        headers: Object.fromEntries(request.headers),
        body: Buffer.from(await request.arrayBuffer()),
      });
      const { manner } = reply;
      // Nothing here waits: a silent service has let the caller's time limit pass, a slow one takes none of the test's.
      if (manner?.silent === true) throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
      const content = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
      return new Response(manner?.breaks === true ? halfOf(content) : content === '' ? null : content, {
        status: reply.status,
        ...(reply.headers && { headers: { ...reply.headers } }),
      });
    },
    async make(options) {
      port += 1;
      const name = String(port);
      const url = `https://localhost:${name}`;
      const httpUrl = `http://localhost:${name}`;
      const world = createWorld(options);
      const requests: RecordedRequest[] = [];
      const handlers = createRegistry({ authorityUrl: () => url, requests });
      const dispatch = createDispatcher({ world, authority, handlers, record: (request) => void requests.push(request) });
      clouds.set(name, { dispatch, clock: options.clock });
      return {
        url,
        exchangeUrl: `https://127.0.0.1:${name}`,
        activityUrl: `${url}${activityPath}`,
        httpUrl,
        certificate: '',
        identity: { endpoint: `${httpUrl}${identityPath}`, header: identityHeader },
        webhookUrl: `${url}${webhookPath}`,
        controlUrl: `${httpUrl}/control`,
        world,
        authority,
        handlers,
        control: { attack: (order) => startAttack(world, order), requests: () => requests, posts: () => world.posts },
        close: async () => void clouds.delete(name),
      };
    },
  };
}

const halfOf = (content: string): ReadableStream =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(Buffer.from(content.slice(0, content.length / 2)));
      controller.error(new TypeError('terminated'));
    },
  });
