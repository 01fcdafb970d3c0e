// One call to a Microsoft API as the person who deploys. The hooks make it from azd's token; tests hand in a fake service.

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT';
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
/** Resolves for every answer, whatever its status; throws only if there is none. */
export type Call = (method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

export class SetupError extends Error {
  override readonly name = 'SetupError';
}

export function createCall({ host, token }: { readonly host: string; readonly token: string }): Call {
  return async (method, path, body, headers) => {
    const response = await fetch(`${host}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(60_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { value };
  } catch {
    // A proxy's page: the caller reports the status with it.
    return { error: { message: text.slice(0, 200) } };
  }
}

/** The directory's replicas lag: a write to an object that was made a moment ago may not find it yet. Such a write is tried again a few times. */
export function patiently(call: Call, wait: (milliseconds: number) => Promise<void>): Call {
  return async (method, ...request) => {
    let answer = await call(method, ...request);
    for (let tries = 0; tries < 5 && method !== 'GET' && notYetThere(answer); tries++) {
      await wait(4_000);
      answer = await call(method, ...request);
    }
    return answer;
  };
}

const notYetThere = (answer: Answer): boolean =>
  answer.status === 404 || (answer.status === 400 && /does not reference a valid application|does not exist/i.test(reasonOf(answer)));

/** The service's own words. */
export function reasonOf({ status, body }: Answer): string {
  const error = body['error'] as { code?: unknown; message?: unknown } | undefined;
  return [status, error?.code, error?.message].filter((part) => part !== undefined).join(' ');
}

export const ok = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** A property that the service always gives. Throws SetupError if the answer has none. */
export function textOf(answer: Answer, key: string, what: string): string {
  const value = answer.body[key];
  if (!ok(answer) || typeof value !== 'string') throw new SetupError(`${what} could not be read: ${reasonOf(answer)}`);
  return value;
}

/** The rows of a collection's first page; the collections asked for here are far smaller than a page. */
export function rowsOf(answer: Answer, what: string): readonly Readonly<Record<string, unknown>>[] {
  const rows = answer.body['value'];
  if (!ok(answer) || !Array.isArray(rows)) throw new SetupError(`${what} could not be read: ${reasonOf(answer)}`);
  if (answer.body['@odata.nextLink'] !== undefined) throw new SetupError(`${what} has more than one page, which is not expected here`);
  return rows as Record<string, unknown>[];
}
