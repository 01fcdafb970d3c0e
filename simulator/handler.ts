// What a handler declares (source, certainty, method, path, rights, query options, body) and what it is given. The registry (handlers/index.ts) is a list of these.
import type { z } from 'zod';
import type { Entity } from './entities.ts';
import type { RequestFaultKind } from './faults.ts';
import type { FilterFields } from './odata/filter.ts';
import type { ODataQuery } from './odata/query.ts';
import type { ServiceName } from './refusals.ts';
import type { TenantState } from './tenant-state.ts';
import type { Authority } from './tokens.ts';
import type { World } from './world.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly html?: string;
  readonly bytes?: Buffer;
  readonly contentType?: string;
  /** How the answer travels, where something is wrong with the wire. */
  readonly manner?: { readonly slowMs?: number; readonly silent?: true; readonly breaks?: true };
}

/** Who calls, from a validated token. */
export interface Caller {
  readonly tenant: string;
  readonly app: string;
  /** Object id of the app's service principal. */
  readonly principalId: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  /** Template ids of directory roles. */
  readonly wids: readonly string[];
}

/** One request as a handler sees it. */
export interface Call {
  readonly world: World;
  readonly authority: Authority;
  /** The tenant of the token (Graph, Exchange) or of the path (token endpoint). */
  readonly tenant: TenantState;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly odata: ODataQuery;
  readonly version: 'v1.0' | 'beta';
  readonly now: number;
  /** Scheme, host and port that the caller used. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What is broken on purpose and lies in the answer itself. */
  readonly struck?: ReadonlySet<RequestFaultKind>;
  readonly trace: { readonly requestId: string; readonly clientRequestId: string; readonly now: number };
}

/** Feeds that can be made blind by a fault, named as the guard names them. */
export const feedNames = [
  'sign-ins.interactive',
  'sign-ins.non-interactive',
  'sign-ins.service-principal',
  'directory-audits',
  'risk-detections',
  'security-alerts',
  'unified-audit',
  'unified-audit.sharepoint',
  'unified-audit.query',
  'service-principals',
  'permission-grants',
  'exchange.inbound-connectors',
  'exchange.transport-rules',
  'exchange.outbound-connectors',
  'exchange.inbox-rules',
  'exchange.forwarding',
  'exchange.mailbox-permissions',
  'applications',
  'app-role-assignments',
  'domains',
  'organization',
  'security-defaults',
  'conditional-access',
  'authentication-methods-policy',
  'partners',
  'delegated-admin-relationships',
] as const;
export type FeedName = (typeof feedNames)[number];

interface Declaration {
  /** Unique; also the name in recorded requests. */
  readonly id: string;
  readonly service: ServiceName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/users/{id}`; Graph's are below the version, others from the root. */
  readonly path: string;
  /** Exchange: the cmdlet inside InvokeCommand. */
  readonly cmdlet?: string;
  /** Where the behaviour is taken from. */
  readonly source: string;
  /** measured: seen on the wire; documented: in Microsoft's documentation; inferred: follows from documented facts; recollected: known, not read again. */
  readonly certainty: 'measured' | 'documented' | 'inferred' | 'recollected';
  /** Application roles of which one is enough. Absent: no token is asked for. */
  readonly permissions?: readonly string[];
  /** Directory roles (template ids) of which one is needed beside the permission. */
  readonly directoryRoles?: readonly string[];
  readonly feed?: FeedName;
  /** Where one path serves several feeds: which of them a request is for. */
  readonly feedOf?: (query: URLSearchParams) => FeedName;
  readonly entity?: { readonly 'v1.0': Entity; readonly beta: Entity };
  /** Query options beside OData's. */
  readonly parameters?: readonly string[];
  readonly odata?: ODataDeclaration;
  /** What it answers to a tenant without the licence, where that is not the sign-in log's answer. */
  readonly unlicensed?: (call: Call) => Reply;
  /** What it answers where nothing is found, where that is no empty list alone. */
  readonly nothing?: (call: Call) => Reply;
  /** How the body is sent. */
  readonly encoding?: 'json' | 'form';
  /** Status of the answer to the example. */
  readonly success: number;
  /** A request that works, for the conformance test and the probe. */
  readonly example: Example;
  /** Counts against the reporting limit of 5 requests in 10 seconds. */
  readonly reporting?: boolean;
}
interface ODataDeclaration {
  readonly select?: boolean;
  readonly filter?: { readonly 'v1.0': FilterFields; readonly beta: FilterFields };
  readonly orderby?: readonly string[];
  readonly top?: { readonly max: number; readonly fallback: number };
  readonly expand?: readonly string[];
  readonly count?: boolean;
  /** A delta query, which takes `$select`, `$filter` by id and its own tokens, and nothing else. */
  readonly delta?: true;
}
interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface Handler extends Declaration {
  readonly hasBody: boolean;
  /** Checks the body and answers; a ZodError when the body does not fit. */
  readonly answer: (call: Call, rawBody: unknown) => Promise<Reply | z.ZodError>;
}

/** A handler without a body. */
export function reading(declaration: Declaration & { readonly run: (call: Call) => Reply | Promise<Reply> }): Handler {
  const { run, ...rest } = declaration;
  return { ...rest, hasBody: false, answer: async (call) => run(call) };
}

/** A handler with a body that is checked against `body` first. */
export function writing<S extends z.ZodType>(
  declaration: Declaration & { readonly body: S; readonly run: (call: Call, body: z.output<S>) => Reply | Promise<Reply> },
): Handler {
  const { run, body, ...rest } = declaration;
  return {
    ...rest,
    hasBody: true,
    answer: async (call, raw) => {
      const parsed = body.safeParse(raw);
      return parsed.success ? run(call, parsed.data) : parsed.error;
    },
  };
}
