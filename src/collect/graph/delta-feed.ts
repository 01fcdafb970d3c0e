// A snapshot feed over a delta query of Microsoft Graph: asks only for what changed since the link of its last reading, and once a day for everything, to see that it was told of all.
// Used by the feeds of service principals, applications and permission grants.
import { z } from 'zod';
import { hashId } from '../../contracts/ids.ts';
import type { Permission } from '../../contracts/permission.ts';
import { type Graph, isResync, ServiceError } from '../../tenants/connections.ts';
import type { ReadContext, SnapshotFeed, SnapshotRead } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { type Applied, applied, differing, type Fields, normal } from './delta.ts';
import { allPages } from './snapshot-feed.ts';

type Thing = Readonly<Record<string, unknown>>;
type Objects = ReadonlyMap<string, Thing>;

const dayMs = 86_400_000;
/** So many objects are read one by one; beyond, all of them are. */
const mostAsked = 20;

export interface DeltaSnapshot extends Pick<SnapshotFeed, 'id' | 'title' | 'blind' | 'shape' | 'describe'> {
  /** The collection, `/servicePrincipals`. */
  readonly path: string;
  readonly fields: Fields;
  /** What an object has that is whole. */
  readonly needs: readonly string[];
  readonly permission: Permission;
}

/** Kept beside the snapshot that it continues, in one row. `query` tells whether the link is of the question as it is put now: which properties it follows stands in the link itself. */
const memory = z.object({
  query: z.string(),
  link: z.string().optional(),
  /** When everything was read last, epoch ms. */
  provenAt: z.number(),
  /** Readings in a row of which the delta query failed. */
  failures: z.number().int().default(0),
});
type Memory = z.infer<typeof memory>;

function remembered(text: string | undefined, query: string): Memory | undefined {
  if (text === undefined) return undefined;
  try {
    const found = memory.safeParse(JSON.parse(text));
    return found.success && found.data.query === query ? found.data : undefined;
  } catch {
    return undefined; // Of another version of this program: everything is read anew.
  }
}

/** The service does not answer the question, and would not if it were put again. A missing right is one of these: the list says whether it is missing there too. */
const isRefusal = ({ service, status }: ServiceError): boolean =>
  service === 'graph' && ((status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 429) || status === 501);

