// What the two app registrations need, collected from what feeds and actions declare. Read by the hooks and by docs/generate.ts.
import { feeds } from '../../src/collect/feeds.ts';
import { actions } from '../../src/contain/actions/index.ts';
import { type EventResource, eventResources } from '../../src/contracts/events.ts';
import type { Permission } from '../../src/contracts/permission.ts';
import { resourceFacts } from '../../src/tenants/event-subscriptions.ts';

/** The well-known app ids of the services whose app roles are granted. */
export const resourceApps = {
  graph: '00000003-0000-0000-c000-000000000000',
  exchange: '00000002-0000-0ff1-ce00-000000000000',
  activity: 'c5393580-f805-4401-95e8-94b7a6ef2fc2',
} as const;

export interface Needed {
  readonly permission: Permission;
  /** Titles of the feeds and actions that declared it. */
  readonly for: readonly string[];
}

/** Resources of `TG_EVENT_RESOURCES`, separated by commas. Throws for a name that is none. */
export function eventResourcesOf(text: string | undefined): EventResource[] {
  const names = (text ?? '').split(',').flatMap((name) => name.trim() || []);
  return names.map((name) => {
    const known = eventResources.find((resource) => resource === name);
    if (known === undefined) throw new Error(`TG_EVENT_RESOURCES names ${name}; expected ${eventResources.join(', ')}`);
    return known;
  });
}

/** Feeds that are read only where a tenant's policy asks for them. */
export const optionalFeeds: readonly string[] = feeds.flatMap(({ id, optIn }) => (optIn === true ? [id] : []));

/** Ids of `TG_OPTIONAL_FEEDS`, separated by commas. Throws for one that is no such feed. */
export function optionalFeedsOf(text: string | undefined): string[] {
  const ids = (text ?? '').split(',').flatMap((id) => id.trim() || []);
  const unknown = ids.find((id) => !optionalFeeds.includes(id));
  if (unknown !== undefined) throw new Error(`TG_OPTIONAL_FEEDS names ${unknown}; expected ${optionalFeeds.join(', ')}`);
  return ids;
}

export interface Wished {
  /** Resources whose changes Graph is to tell: each needs one more of the reader. */
  readonly events?: readonly EventResource[];
  /** Ids of optional feeds: what only others of them need is not asked for. */
  readonly feeds?: readonly string[];
}

/** Each permission once, with who asked for it, sorted by kind and name. */
export function neededBy(holder: Permission['holder'], { events = [], feeds: wished = [] }: Wished = {}): Needed[] {
  const declared = [
    ...feeds
      .filter(({ id, optIn }) => optIn !== true || wished.includes(id))
      .flatMap(({ title, permissions }) => permissions.map((permission) => ({ permission, title }))),
    ...events.map((resource) => ({ permission: resourceFacts[resource].permission, title: `Change notifications of ${resource}` })),
    ...actions.flatMap(({ label, permissions }) => permissions.map((permission) => ({ permission, title: label }))),
  ].filter(({ permission }) => permission.holder === holder);
  // Hooks run on whatever Node azd finds, so no Map.groupBy here.
  const byName = new Map<string, { permission: Permission; for: string[] }>();
  for (const { permission, title } of declared) {
    const key = `${permission.kind} ${permission.name}`;
    const known = byName.get(key) ?? { permission, for: [] };
    if (!known.for.includes(title)) known.for.push(title);
    byName.set(key, known);
  }
  return [...byName.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, needed]) => needed);
}
