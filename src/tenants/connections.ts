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
  /** One request. Resolves to the JSON body ({} for 204). Throws ServiceError for any other status. */
  request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options?: GraphOptions): Promise<Record<string, unknown>>;
  /** Pages of a collection, following `@odata.nextLink` (only to the same host). */
  pages(path: string, options?: GraphOptions): AsyncIterable<readonly Record<string, unknown>[]>;
  /**
   * Pages of a delta query of a collection of v1.0: all objects, or with `since` (the link that an earlier reading ended with) what changed from then on. An object may come in several
   * pages, and again in a later reading. Links are followed only to the same collection of the same host. Throws ServiceError; a link that has expired is a 410, or a code of `isResync`.
   */
  delta(path: string, options?: GraphOptions & { readonly since?: string }): AsyncIterable<DeltaPage>;
}

export interface DeltaPage {
  readonly objects: readonly Record<string, unknown>[];
  /** Of the last page: what the next reading begins with. */
  readonly link?: string;
}

const resyncCodes: ReadonlySet<string> = new Set([
  'syncstatenotfound',
  'resyncrequired',
  'resyncapplydifferences',
  'resyncuploaddifferences',
]);
/**
 * The service keeps the changes since a link no longer, so that all has to be read again. Source: "Use delta query to track changes", synchronization reset (410) and token duration
 * ("a 40X-series error with error codes such as syncStateNotFound").
 */
export const isResync = (error: ServiceError): boolean =>
  error.service === 'graph' &&
  (error.status === 410 || (error.status >= 400 && error.status < 500 && resyncCodes.has(error.code.toLowerCase())));

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
