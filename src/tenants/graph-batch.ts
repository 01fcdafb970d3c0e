// Small reads of Graph that are asked for at the same moment travel together in one $batch, of 20 at most (reference: graph, A.8). Each has an answer and an error of its own. Used by graph.ts.
import { z } from 'zod';
import { claimsIn } from './access-token.ts';
import { ServiceError } from './connections.ts';

const mostInOne = 20;

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const answers = z.object({
  responses: z.array(
    z.object({ id: z.string(), status: z.int(), headers: z.record(z.string(), z.string()).optional(), body: z.unknown().optional() }),
  ),
});
type Answer = z.infer<typeof answers>['responses'][number];

interface Waiting {
  /** Below the version, with its query. */
  readonly url: string;
  readonly resolve: (body: Record<string, unknown>) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchTransport {
  /** One request by itself. */
  readonly single: (url: string) => Promise<Record<string, unknown>>;
  /** POST to $batch. */
  readonly together: (body: unknown) => Promise<Record<string, unknown>>;
  /** Gets another token, as a challenge asks for. */
  readonly renew: (claims: string) => Promise<unknown>;
  readonly retryAfter: (header: string | null) => number | undefined;
}

/** A reader of v1.0 paths. What is asked for until the current turn of the event loop ends goes together. */
export function createBatcher(transport: BatchTransport): (url: string) => Promise<Record<string, unknown>> {
  let waiting: Waiting[] = [];

  async function flush(): Promise<void> {
    const all = waiting;
    waiting = [];
    const groups = Array.from({ length: Math.ceil(all.length / mostInOne) }, (_, index) =>
      all.slice(index * mostInOne, (index + 1) * mostInOne),
    );
    await Promise.all(groups.map((group) => deliver(transport, group)));
  }

  return (url) =>
    new Promise((resolve, reject) => {
      waiting.push({ url, resolve, reject });
      if (waiting.length === 1) setImmediate(() => void flush());
    });
}

/** Never throws: every outcome, good or bad, is somebody's answer. */
async function deliver(transport: BatchTransport, group: readonly Waiting[]): Promise<void> {
  try {
    const [only] = group;
    if (only !== undefined && group.length === 1) {
      only.resolve(await transport.single(only.url));
      return;
    }
    const requests = group.map(({ url }, index) => ({ id: String(index + 1), method: 'GET', url }));
    const byId = await ask(transport, requests);
    const refused = requests.filter(({ id }) => challengeIn(byId.get(id)) !== undefined);
    const challenge = challengeIn(byId.get(refused[0]?.id ?? ''));
    if (challenge !== undefined) {
      await transport.renew(challenge);
      for (const [id, one] of await ask(transport, refused)) byId.set(id, one);
    }
    for (const [index, { url, resolve, reject }] of group.entries()) {
      try {
        resolve(bodyOf(url, byId.get(String(index + 1)), transport));
      } catch (error) {
        reject(error);
      }
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

async function ask(transport: BatchTransport, requests: readonly { readonly id: string }[]): Promise<Map<string, Answer>> {
  const parsed = answers.safeParse(await transport.together({ requests }));
  if (!parsed.success) throw new ServiceError('graph', 0, 'NoBatch', 'POST /$batch: the answer was none to a batch');
  return new Map(parsed.data.responses.map((one) => [one.id, one]));
}

/** The token was revoked: the step was not carried out. */
const challengeIn = (answer: Answer | undefined): string | undefined =>
  answer && claimsIn(answer.status, headersOf(answer).get('www-authenticate') ?? null);
const headersOf = ({ headers = {} }: Answer): Map<string, string> =>
  new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function bodyOf(url: string, answer: Answer | undefined, { retryAfter }: BatchTransport): Record<string, unknown> {
  const what = `GET ${url.split('?')[0]}`;
  if (answer === undefined) throw new ServiceError('graph', 0, 'NoAnswer', `${what}: the batch came back without it`);
  if (answer.status < 200 || answer.status >= 300) {
    const parsed = failure.safeParse(answer.body);
    const code = parsed.success ? parsed.data.error.code : `Http${answer.status}`;
    const message = parsed.success ? parsed.data.error.message : `it answered ${answer.status} without saying why`;
    const headers = headersOf(answer);
    const pause = retryAfter(headers.get('retry-after') ?? null);
    const requestId = headers.get('request-id');
    throw new ServiceError('graph', answer.status, code, `${what}: ${message}`, {
      ...(pause === undefined ? {} : { retryAfterSeconds: pause }),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }
  const body = z.record(z.string(), z.unknown()).safeParse(answer.body ?? {});
  if (!body.success) throw new ServiceError('graph', 0, 'NoJson', `${what}: the answer was no JSON object`);
  return body.data;
}
