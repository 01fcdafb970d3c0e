// Graph's $batch: up to 20 requests in one, each answered as if it had come alone. Source: Graph reference A.8. Called by dispatch.ts, which it calls for each of them.
import { z } from 'zod';
import type { Reply } from './handler.ts';
import { graphError } from './refusals.ts';

const most = 20;
const batch = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
        url: z.string().regex(/^\//, 'is relative to the version'),
        headers: z.record(z.string(), z.string()).optional(),
        body: z.unknown().optional(),
      }),
    )
    .min(1),
});

interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}
interface Trace {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly now: number;
}

export const isBatch = ({ method, url, headers }: Incoming): boolean =>
  method === 'POST' && /^\/(v1\.0|beta)\/\$batch$/.test(url.pathname) && headers.authorization !== undefined;

export async function answerBatch<T extends Incoming>(incoming: T, trace: Trace, one: (incoming: T) => Promise<Reply>): Promise<Reply> {
  const refuse = (message: string): Reply => graphError(trace, 400, 'BadRequest', message);
  const sent = batch.safeParse(json(incoming.body));
  if (!sent.success) return refuse(`Invalid batch payload format. ${z.prettifyError(sent.error)}`);
  const { requests } = sent.data;
  if (requests.length > most) return refuse(`Number of batch request steps exceeds the maximum value of ${most}.`);
  if (new Set(requests.map(({ id }) => id)).size < requests.length) return refuse('Request Id values must be unique within a batch.');
  const base = `${incoming.url.origin}${incoming.url.pathname.replace('/$batch', '')}`;
  const { 'content-type': _type, 'content-length': _length, ...headers } = incoming.headers;
  const responses: unknown[] = [];
  let manner: Reply['manner'];
  for (const request of requests) {
    const body = request.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(request.body));
    const own = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const reply = await one({
      ...incoming,
      method: request.method,
      url: new URL(`${base}${request.url}`),
      headers: { ...headers, ...own },
      body,
    });
    // What hangs or breaks in one step is the whole answer's manner: the steps come in one body.
    if (reply.manner !== undefined) manner = { ...manner, ...reply.manner };
    responses.push({
      id: request.id,
      status: reply.status,
      headers: { 'Content-Type': 'application/json', ...reply.headers },
      ...(reply.json === undefined ? {} : { body: reply.json }),
    });
  }
  // The service promises no order.
  return { status: 200, json: { responses: responses.reverse() }, ...(manner && { manner }) };
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined; // refused above as no batch
  }
}
