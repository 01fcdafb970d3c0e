// What the host process and its worker process say to each other, and the host's data shapes as @azure/functions expects them. Used by every file of the runner.

/** One typed value as it crosses between host and worker (the subset of the host's TypedData that our bindings use). */
export interface TypedData {
  readonly string?: string | null;
  readonly json?: string | null;
  readonly bytes?: Uint8Array | null;
  readonly int?: number | null;
  readonly double?: number | null;
  readonly http?: HttpData | null;
}

export interface Cookie {
  readonly name?: string | null;
  readonly value?: string | null;
  readonly domain?: { readonly value?: string } | null;
  readonly path?: { readonly value?: string } | null;
  readonly expires?: { readonly value?: { readonly seconds?: number | { toNumber(): number } } } | null;
  readonly secure?: { readonly value?: boolean } | null;
  readonly httpOnly?: { readonly value?: boolean } | null;
  readonly sameSite?: string | null;
  readonly maxAge?: { readonly value?: number } | null;
}

export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: TypedData | null;
  readonly statusCode?: string;
  readonly cookies?: readonly Cookie[];
}

/** A trigger, input or output as the app declared it; its own options (`schedule`, `queueName`, …) lie beside these. */
export interface Binding extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly direction: 'in' | 'out';
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export interface InvocationRequest {
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  readonly traceContext?: { readonly traceParent: string; readonly traceState: string };
}

export interface InvocationResponse {
  readonly outputData?: readonly { readonly name: string; readonly data?: TypedData | null }[];
  readonly returnValue?: TypedData | null;
}

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export interface LogLine {
  readonly level: LogLevel;
  /** `user`: the app's own words; `system`: the library's; `host`: the runner's. */
  readonly category: 'user' | 'system' | 'host';
  readonly message: string;
  readonly function?: string;
}
export type Log = (line: LogLine) => void;

export type ToWorker =
  | { readonly kind: 'invoke'; readonly id: string; readonly function: string; readonly request: InvocationRequest }
  | { readonly kind: 'terminate' };
export type FromWorker =
  | { readonly kind: 'ready'; readonly functions: readonly FunctionMetadata[] }
  | { readonly kind: 'load-failed'; readonly message: string }
  | { readonly kind: 'result'; readonly id: string; readonly response: InvocationResponse }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string }
  | ({ readonly kind: 'log' } & LogLine);

/** Calls one function of the app. Rejects with the handler's message, or with WorkerDied. */
export type Invoke = (name: string, request: InvocationRequest) => Promise<InvocationResponse>;

/** The worker process ended while it worked on an invocation. */
export class WorkerDied extends Error {
  override name = 'WorkerDied';
}

/** The binding that starts a function, with its name; undefined for a function without one. */
export function triggerOf(metadata: FunctionMetadata): { readonly name: string; readonly binding: Binding } | undefined {
  const found = Object.entries(metadata.bindings).find(([, binding]) => binding.type.toLowerCase().endsWith('trigger'));
  return found === undefined ? undefined : { name: found[0], binding: found[1] };
}
