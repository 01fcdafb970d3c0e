// A source of indicators on this computer: an https server that answers as a test wants, hostile ones included. Its certificate and its address are allowed to the fetch that it comes with.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../simulator/certificate.ts';
import { createGuardedFetch, type FetchLimits, type GuardedFetch } from '../../src/collect/indicator-feeds/guarded-fetch.ts';
import type { Resolve } from '../../src/collect/indicator-feeds/public-addresses.ts';

export interface FeedServer {
  /** `https://localhost:port/` */
  readonly url: string;
  /** What was asked, in order: path with query, and headers. */
  readonly asked: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** By path without query. */
  readonly pages: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  fetch(limits?: Partial<FetchLimits>): GuardedFetch;
  close(): Promise<void>;
}

export async function startFeedServer(): Promise<FeedServer> {
  const { key, cert } = await makeCertificate();
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const pages: FeedServer['pages'] = new Map();
  const server = createServer({ key, cert }, (request, response) => {
    const path = request.url ?? '';
    asked.push({ path, headers: request.headers });
    const page = pages.get(path.replace(/\?.*$/, ''));
    // Whoever asked may go in the midst of an answer.
    response.on('error', () => undefined);
    if (page === undefined) response.writeHead(404).end();
    else page(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/`,
    asked,
    pages,
    fetch: (limits = {}) =>
      createGuardedFetch({ ca: cert, mayAsk: (address) => address === '127.0.0.1' || address === '::1', limits, resolve: here }),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const here: Resolve = (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);

/** Answers with JSON, or with a text. */
export const answering =
  (body: unknown, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(200, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

/** Never ends by itself: as much as the other side takes. */
export const endless =
  (chunk: Buffer, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, headers);
    const go = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', go);
    };
    go();
  };

export const stixIndicator = (number: number, pattern: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  created: '2026-03-01T00:00:00.000Z',
  modified: '2026-03-01T00:00:00.000Z',
  name: 'Somebody’s name for it',
  pattern,
  pattern_type: 'stix',
  valid_from: '2026-03-01T00:00:00Z',
  ...more,
});
