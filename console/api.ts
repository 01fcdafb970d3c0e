// The guard's HTTP answers as the page uses them: polling with ETag, presses with an idempotency key of their own.
import type { ConsoleError, ConsoleState, IncidentDetail, RulesDetail, TargetedRow, TenantDetail } from '../src/contracts/console.ts';
import { answered } from './presses.ts';
import type { SignIn } from './sign-in.ts';
import type { FaultBoard } from './views/faults.ts';

/** The guard said no: `code` tells the page what to do, `message` is for people. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, { code, message }: ConsoleError) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Api {
  state(): Promise<ConsoleState>;
  incident(tenant: string, id: string): Promise<IncidentDetail>;
  targeted(tenant: string): Promise<readonly TargetedRow[]>;
  tenant(tenant: string): Promise<TenantDetail>;
  rules(tenant: string): Promise<RulesDetail>;
  /** The answer's body; undefined if it has none. */
  post(path: string, body: unknown): Promise<unknown>;
  attacks(): Promise<readonly { readonly id: string; readonly title: string; readonly tenants: readonly string[] }[]>;
  faults(): Promise<FaultBoard>;
}

export function createApi(signIn: SignIn): Api {
  const kept = new Map<string, { etag: string; body: unknown }>();

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const token = await signIn.token();
    if (token === undefined) throw new RefusedError(401, { code: 'expired', message: 'Your sign-in has ended. Sign in again to go on.' });
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const response = await fetch(`/api/${path}`, { ...init, headers }).catch((cause: unknown) => {
      throw new Error('The guard does not answer.', { cause });
    });
    if (response.ok || response.status === 304) return response;
    const error = await response.json().then(
      (body: unknown) => body as ConsoleError,
      (): ConsoleError => ({
        code: 'no-answer',
        message: `The guard answered ${response.status} without a reason. Try again; the guard's log has more.`,
      }),
    );
    throw new RefusedError(response.status, error);
  }

  async function get<T>(path: string): Promise<T> {
    const known = kept.get(path);
    const response = await send(path, known === undefined ? {} : { headers: { 'if-none-match': known.etag } });
    if (response.status === 304 && known !== undefined) return known.body as T;
    const body: unknown = await response.json();
    const etag = response.headers.get('etag');
    if (etag !== null) kept.set(path, { etag, body });
    return body as T;
  }

  return {
    state: () => get('state'),
    incident: (tenant, id) => get(`tenants/${encodeURIComponent(tenant)}/incidents/${encodeURIComponent(id)}`),
    targeted: (tenant) => get(`tenants/${encodeURIComponent(tenant)}/targeted`),
    tenant: (tenant) => get(`tenants/${encodeURIComponent(tenant)}/coverage`),
    rules: (tenant) => get(`tenants/${encodeURIComponent(tenant)}/rules`),
    attacks: () => get('local/attacks'),
    faults: () => get('local/faults'),
    async post(path, body) {
      try {
        const response = await send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        const text = await response.text();
        answered(body);
        return text === '' ? undefined : JSON.parse(text);
      } catch (error) {
        if (error instanceof RefusedError && error.status >= 400 && error.status < 500 && error.status !== 401) answered(body);
        throw error;
      }
    },
  };
}
