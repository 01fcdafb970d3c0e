// A fetch every request of which passes the gate of the process that sends it. Used by the fault scenarios.
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Call, type FaultKind, type Gate, type StepKind, stepKinds } from './fault-calls.ts';

export interface FaultyFetch {
  readonly fetch: typeof fetch;
  /** What a process does passes its own gate. Outside of it nothing is numbered or struck. */
  within<T>(gate: Gate, work: () => Promise<T>): Promise<T>;
  /** Requests that were sent without a time limit: had they hung, they would hang still. */
  readonly unlimited: ReadonlySet<string>;
}

/** What a load balancer says, whichever service stands behind it: never the service's own form. */
const html = '<html><head><title>Error</title></head><body><center><h1>Service error</h1></center></body></html>';

export function createFaultyFetch(real: typeof fetch): FaultyFetch {
  const gates = new AsyncLocalStorage<Gate>();
  const unlimited = new Set<string>();

  async function spoil(kind: FaultKind, work: () => Promise<Response>): Promise<Response> {
    switch (kind) {
      // A fault that was meant for a call to storage meets a request where an earlier one has moved the numbers.
      case 'fail':
      case 'refused':
        throw failed('ECONNREFUSED');
      case 'lost':
      case 'reset':
        await work();
        throw failed('ECONNRESET');
      case 'hang':
        throw overdue();
      case 'stall':
        return half(await work(), overdue());
      case 'cut':
        return half(
          await work(),
          new TypeError('terminated', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) }),
        );
      case 'throttled':
        return refusal(429);
      case 'throttled-seconds':
        return refusal(429, '30');
      case 'throttled-date':
        // The clients read it by the computer's clock.
        return refusal(429, new Date(Date.now() + 30_000).toUTCString());
      default:
        if (isStep(kind)) return spoiltSteps(await work(), kind);
        return new Response(html, { status: Number(kind), headers: { 'content-type': 'text/html' } });
    }
  }

  return {
    unlimited,
    within: (gate, work) => gates.run(gate, work),
    async fetch(input, init) {
      const gate = gates.getStore();
      const work = () => real(input, init);
      if (gate === undefined) return work();
      const call = callOf(input, init);
      // Tokens are asked for by the test's own credentials here; the official ones bring their time limits.
      if (init?.signal == null && !/token/.test(call.what)) unlimited.add(call.what);
      return gate.call(call, work, spoil);
    },
  };
}

const isStep = (kind: FaultKind): kind is StepKind => (stepKinds as readonly string[]).includes(kind);

/** One step, the one in the middle, or all of them, as the service answers a step that it did not carry out. A fault that was meant for a $batch and meets another request spoils nothing. */
async function spoiltSteps(answer: Response, kind: StepKind): Promise<Response> {
  const body = (await answer.json()) as { readonly responses?: readonly { readonly id: string }[] };
  const { status, headers } = answer;
  if (body.responses === undefined) return Response.json(body, { status });
  const [which, what] = kind.split('-');
  const middle = Math.floor(body.responses.length / 2);
  const responses = body.responses.flatMap((one, index) => {
    if (which === 'step' && index !== middle) return [one];
    if (what === 'missing') return [];
    const throttle = what === '429' ? { 'Retry-After': '30' } : {};
    const error = { code: what === '429' ? 'TooManyRequests' : 'UnknownError', message: 'It was not carried out.' };
    return [{ id: one.id, status: Number(what), headers: { 'Content-Type': 'application/json', ...throttle }, body: { error } }];
  });
  return Response.json({ responses }, { status, headers });
}

const failed = (code: string): TypeError => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
const overdue = (): DOMException => new DOMException('The operation was aborted due to timeout', 'TimeoutError');
const refusal = (status: number, retryAfter?: string): Response =>
  Response.json(
    { error: { code: 'TooManyRequests', message: 'Too many requests.' } },
    { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
  );

/** The answer's head and the first half of its body. */
async function half(answer: Response, end: Error): Promise<Response> {
  const whole = new Uint8Array(await answer.arrayBuffer());
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(whole.subarray(0, whole.length / 2));
      controller.error(end);
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

/** What a request is for, in words that do not change from run to run. */
function callOf(input: string | URL | Request, init: RequestInit | undefined): Call {
  const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  const call = (what: string, writes = false): Call => ({ what, over: 'http', writes });
  if (pathname.endsWith('/InvokeCommand')) {
    const cmdlet = new Headers(init?.headers).get('X-CmdletName') ?? 'InvokeCommand';
    return call(cmdlet, !cmdlet.startsWith('Get-'));
  }
  if (pathname.endsWith('/$batch')) return { ...call('POST $batch'), steps: true };
  if (pathname.endsWith('/oauth2/v2.0/token')) {
    const scope = new URLSearchParams(String(init?.body)).get('scope') ?? '';
    return call(`POST token for ${scope.replace(/:\d+/, '')}`);
  }
  const more = searchParams.has('$skiptoken')
    ? ', next page'
    : method === 'PATCH'
      ? Object.keys(JSON.parse(String(init?.body))).join()
      : (searchParams.get('contentType') ?? '');
  return call(`${method} ${pathname} ${more}`.trim(), method !== 'GET');
}
