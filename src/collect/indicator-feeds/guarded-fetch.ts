// Fetches one document of a foreign feed: https only, public addresses only, no other host, bounded in size, time and depth. The only module that talks to feeds. Called by the readers beside it.
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { guardedLookup, isPublic, type Resolve } from './public-addresses.ts';

/** What keeps a document out, in plain words: shown on the console. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
}

export interface FetchLimits {
  /** Of one document, after unpacking. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** Levels of brackets in JSON. */
  readonly depth: number;
  readonly redirects: number;
}
export const usualLimits: FetchLimits = { bytes: 48 * 1024 * 1024, milliseconds: 60_000, depth: 50, redirects: 3 };

export interface FetchOptions {
  readonly limits?: Partial<FetchLimits>;
  /** For a server on this computer, in tests: its certificate, and that its address may be asked. */
  readonly ca?: string;
  readonly mayAsk?: (address: string) => boolean;
  readonly resolve?: Resolve;
}

export interface Fetched {
  readonly text: string;
  readonly header: (name: string) => string | undefined;
}
/** `undefined`: the source says that it did not change (304). @throws FeedError */
export type GuardedFetch = (url: string, headers: Readonly<Record<string, string>>) => Promise<Fetched | undefined>;

export function createGuardedFetch({ limits: given = {}, ca, mayAsk = isPublic, resolve }: FetchOptions = {}): GuardedFetch {
  const limits = { ...usualLimits, ...given };
  const lookup = guardedLookup(mayAsk, resolve);

  const once = (url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (url.protocol !== 'https:') throw new FeedError(`${url.protocol}//${url.host} is not https`);
    if (url.username !== '' || url.password !== '') throw new FeedError('the address carries credentials');
    // A literal address is not looked up.
    if (/^[\d.]+$|:/.test(host) && !mayAsk(host)) throw new FeedError(`${host} is no public address`);
    return new Promise((done, fail) => {
      const asked = request(url, {
        headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Tenant-Guard', ...headers },
        lookup,
        signal,
        agent: false,
        ...(ca === undefined ? {} : { ca }),
      });
      asked.on('response', done);
      asked.on('error', fail);
      asked.end();
    });
  };

  return async (address, headers) => {
    const signal = AbortSignal.timeout(limits.milliseconds);
    let answer: IncomingMessage | undefined;
    try {
      let url = new URL(address);
      for (let redirects = 0; ; redirects++) {
        answer = await once(url, headers, signal);
        const status = answer.statusCode ?? 0;
        if (status === 304) return undefined;
        if (status >= 300 && status < 400) {
          const next = new URL(answer.headers.location ?? '', url);
          if (next.host !== url.host) throw new FeedError(`it redirects to another host, ${next.host.slice(0, 100)}`);
          if (redirects >= limits.redirects) throw new FeedError(`it redirects more than ${limits.redirects} times`);
          answer.destroy();
          url = next;
          continue;
        }
        if (status !== 200) throw new FeedError(`it answers ${status}`);
        const text = await textOf(answer, limits.bytes, signal);
        const got = answer;
        return {
          text,
          header: (name) => {
            const value = got.headers[name];
            return Array.isArray(value) ? value[0] : value;
          },
        };
      }
    } catch (cause) {
      if (cause instanceof FeedError) throw cause;
      if (signal.aborted) throw new FeedError(`it takes longer than ${limits.milliseconds / 1000} seconds`, { cause });
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FeedError(`it cannot be read: ${why.slice(0, 200)}`, { cause });
    } finally {
      answer?.destroy();
    }
  };
}

/** Counts what is unpacked while it comes: a packed bomb ends at the limit like a large file. */
async function textOf(answer: IncomingMessage, most: number, signal: AbortSignal): Promise<string> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  if (announced > most) throw new FeedError(`it is larger than ${megabytes(most)}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of unpacked(answer)) {
    signal.throwIfAborted();
    const bytes = chunk as Buffer;
    size += bytes.byteLength;
    if (size > most) throw new FeedError(`it is larger than ${megabytes(most)}`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;

function unpacked(answer: IncomingMessage): Readable {
  const coding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '') return answer;
  const unpack =
    coding === 'gzip' || coding === 'x-gzip'
      ? createGunzip()
      : coding === 'deflate'
        ? createInflate()
        : coding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (unpack === undefined) throw new FeedError(`it is packed with ${coding.slice(0, 40)}, which was not asked for`);
  // An error on either side ends the other, and so the loop that reads.
  pipeline(answer, unpack, () => undefined);
  return unpack;
}
