// The Event Grid webhook of the host: /runtime/webhooks/eventgrid?functionName=<name>&code=<key>. Used by host.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bare, givenKey, type Keys, readBody, sameKey } from './http.ts';
import { type FunctionMetadata, type Invoke, type Log, triggerOf } from './messages.ts';

const plain = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Answers one call of the webhook as the host does; each event of a notification is one call of the function, all side by side. */
export async function serveEventGrid(
  given: {
    readonly functions: readonly FunctionMetadata[];
    readonly keys: Keys;
    readonly invoke: Invoke;
    readonly log: Log;
    readonly trace: () => string;
  },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const key = givenKey(request, url);
  if (!sameKey(key, given.keys.eventGrid) && !sameKey(key, given.keys.master)) return bare(response, 401, { 'www-authenticate': 'Bearer' });
  const name = url.searchParams.get('functionName') ?? '';
  const metadata = given.functions.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const trigger = metadata === undefined ? undefined : triggerOf(metadata);
  if (metadata === undefined || trigger?.binding.type !== 'eventGridTrigger')
    return plain(response, 404, `cannot find function: '${name}'`);

  if (request.method === 'OPTIONS') {
    const origin = request.headers['webhook-request-origin'];
    return bare(response, 200, typeof origin === 'string' ? { 'webhook-allowed-origin': origin } : {});
  }
  const type = String(request.headers['aeg-event-type'] ?? '').toLowerCase();
  if (type === 'unsubscribe') return bare(response, 202);
  if (type !== 'subscriptionvalidation' && type !== 'notification') return bare(response, 400);

  const body = await readBody(request);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body ?? []).toString('utf8'));
  } catch (error) {
    given.log({ level: 'error', category: 'host', message: `Event Grid sent no JSON: ${error}`, function: name });
    return bare(response, 500);
  }
  const events = (Array.isArray(parsed) ? parsed : [parsed]).filter(isRecord);
  if (type === 'subscriptionvalidation') {
    const data = events[0]?.data;
    return plain(response, 200, JSON.stringify({ validationResponse: isRecord(data) ? data.validationCode : undefined }));
  }
  const done = await Promise.allSettled(
    events.map((event) =>
      given.invoke(metadata.name, {
        inputData: [{ name: trigger.name, data: { json: JSON.stringify(event) } }],
        triggerMetadata: { data: { json: JSON.stringify(event.data ?? null) } },
        traceContext: { traceParent: typeof event.traceparent === 'string' ? event.traceparent : given.trace(), traceState: '' },
      }),
    ),
  );
  // One failure, and Event Grid delivers the whole batch again.
  const failed = done.filter((each) => each.status === 'rejected');
  for (const each of failed) given.log({ level: 'error', category: 'host', message: `Failed: ${each.reason}`, function: metadata.name });
  return bare(response, failed.length > 0 ? 500 : 202);
}
