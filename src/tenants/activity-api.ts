// The Office 365 Management Activity API of one tenant (reference: Microsoft's activity API reference, June 2026). Pages and content are read from its own host and tenant only. Implements connections.ts.
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { askWithToken } from './access-token.ts';
import { type ActivityApi, type AuditContent, ServiceError } from './connections.ts';
import { retryAfterSeconds } from './graph.ts';

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const listing = z.array(
  z.object({ contentId: z.string().min(1), contentUri: z.url(), contentCreated: z.iso.datetime({ offset: true, local: true }) }),
);
const records = z.array(z.unknown());
/** A subscription that runs already is refused with this; it is what was wanted. */
const alreadyEnabled = 'AF20024';
/** Content holds hundreds of records; more than this is none that we could keep in memory. */
const mostBytes = 32 * 1_048_576;
/** A chain of pages that never ends would never let the round end. */
const mostPages = 500;

export interface ActivityApiOptions {
  /** Address of the service, `https://manage.office.com`; also the audience of its tokens. */
  readonly host: string;
  readonly tenant: string;
  /** PublisherIdentifier: the tenant of whoever runs the guard. Requests without it share one limit with everybody's. */
  readonly publisher: string;
  readonly credential: TokenCredential;
  readonly timeoutSeconds?: number;
}

interface Answer {
  readonly body: unknown;
  readonly nextPage: string | null;
}

export function createActivityApi({ host, tenant, publisher, credential, timeoutSeconds = 30 }: ActivityApiOptions): ActivityApi {
  const feed = `${host}/api/v1.0/${tenant}/activity/feed/`;

  async function send(method: 'GET' | 'POST', address: URL, what: string): Promise<Answer> {
    // The service leads on by addresses: the token goes to its own host and this tenant's feed only.
    if (!within(address, feed))
      throw new ServiceError('activity', 0, 'ForeignAddress', `${what}: the address leads elsewhere, which gets no token`);
    address.searchParams.set('PublisherIdentifier', publisher);
    const ask = (token: string): Promise<Response> =>
      fetch(address, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json',
          ...(method === 'POST' && { 'Content-Type': 'application/json' }),
        },
        ...(method === 'POST' && { body: '{}' }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
    let response: Response;
    let text: string;
    try {
      response = await askWithToken(credential, `${host}/.default`, ask);
      text = await bounded(response, what);
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      throw new ServiceError('activity', 0, 'Unreachable', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    const body = parse(text);
    if (!response.ok) throw refusal(response, what, body);
    return { body, nextPage: response.headers.get('NextPageUri') };
  }

  return {
    async start(type) {
      const address = new URL(`${feed}subscriptions/start?contentType=${type}`);
      try {
        await send('POST', address, `starting ${type}`);
      } catch (error) {
        if (!(error instanceof ServiceError && error.code === alreadyEnabled)) throw error;
      }
    },
    async *content(type, from, to, before) {
      const what = `listing ${type}`;
      let next: string | null = `${feed}subscriptions/content?contentType=${type}&startTime=${seconds(from)}&endTime=${seconds(to)}`;
      for (let pages = 0; next !== null; pages++) {
        if (pages === mostPages) throw new ServiceError('activity', 0, 'EndlessPages', `${what}: more than ${mostPages} pages`);
        await before?.();
        const { body, nextPage } = await send('GET', addressOf(next, what), what);
        const parsed = listing.safeParse(body);
        if (!parsed.success) throw new ServiceError('activity', 0, 'NoListing', `${what}: the answer was no list of content`);
        yield parsed.data.map(
          ({ contentId, contentUri, contentCreated }): AuditContent => ({
            id: contentId,
            uri: contentUri,
            created: Date.parse(utc(contentCreated)),
          }),
        );
        next = nextPage;
      }
    },
    async read({ uri }) {
      const what = 'reading content';
      const { body } = await send('GET', addressOf(uri, what), what);
      const parsed = records.safeParse(body);
      if (!parsed.success) throw new ServiceError('activity', 0, 'NoRecords', `${what}: the answer was no list of records`);
      return parsed.data;
    },
  };
}

/** Same origin and below the tenant's feed; the path is compared without regard to case, as the service spells tenants either way. */
function within(address: URL, feed: string): boolean {
  const base = new URL(feed);
  return address.origin === base.origin && address.pathname.toLowerCase().startsWith(base.pathname.toLowerCase());
}

function addressOf(text: string, what: string): URL {
  if (!URL.canParse(text)) throw new ServiceError('activity', 0, 'NoAddress', `${what}: the next address is none`);
  return new URL(text);
}

/** Whole seconds without zone, as the service wants its times. */
const seconds = (time: number): string => new Date(time).toISOString().slice(0, 19);
/** Some of its times carry no zone and mean UTC. */
const utc = (text: string): string => (/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);

async function bounded(response: Response, what: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > mostBytes) throw new ServiceError('activity', 0, 'TooLarge', `${what}: the answer is larger than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: every caller checks the result against a schema and reports
  }
}

function refusal(response: Response, what: string, body: unknown): ServiceError {
  const parsed = failure.safeParse(body);
  const code = parsed.success ? parsed.data.error.code : `Http${response.status}`;
  const message = parsed.success ? parsed.data.error.message : `it answered ${response.status} without saying why`;
  const retry = retryAfterSeconds(response.headers.get('retry-after'), Date.now());
  // Its messages may hold a stack of many lines.
  return new ServiceError('activity', response.status, code.slice(0, 80), `${what}: ${message.split(/\r?\n/)[0]?.slice(0, 300) ?? ''}`, {
    ...(retry === undefined ? {} : { retryAfterSeconds: retry }),
  });
}
