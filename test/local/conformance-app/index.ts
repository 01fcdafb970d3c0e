// The small app that the conformance suite runs, in the local runner or in a real host: one function per behaviour that is looked at.
import { app, type HttpResponseInit, type InvocationContext, output } from '@azure/functions';
import { QueueClient } from '@azure/storage-queue';

const storage = process.env.AzureWebJobsStorage ?? '';
const seen = new QueueClient(storage, 'seen');

/** What a function saw goes to a queue that outlives the worker. */
async function tell(observation: object): Promise<void> {
  await seen.createIfNotExists();
  await seen.sendMessage(Buffer.from(JSON.stringify(observation)).toString('base64'));
}

app.hook.appStart(async () => {
  await tell({ hook: 'appStart' });
});
app.hook.appTerminate(async () => {
  await tell({ hook: 'appTerminate' });
});

app.http('echo', {
  route: 'echo/{id:int?}',
  methods: ['GET', 'POST', 'PUT', 'DELETE'],
  authLevel: 'anonymous',
  handler: async (request) => {
    const body = await request.text();
    return {
      jsonBody: {
        method: request.method,
        url: request.url,
        params: request.params,
        query: [...request.query],
        headers: [...request.headers.keys()].sort(),
        body: body.length > 1000 ? `${body.length} characters` : body,
        bodyLength: Buffer.byteLength(body),
        user: request.user,
      },
    };
  },
});

const messages = output.storageQueue({ queueName: 'made', connection: 'AzureWebJobsStorage' });
type Shape = (context: InvocationContext) => HttpResponseInit | undefined | Promise<HttpResponseInit>;
const shapes: Readonly<Record<string, Shape>> = {
  none: () => undefined,
  string: () => ({ body: 'text' }),
  json: () => ({ jsonBody: { a: 1 } }),
  status: () => ({ status: 418, headers: { 'x-a': '1' }, body: 'tea' }),
  cookies: () => ({
    body: 'c',
    cookies: [{ name: 's', value: 'v', maxAge: 60, path: '/', secure: true, sameSite: 'Lax', httpOnly: true }],
  }),
  bytes: () => ({ body: new Uint8Array([0, 255, 1]) }),
  stream: () => ({
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('a'));
        controller.enqueue(new TextEncoder().encode('b'));
        controller.close();
      },
    }),
  }),
  throw: () => {
    throw new Error('a secret reason');
  },
  empty204: () => ({ status: 204 }),
  badheader: () => ({ headers: { 'x-bad': 'line\nbreak' }, body: 'x' }),
  html: () => ({ headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<p>é</p>' }),
  queue1: (context) => {
    context.extraOutputs.set(messages, 'one');
    return { body: 'ok' };
  },
  queueN: (context) => {
    context.extraOutputs.set(messages, [{ n: 1 }, { n: 2 }]);
    return { body: 'ok' };
  },
  undeclared: (context) => {
    context.extraOutputs.set('nowhere', 'dropped');
    return { body: 'ok' };
  },
  die: async () => {
    process.kill(process.pid, 'SIGKILL');
    return await new Promise<HttpResponseInit>(() => undefined);
  },
};
app.http('shapes', {
  route: 'shapes/{kind}',
  methods: ['GET'],
  extraOutputs: [messages],
  handler: async (request, context) => {
    const kind = request.params.kind ?? '';
    const shape = Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
    return shape === undefined ? { status: 404, body: 'no such' } : ((await shape(context)) as HttpResponseInit);
  },
});

app.http('keyed', { authLevel: 'function', handler: () => ({ body: 'in' }) });
app.http('site', { route: 'site/{*path}', methods: ['GET'], handler: (request) => ({ jsonBody: { params: request.params } }) });

app.eventGrid('eg', {
  handler: async (event, context) => {
    await tell({ eg: event, data: context.triggerMetadata?.data });
  },
});

app.storageQueue('work', {
  queueName: '%WORK_QUEUE%',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const metadata = context.triggerMetadata ?? {};
    await tell({ work: message ?? null, type: typeof message, metadata });
    const order = typeof message === 'object' && message !== null ? (message as { do?: string }).do : undefined;
    if (order === 'throw') throw new Error('as asked');
    if (order === 'die' && metadata.dequeueCount === 1) {
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => undefined);
    }
  },
});

app.timer('tick', {
  schedule: '%TICK%',
  handler: async (timer) => {
    await tell({ tick: timer });
  },
});
