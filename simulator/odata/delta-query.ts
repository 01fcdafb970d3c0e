// Query options of a delta query, and the tokens in its links: a link carries what it continues, so the service keeps nothing of its callers. Used by query.ts and delta-page.ts.
// Sources: servicePrincipal, application and oAuth2PermissionGrant: delta (v1.0); "Use delta query to track changes in Microsoft Graph data".
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Entity } from '../entities.ts';
import type { Mark } from '../replica.ts';
import { QueryRefusal } from './refusal.ts';

const mark = z.object({ turn: z.number(), at: z.number() });
const token = z.object({
  /** Of one run of the service: another has other changes. */
  generation: z.number(),
  collection: z.string(),
  issuedAt: z.number(),
  /** Changes since; absent: everything. */
  from: mark.optional(),
  /** Of a link to the next page: up to where this round of pages goes, and how much of it was given. */
  to: mark.optional(),
  offset: z.number().int().min(0),
  /** This round of pages tells what was told before, too. */
  again: z.literal(true).optional(),
  select: z.array(z.string()).optional(),
  ids: z.array(z.string()).optional(),
});
export type DeltaToken = z.infer<typeof token>;

export interface DeltaQuery {
  readonly select?: readonly string[];
  readonly ids?: readonly string[];
  /** Of the link that is followed. */
  readonly token?: DeltaToken;
  /** `$deltatoken=latest`: no objects, only where to begin from now on. */
  readonly latest?: true;
}

const digest = (body: string): string => createHash('sha256').update(`delta token ${body}`).digest('base64url').slice(0, 16);

export function writeToken(content: Omit<DeltaToken, 'from' | 'to'> & { readonly from?: Mark; readonly to?: Mark }): string {
  const body = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${body}.${digest(body)}`;
}

function readToken(text: string): DeltaToken {
  const [body = '', seal, ...rest] = text.split('.');
  if (seal !== digest(body) || rest.length > 0) throw new QueryRefusal('Request_BadRequest', 'Badly formed token.');
  return token.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
}

/** Measured: what else a delta query of the directory is asked is refused with these words. */
const unsupported = (): QueryRefusal => new QueryRefusal('Request_UnsupportedQuery', 'Unsupported Query.');
const refused: ReadonlySet<string> = new Set(['$orderby', '$expand', '$search', '$count', '$skip']);
/** "$top isn't supported by all APIs and will be silently ignored in delta for unsupported APIs" (Microsoft’s word of 2022-07-04 in microsoft-graph-docs, 17516). */
const ignored: ReadonlySet<string> = new Set(['$top']);

/** Throws QueryRefusal. */
export function readDeltaQuery(entity: Entity, query: URLSearchParams): DeltaQuery {
  const options = new Map<string, string>();
  for (const [name, value] of query) {
    // The two tokens are spelt either way.
    const plain = /^\$(delta|skip)token$/i.test(name) ? name.toLowerCase() : name;
    if (refused.has(plain)) throw unsupported();
    if (ignored.has(plain)) continue;
    if (!['$select', '$filter', '$deltatoken', '$skiptoken'].includes(plain))
      throw new QueryRefusal('BadRequest', `The query parameter '${name}' is not supported.`);
    if (options.has(plain))
      throw new QueryRefusal('BadRequest', `Query option '${name}' was specified more than once, but it must be specified at most once.`);
    options.set(plain, value);
  }
  const select = options
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  for (const name of select ?? [])
    if (!Object.hasOwn(entity.properties, name))
      throw new QueryRefusal('BadRequest', `Could not find a property named '${name}' on type 'microsoft.graph.${entity.name}'.`);
  const filter = options.get('$filter');
  const ids = filter === undefined ? undefined : idsIn(filter);
  const [delta, skip] = [options.get('$deltatoken'), options.get('$skiptoken')];
  if (delta !== undefined && skip !== undefined) throw unsupported();
  // "Delta queries with both $select and $skipToken will not be supported"; the ids that are followed stand in the token.
  if (skip !== undefined && (select !== undefined || ids !== undefined)) throw unsupported();
  if (delta?.toLowerCase() === 'latest') return { ...(select && { select }), ...(ids && { ids }), latest: true };
  const text = skip ?? delta;
  if (text === undefined || text === '') return { ...(select && { select }), ...(ids && { ids }) };
  if (ids !== undefined) throw unsupported();
  const read = readToken(text);
  // A link to the next page has an end, one to the next changes has none.
  if ((skip === undefined) !== (read.to === undefined)) throw new QueryRefusal('Request_BadRequest', 'Badly formed token.');
  return { ...(select ? { select } : read.select && { select: read.select }), ...(read.ids && { ids: read.ids }), token: read };
}

/** `id eq '…'`, several of them with `or`: the only filter there is. */
function idsIn(filter: string): readonly string[] {
  const ids = filter.split(/\s+or\s+/i).map((clause) => /^\s*id\s+eq\s+'?([^'\s]+)'?\s*$/i.exec(clause)?.[1]?.toLowerCase());
  if (ids.some((id) => id === undefined)) throw unsupported();
  return ids.filter((id) => id !== undefined);
}
