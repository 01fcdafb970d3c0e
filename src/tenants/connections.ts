// The services that a tenant is read from and acted on through, as collect and contain see them. Implemented by graph.ts, exchange.ts and activity-api.ts beside this file.

export interface GraphOptions {
  readonly version?: 'v1.0' | 'beta';
  /** Query options, unencoded (`$filter`, `$top` …); the client encodes them. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A small read of v1.0 that may share one request with others asked for at the same moment. Each still counts against Microsoft's limits. */
  readonly together?: true;
  /** Awaited before each request that this call comes to, so that whoever keeps a budget counts pages too. What it throws ends the call. */
  readonly before?: () => Promise<void>;
}

export interface Graph {
  /** One request. Resolves to the JSON body ({} for 204). Throws ServiceError for any other status, after the retries that the service asks for. */
  request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options?: GraphOptions): Promise<Record<string, unknown>>;
  /** Pages of a collection, following `@odata.nextLink` (only to the same host). */
  pages(path: string, options?: GraphOptions): AsyncIterable<readonly Record<string, unknown>[]>;
}

export interface Exchange {
  /** Runs one cmdlet through InvokeCommand. Metadata keys (`@odata.type`, `@data.type`) are removed. Throws ServiceError; a truncated answer is an error. */
  invoke(cmdlet: string, parameters?: Readonly<Record<string, unknown>>, anchor?: string): Promise<readonly Record<string, unknown>[]>;
}

/** Kinds of content of the unified audit log. */
export const auditContentTypes = ['Audit.AzureActiveDirectory', 'Audit.Exchange', 'Audit.SharePoint', 'Audit.General'] as const;
export type AuditContentType = (typeof auditContentTypes)[number];

/** One bundle of audit records: what it holds never changes, so that once read it need not be read again. */
export interface AuditContent {
  readonly id: string;
  readonly uri: string;
  /** When it became readable, epoch ms; its records may be hours older. */
  readonly created: number;
}

/** The Office 365 Management Activity API: the unified audit log as bundles of records, by the time at which they became readable. */
export interface ActivityApi {
  /** Starts the subscription to one kind of content; one that runs already is as good. Throws ServiceError. */
  start(type: AuditContentType): Promise<void>;
  /**
   * Pages of the content that became readable from `from` (inclusive) to `to` (exclusive), epoch ms: at most 24 hours, at most 7 days back.
   * @param before waited for before each request
   */
  content(type: AuditContentType, from: number, to: number, before?: () => Promise<void>): AsyncIterable<readonly AuditContent[]>;
  /** The records of one bundle, in no order. */
  read(content: AuditContent): Promise<readonly unknown[]>;
}

/** One app registration's view of one tenant. */
export interface Connection {
  readonly graph: Graph;
  readonly exchange: Exchange;
  readonly activity: ActivityApi;
}

/** Reader and responder are two app registrations with two consents: reading can never write. */
export interface Connections {
  readonly reader: Connection;
  readonly responder: Connection;
}

/** A service said no. `status` 0: it could not be reached, or answered something that is no answer. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly service: 'graph' | 'exchange' | 'activity' | 'resource-manager' | 'token';
  readonly status: number;
  /** The service's own code (`Authorization_RequestDenied`, `AADSTS700016` …). */
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;
  readonly requestId: string | undefined;
  constructor(
    service: 'graph' | 'exchange' | 'activity' | 'resource-manager' | 'token',
    status: number,
    code: string,
    message: string,
    more: { retryAfterSeconds?: number; requestId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.service = service;
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.requestId = more.requestId;
  }
}
