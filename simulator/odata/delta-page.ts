// One page of a delta query: what the caller has not been told, with the link to the next page or to the next changes. Used by the handlers of collections that have one.
// Source: "Use delta query to track changes in Microsoft Graph data": representation of objects, replays, synchronization reset, token duration.
import type { Entity } from '../entities.ts';
import type { Call, Handler, Reply } from '../handler.ts';
import { graphError } from '../refusals.ts';
import type { Mark, Replica } from '../replica.ts';
import { writeToken } from './delta-query.ts';
import { ok } from './query.ts';

type Json = Readonly<Record<string, unknown>>;

const dayMs = 86_400_000;
/** "For directory objects, the limit is seven days." */
const tokenMs = 7 * dayMs;
const nothing: Mark = { turn: 0, at: 0 };

/** Everything has to be read anew: 410 with the address at which that begins. */
export const reset = (call: Call, path: string): Reply =>
  graphError(call.trace, 410, 'resyncRequired', 'Resync required. Any local changes must be replaced with the server’s state.', {
    location: `${call.base}/${call.version}${path}?$deltatoken=`,
  });

/** Measured for directory objects by Microsoft's own announcement of the seven days. */
const expired = (call: Call): Reply =>
  graphError(
    call.trace,
    400,
    'syncStateNotFound',
    'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
  );

const isSet = (value: unknown): boolean => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What is told of one object; undefined: nothing that the caller asked for has changed. */
function representation(
  names: readonly string[],
  id: string,
  was: Json | undefined,
  is: Json | undefined,
  how: Deviation,
): Json | undefined {
  if (is === undefined) return { id, '@removed': { reason: how.restorable ? 'changed' : 'deleted' } };
  const changed = names.filter((name) => !same(was?.[name], is[name]));
  if (was !== undefined && changed.length === 0 && how.again !== true) return undefined;
  const told = names.filter((name) =>
    how.sparse === true && was !== undefined ? changed.includes(name) : isSet(is[name]) || (was !== undefined && changed.includes(name)),
  );
  return { id, ...Object.fromEntries(told.map((name) => [name, is[name] ?? null])) };
}

interface Deviation {
  /** Whether what is removed lies in a bin for a while. */
  readonly restorable: boolean;
  /** Only what changed, where all that is set would be told otherwise. */
  readonly sparse?: true;
  /** What was told already is told again. */
  readonly again?: true;
}

/** @param restorable whether objects that are removed can be restored */
export function deltaPage(
  call: Call,
  handler: Pick<Handler, 'entity' | 'path'>,
  replica: Pick<Replica<Json>, 'mark' | 'read' | 'readAt' | 'writtenBetween'>,
  { restorable }: { readonly restorable: boolean },
): Reply {
  const entity = handler.entity?.[call.version];
  if (entity === undefined) throw new Error(`${handler.path} answers a collection but declares no entity`);
  const { token, select, ids, latest } = call.odata.delta ?? {};
  const { generation, settings } = call.world;
  if (token !== undefined && (token.generation !== generation || token.collection !== handler.path)) return reset(call, handler.path);
  if (token !== undefined && call.now - token.issuedAt > tokenMs) return expired(call);
  const to = token?.to ?? replica.mark(call.now);
  const from = latest === true ? to : (token?.from ?? nothing);
  const again = token?.to === undefined ? call.struck?.has('delta-replays') === true && token?.from !== undefined : token.again === true;
  const how: Deviation = { restorable, ...(call.struck?.has('delta-sparse') === true && { sparse: true }), ...(again && { again }) };
  const forgets = call.struck?.has('delta-forgets') === true && token !== undefined;
  const written = replica.writtenBetween(again ? { ...from, at: from.at - dayMs } : from, to).filter((id) => ids?.includes(id) ?? true);
  // What comes again comes anywhere.
  const all = forgets ? [] : again ? [...written, ...written.slice(0, 1)] : written;
  const offset = token?.offset ?? 0;
  const end = offset + settings.deltaPage;
  // By ids, so that what changes between two pages moves none of the others.
  const value = all.slice(offset, end).flatMap((id) => {
    const was = token?.from === undefined ? undefined : replica.readAt(id, from);
    const is = replica.read(id, call.now);
    return is === undefined && token?.from === undefined ? [] : (representation(namesOf(entity, select), id, was, is, how) ?? []);
  });
  const rest = { generation, collection: handler.path, ...(select && { select: [...select] }), ...(ids && { ids: [...ids] }) };
  const page = {
    ...rest,
    issuedAt: token?.issuedAt ?? call.now,
    ...(token?.from && { from: token.from }),
    to,
    offset: end,
    ...(again && { again }),
  };
  const link =
    end < all.length
      ? { '@odata.nextLink': linkTo(call, '$skiptoken', writeToken(page)) }
      : { '@odata.deltaLink': linkTo(call, '$deltatoken', writeToken({ ...rest, issuedAt: call.now, from: to, offset: 0 })) };
  return ok(call, {
    '@odata.context': `${call.base}/${call.version}/$metadata#${handler.path.slice(1).replace(/\/delta$/, '')}`,
    ...link,
    value,
  });
}

const namesOf = (entity: Entity, select: readonly string[] | undefined): readonly string[] =>
  (select ?? entity.defaults ?? Object.keys(entity.properties)).filter((name) => name !== 'id');

const linkTo = (call: Call, name: '$skiptoken' | '$deltatoken', token: string): string =>
  `${call.base}/${call.version}${call.params['*path'] ?? ''}?${name}=${token}`;