export function deltaSnapshot({ path, fields, needs, permission, ...facts }: DeltaSnapshot): SnapshotFeed {
  const select = Object.keys(fields).join(',');
  const query = hashId(path, select).slice(0, 16);

  const byId = (objects: readonly Thing[]): Objects => new Map(objects.map((one) => [String(one['id']), normal(fields, one)]));
  const listed = async (graph: Graph): Promise<Objects> => byId(await allPages(graph, path, { $select: select, $top: '999' }));

  /** What changed since `link`, or everything. Without what comes next where the service no longer keeps the changes since then. */
  async function told(graph: Graph, link?: string): Promise<{ readonly objects: Thing[]; readonly next: string } | undefined> {
    const objects: Thing[] = [];
    let next = '';
    try {
      for await (const page of graph.delta(path, link === undefined ? { query: { $select: select } } : { since: link })) {
        objects.push(...page.objects);
        next = page.link ?? '';
      }
    } catch (error) {
      if (error instanceof ServiceError && (isResync(error) || (link !== undefined && isRefusal(error) && error.status !== 403)))
        return undefined;
      throw error;
    }
    return { objects, next };
  }

  /** With the objects of which too little was said read by themselves; undefined where only a reading of everything tells. */
  async function settled(graph: Graph, { objects, thin, contradictory }: Applied): Promise<Objects | undefined> {
    if (contradictory || thin.length > mostAsked) return undefined;
    const whole = new Map(objects);
    try {
      for (const id of thin) {
        const one = await graph.request('GET', `${path}/${encodeURIComponent(id)}`, { query: { $select: select } });
        whole.set(id, normal(fields, one));
      }
    } catch (error) {
      // A replica that lags behind what was told: no proof that the object is gone.
      if (error instanceof ServiceError && error.status === 404) return undefined;
      throw error;
    }
    return whole;
  }

  /** All objects with the link to what comes next; of a service that keeps no changes, as a list and without one. */
  async function everything(graph: Graph, now: number): Promise<{ readonly objects: Objects; readonly memory: Memory }> {
    let lost = false;
    try {
      const all = await told(graph);
      lost = all === undefined;
      if (all !== undefined) {
        const { objects, contradictory } = applied(fields, new Map(), all.objects, []);
        // What changed while it was read was said twice: the next reading compares.
        return { objects, memory: { query, link: all.next, provenAt: contradictory ? 0 : now, failures: 0 } };
      }
    } catch (error) {
      if (!(error instanceof ServiceError) || !isRefusal(error)) throw error;
    }
    // One that lost its place in mid-answer is asked again next time.
    return { objects: await listed(graph), memory: { query, provenAt: lost ? 0 : now, failures: 0 } };
  }

  const complete = (objects: Objects, kept: Memory, more: Pick<SnapshotRead, 'proof'> = {}): SnapshotRead => ({
    outcome: { status: 'complete' },
    objects: [...objects.values()],
    kept: JSON.stringify(kept),
    ...more,
  });

  /** A day's proof: whether the objects as they are known by delta are those that the list gives. */
  async function proven(graph: Graph, known: Objects, before: Memory, now: number): Promise<SnapshotRead> {
    try {
      if (differing(known, await listed(graph)).length === 0)
        return complete(known, { ...before, provenAt: now }, { proof: { objects: known.size, missed: 0 } });
      // Either may lag behind the other: what a delta query over everything says is what counts, and later changes follow from it.
      const afresh = await everything(graph, now);
      const different = differing(known, afresh.objects);
      // What happened in these seconds would be told next time, and is not missing.
      const since = different.length === 0 || before.link === undefined ? undefined : await told(graph, before.link);
      const late = since === undefined ? [] : differing(applied(fields, known, since.objects, []).objects, afresh.objects);
      const missed = since === undefined ? different : different.filter((id) => late.includes(id));
      return complete(afresh.objects, afresh.memory, { proof: { objects: afresh.objects.size, missed: missed.length } });
    } catch (error) {
      // It is tried again at the next reading; what changed is known.
      if (!(error instanceof ServiceError)) throw error;
      return complete(known, before);
    }
  }

  async function read({ connection: { graph }, now, kept, stored }: ReadContext): Promise<SnapshotRead> {
    const before = remembered(kept, query);
    // Of a service that refused: as a list, for a day.
    if (before !== undefined && before.link === undefined && now - before.provenAt < dayMs) return complete(await listed(graph), before);
    const changes = before?.link === undefined || stored === undefined ? undefined : await told(graph, before.link);
    if (before !== undefined && changes !== undefined && stored !== undefined) {
      const after: Memory = { ...before, link: changes.next, failures: 0 };
      const isDue = now - before.provenAt >= dayMs;
      if (changes.objects.length === 0 && !isDue)
        return { outcome: { status: 'complete' }, objects: [], unchanged: true, kept: JSON.stringify(after) };
      const base = await stored();
      const objects = base && (await settled(graph, applied(fields, byId(base), changes.objects, needs)));
      if (objects !== undefined) return isDue ? proven(graph, objects, after, now) : complete(objects, after);
    }
    const { objects, memory: next } = await everything(graph, now);
    return complete(objects, next);
  }

  return {
    ...facts,
    kind: 'snapshot',
    source: 'graph',
    lane: 'config',
    permissions: [permission],
    delay: 'none: read as it is now',
    paging:
      'delta: what changed since the link of the last reading, by next link; everything by the same query the first time and where the service no longer knows the link',
    reconciled:
      'once a day the whole list is read, 999 objects a page, and compared with what was told of changes; a difference is counted, and everything is read anew',
    ignore: [],
    sparse: true,
    async list(context) {
      try {
        return await read(context);
      } catch (error) {
        const outcome = readOutcomeOf(error, { permission: permission.name }, context.now);
        if (outcome.status !== 'failed') return { outcome, objects: [] };
        const before = remembered(context.kept, query) ?? { query, provenAt: 0, failures: 0 };
        if (before.failures === 0) return { outcome, objects: [], kept: JSON.stringify({ ...before, failures: 1 }) };
        // The delta query alone may be broken, and for long: a list has no such memory to lose. A link that fails for as long as a proof holds is given up.
        const { link: _given, ...without } = before;
        const kept = context.now - before.provenAt < dayMs ? before : without;
        try {
          return complete(await listed(context.connection.graph), { ...kept, failures: before.failures + 1 });
        } catch (again) {
          return { outcome: readOutcomeOf(again, { permission: permission.name }, context.now), objects: [] };
        }
      }
    },
  };
}
