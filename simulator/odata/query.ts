// OData query options of a request, checked against what the handler declares; and the page of a collection that they ask for. Used by dispatch.ts and the Graph handlers.
import { type Entity, project } from '../entities.ts';
import type { Call, Handler, Reply } from '../handler.ts';
import { graphError } from '../refusals.ts';
import { type DeltaQuery, readDeltaQuery } from './delta-query.ts';
import { FilterError, type Predicate, parseFilter, valueAt } from './filter.ts';
import { QueryRefusal } from './refusal.ts';

export interface ODataQuery {
  readonly filter?: Predicate;
  /** The filter's own text, for handlers that decide by it. */
  readonly filterText?: string;
  readonly select?: readonly string[];
  readonly orderby?: { readonly field: string; readonly descending: boolean };
  readonly top?: number;
  readonly skip: number;
  readonly expand: readonly string[];
  readonly count: boolean;
  /** Of a delta query. */
  readonly delta?: DeltaQuery;
}

const noProperty = (name: string, entity: Entity): QueryRefusal =>
  new QueryRefusal('BadRequest', `Could not find a property named '${name}' on type 'microsoft.graph.${entity.name}'.`);

const skipToken = {
  make: (offset: number): string => Buffer.from(JSON.stringify({ o: offset })).toString('base64url'),
  read: (token: string): number => {
    try {
      const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
      const offset = valueAt(parsed, 'o');
      if (Number.isSafeInteger(offset) && (offset as number) >= 0) return offset as number;
    } catch {
      // Not a token of ours: refused below like any other damaged one.
    }
    throw new QueryRefusal('BadRequest', 'Skip token is not valid.');
  },
};

/** Reads the options of a request. Throws QueryRefusal for everything that is not declared. */
export function readQuery(handler: Handler, version: 'v1.0' | 'beta', query: URLSearchParams): ODataQuery {
  const declared = handler.odata ?? {};
  const entity = handler.entity?.[version] ?? { name: 'directoryObject', properties: {} };
  if (declared.delta === true) return { skip: 0, expand: [], count: false, delta: readDeltaQuery(entity, query) };
  const supported: Readonly<Record<string, boolean>> = {
    $select: declared.select === true,
    $filter: declared.filter !== undefined,
    $orderby: declared.orderby !== undefined,
    $top: declared.top !== undefined,
    $skiptoken: declared.top !== undefined,
    $expand: declared.expand !== undefined,
    $count: declared.count === true,
  };
  for (const name of new Set(query.keys())) {
    if (supported[name] !== true && handler.parameters?.includes(name) !== true)
      throw new QueryRefusal('BadRequest', `The query parameter '${name}' is not supported.`);
    if (query.getAll(name).length > 1)
      throw new QueryRefusal('BadRequest', `Query option '${name}' was specified more than once, but it must be specified at most once.`);
  }
  const select = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  for (const name of select ?? []) if (!Object.hasOwn(entity.properties, name)) throw noProperty(name, entity);

  const [field, direction, ...rest] = (query.get('$orderby') ?? '').trim().split(/\s+/);
  if (field) {
    if (!Object.hasOwn(entity.properties, field)) throw noProperty(field, entity);
    if (!declared.orderby?.includes(field) || rest.length > 0 || (direction !== undefined && direction !== 'asc' && direction !== 'desc'))
      throw new QueryRefusal('Request_UnsupportedQuery', `Sorting not supported for property '${field}'.`);
  }
  const topText = query.get('$top');
  const top = topText === null ? undefined : Number(topText);
  if (top !== undefined && (!Number.isInteger(top) || top < 1 || !/^\d+$/.test(topText ?? '') || top > (declared.top?.max ?? 0)))
    throw new QueryRefusal(
      'BadRequest',
      top !== undefined && top > (declared.top?.max ?? 0)
        ? `Invalid page size specified: '${topText}'. Must be between 1 and ${declared.top?.max} inclusive.`
        : `Invalid value '${topText}' for $top query option found.`,
    );
  const expand = query.get('$expand')?.split(',') ?? [];
  for (const name of expand) if (!declared.expand?.includes(name)) throw noProperty(name, entity);

  const filterText = query.get('$filter') ?? undefined;
  const skip = query.get('$skiptoken');
  return {
    ...(filterText !== undefined && { filterText, filter: filterOf(filterText, handler, version, entity) }),
    ...(select && { select }),
    ...(field && { orderby: { field, descending: direction === 'desc' } }),
    ...(top !== undefined && { top }),
    skip: skip === null ? 0 : skipToken.read(skip),
    expand,
    count: query.get('$count') === 'true',
  };
}

