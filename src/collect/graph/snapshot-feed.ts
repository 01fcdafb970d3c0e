// A snapshot feed over Microsoft Graph: what the feeds of configuration beside it share. Each of them says what it reads and how one object is named.
import type { Permission } from '../../contracts/permission.ts';
import type { Graph } from '../../tenants/connections.ts';
import type { SnapshotFeed } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';

type Thing = Record<string, unknown>;

export interface GraphSnapshot
  extends Pick<SnapshotFeed, 'id' | 'title' | 'blind' | 'shape' | 'describe' | 'licence' | 'optIn' | 'tellsFirst'> {
  readonly permission: Permission;
  readonly paging?: string;
  readonly ignore?: readonly string[];
  /** All objects; throws ServiceError. */
  readonly read: (graph: Graph) => Promise<readonly Thing[]>;
}

export function graphSnapshot({
  permission,
  paging = '999 objects a page, by next link',
  ignore = [],
  read,
  ...facts
}: GraphSnapshot): SnapshotFeed {
  return {
    ...facts,
    kind: 'snapshot',
    source: 'graph',
    lane: 'config',
    permissions: [permission],
    delay: 'none: read as it is now',
    paging,
    reconciled: 'every reading is the whole list',
    ignore,
    async list(context) {
      try {
        return { outcome: { status: 'complete' }, objects: (await read(context.connection.graph)).map(withoutContext) };
      } catch (error) {
        const needs = { permission: permission.name, ...(facts.licence === undefined ? {} : { licence: facts.licence }) };
        return { outcome: readOutcomeOf(error, needs, context.now), objects: [] };
      }
    },
  };
}

/** Where the answer came from is no part of the object. */
const withoutContext = ({ '@odata.context': _, ...object }: Thing): Thing => object;

type Query = Readonly<Record<string, string>>;

export async function allPages(graph: Graph, path: string, query: Query = {}, more: { readonly together?: true } = {}): Promise<Thing[]> {
  const objects: Thing[] = [];
  for await (const page of graph.pages(path, { query, ...more })) objects.push(...page);
  return objects;
}

/** … of a collection that is small in every tenant: it shares a request with the other small ones. */
export const fewPages = (graph: Graph, path: string, query: Query = {}): Promise<Thing[]> =>
  allPages(graph, path, query, { together: true });