function filterOf(text: string, handler: Handler, version: 'v1.0' | 'beta', entity: Entity): Predicate {
  try {
    return parseFilter(text, handler.odata?.filter?.[version] ?? {});
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const top = error.detail.split('/')[0] ?? '';
    if (error.why === 'field' && !Object.hasOwn(entity.properties, top)) throw noProperty(error.detail, entity);
    if (error.why === 'field' || error.why === 'operator')
      throw new QueryRefusal('Request_UnsupportedQuery', `Unsupported property filter clause: ${error.detail}.`);
    throw new QueryRefusal('BadRequest', `Invalid filter clause: ${error.detail}`);
  }
}

/** The asked-for page of `records` (in the service's own order), filtered, sorted, projected, with the link to the next one. */
export function page(
  call: Call,
  handler: Pick<Handler, 'entity' | 'odata' | 'path'>,
  records: readonly Readonly<Record<string, unknown>>[],
): Reply {
  const { odata } = call;
  const entity = handler.entity?.[call.version];
  if (entity === undefined) throw new Error(`${handler.path} answers a collection but declares no entity`);
  const kept = odata.filter === undefined ? [...records] : records.filter(odata.filter);
  if (odata.orderby) {
    const { field, descending } = odata.orderby;
    const sign = descending ? -1 : 1;
    const key = (record: Readonly<Record<string, unknown>>): string => String(valueAt(record, field) ?? '');
    kept.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0));
  }
  const size = odata.top ?? handler.odata?.top?.fallback ?? kept.length;
  const names =
    odata.expand.length === 0 ? odata.select : [...(odata.select ?? entity.defaults ?? Object.keys(entity.properties)), ...odata.expand];
  const value = kept.slice(odata.skip, odata.skip + size).map((record) => project(entity, record, names));
  const next = new URLSearchParams(call.query);
  next.set('$skiptoken', skipToken.make(odata.skip + size));
  return ok(call, {
    '@odata.context': `${call.base}/${call.version}/$metadata#${handler.path.slice(1)}`,
    ...(odata.count && { '@odata.count': kept.length }),
    ...(kept.length > odata.skip + size && { '@odata.nextLink': `${call.base}/${call.version}${call.params['*path'] ?? ''}?${next}` }),
    value,
  });
}

/** One object, projected. */
export function single(call: Call, entity: Entity, record: Readonly<Record<string, unknown>>): Reply {
  return ok(call, {
    '@odata.context': `${call.base}/${call.version}/$metadata#${entity.name}`,
    ...project(entity, record, call.odata.select),
  });
}

export const ok = (call: Call, json: unknown): Reply => ({ status: 200, json, headers: traceHeaders(call) });
export const noContent = (call: Call): Reply => ({ status: 204, headers: traceHeaders(call) });
const traceHeaders = (call: Call): Record<string, string> => ({
  'request-id': call.trace.requestId,
  'client-request-id': call.trace.clientRequestId,
});

/** 404 for an object that a reader cannot see (yet). */
export const notFound = (call: Call, id: string): Reply =>
  graphError(
    call.trace,
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
/** 403 for a caller without the right, or a target that asks for more. */
export const denied = (call: Call): Reply =>
  graphError(call.trace, 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
