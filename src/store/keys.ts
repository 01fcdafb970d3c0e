// The only place that knows partition keys, row keys and blob names. Used by the domain modules of this folder. Keys are never decoded: what a row says is in its body.

import { createHash } from 'node:crypto';
import type { Lane } from '../contracts/bells.ts';
import type { DueEntry } from '../contracts/rows.ts';
import type { ContainerName, Key, Query, Range, TableName } from './backend.ts';

const longestPart = 150;
const digest = (text: string) => createHash('sha256').update(JSON.stringify(text)).digest('hex');

/**
 * One part of a key. Letters, digits and `.` `_` `:` `@` `-` stay; every other byte becomes `!` and two hex digits, so neither the separator `|` nor anything that
 * the service refuses gets through. Long or malformed text ends in a hash.
 * @example part('guest#EXT#@contoso.example') === 'guest!23EXT!23@contoso.example'
 */
export function part(text: string): string {
  if (!text.isWellFormed()) return `!!${digest(text).slice(0, 32)}`;
  const escaped = text.replace(/[^A-Za-z0-9._:@-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  // A blob's name travels as a path, in which these two would lead out of the tenant's folder.
  if (escaped === '.' || escaped === '..') return escaped.replaceAll('.', '!2e');
  return escaped.length <= longestPart ? escaped : `${escaped.slice(0, longestPart - 34)}!!${digest(text).slice(0, 32)}`;
}
const join = (...parts: readonly string[]) => parts.map(part).join('|');

/** Everything below a prefix: `|` is 0x7c, `}` is 0x7d, and neither occurs inside a part. */
const under = (prefix: string): Range => ({ from: `${prefix}|`, to: `${prefix}}` });

/** Times and counters in keys sort as text. */
export function padded(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 1e15)
    throw new Error(`${value} cannot stand in a key: expected whole milliseconds from 1970`);
  return String(value).padStart(15, '0');
}

/** The same text falls into the same shard on every computer. */
export const shardOf = (text: string, count: number): number => Number.parseInt(digest(text).slice(0, 8), 16) % count;

const tenantPart = (tenant: string) => part(tenant.toLowerCase());
const sequenceShards = 4;
const sightingShards = 4;
const dueShards = 16;

export const registryKeys = {
  row: (tenant: string): Key => ({ partition: 'tenants', row: tenantPart(tenant) }),
  all: { partition: 'tenants' } satisfies Query,
  channels: { partition: 'channels', row: 'known' } satisfies Key,
};

const stateKind = (tenant: string, kind: string) => ({ partition: tenantPart(tenant), rows: under(kind) }) satisfies Query;
const stateRow = (tenant: string, kind: string, ...parts: readonly string[]): Key => ({
  partition: tenantPart(tenant),
  row: join(kind, ...parts),
});
/** Whether a row that a wider query found is one of these. */
export const isOf = ({ rows }: { readonly rows: Range }, { row }: Key): boolean => rows.from <= row && row < rows.to;
export const stateKeys = {
  /** All that a round begins with. The layout of the baselines has a key without parts. */
  opening: (tenant: string): Query => ({
    partition: tenantPart(tenant),
    rows: [{ from: 'baseline-layout', to: 'begun!' }, under('feed'), under('lane'), under('report')],
  }),
  /** Written by every round that asks the reporting API as it begins, so that no two begin unaware of each other. */
  begun: (tenant: string) => stateRow(tenant, 'begun'),
  /** What rounds of other lanes and people change beside a round. */
  beside: (tenant: string): Query => ({ partition: tenantPart(tenant), rows: [under('inc'), under('lane'), under('report')] }),
  lane: (tenant: string, lane: Lane) => stateRow(tenant, 'lane', lane),
  lanes: (tenant: string) => stateKind(tenant, 'lane'),
  feed: (tenant: string, feed: string) => stateRow(tenant, 'feed', feed),
  feeds: (tenant: string) => stateKind(tenant, 'feed'),
  /** A gap that grows keeps its row. */
  gap: (tenant: string, feed: string, from: number) => stateRow(tenant, 'gap', feed, padded(from)),
  gaps: (tenant: string) => stateKind(tenant, 'gap'),
  incident: (tenant: string, id: string) => stateRow(tenant, 'inc', id),
  incidents: (tenant: string) => stateKind(tenant, 'inc'),
  open: (tenant: string, subject: string) => stateRow(tenant, 'open', subject),
  outbox: (tenant: string, incident: string, revision: number) => stateRow(tenant, 'out', incident, padded(revision)),
  outboxOf: (tenant: string, incident: string): Query => ({ partition: tenantPart(tenant), rows: under(join('out', incident)) }),
  alias: (tenant: string, name: string) => stateRow(tenant, 'alias', name.toLowerCase()),
  subscription: (tenant: string, resource: string) => stateRow(tenant, 'subscription', resource),
  subscriptions: (tenant: string) => stateKind(tenant, 'subscription'),
  report: (tenant: string, address: string) => stateRow(tenant, 'report', address),
  reports: (tenant: string) => stateKind(tenant, 'report'),
  hint: (tenant: string, lane: Lane) => stateRow(tenant, 'hint', lane),
  spooled: (tenant: string, feed: string, name: string) => stateRow(tenant, 'spool', feed, name),
  spool: (tenant: string, feed: string): Query => ({ partition: tenantPart(tenant), rows: under(join('spool', feed)) }),
  watch: (tenant: string) => stateRow(tenant, 'watch'),
  exclusion: (tenant: string, id: string) => stateRow(tenant, 'exclusion', id),
  exclusions: (tenant: string) => stateKind(tenant, 'exclusion'),
  noiseOfLane: (tenant: string, lane: string) => stateRow(tenant, 'noise', lane),
  noise: (tenant: string) => stateKind(tenant, 'noise'),
  people: (tenant: string) => stateRow(tenant, 'people'),
  /** How many shards the tenant's baselines have. */
  layout: (tenant: string) => stateRow(tenant, 'baseline-layout'),
};

/** Of all tenants. `!` begins no tenant's part, so no tenant's range holds these. */
export const fleetKeys = {
  mood: (tenant: string): Key => ({ partition: '!moods', row: tenantPart(tenant) }),
  moods: { partition: '!moods' } satisfies Query,
  blocks: (source: string): Key => ({ partition: '!blocks', row: part(source) }),
};

/** Of the whole installation. */
export const stageKeys = {
  row: (rule: string): Key => ({ partition: '!stages', row: part(rule) }),
  all: { partition: '!stages' } satisfies Query,
};

/** Epoch ms that no clock reaches. */
const latest = 9_999_999_999_999;

/** Of all tenants: a hunt, and its part of each tenant. */
export const huntKeys = {
  row: (id: string): Key => ({ partition: '!hunts', row: part(id) }),
  all: { partition: '!hunts' } satisfies Query,
  /** The younger, the less: rows can be asked for by what is at most so old. */
  age: (createdAt: number) => ({ age: padded(latest - createdAt) }),
  since: (time: number): Query => ({ partition: '!hunts', atMost: { property: 'age', value: padded(latest - time) } }),
  part: (id: string, tenant: string): Key => ({ partition: `!hunt|${part(id)}`, row: tenantPart(tenant) }),
  parts: (id: string): Query => ({ partition: `!hunt|${part(id)}` }),
};

/** Of all tenants: what is known of each foreign feed. */
export const indicatorKeys = {
  row: (feed: string): Key => ({ partition: '!indicators', row: part(feed) }),
  all: { partition: '!indicators' } satisfies Query,
};

export const findingKeys = {
  /** By id alone: a finding whose time moved (a later contributing activity) replaces itself. */
  row: (tenant: string, subject: string, id: string): Key => ({ partition: `${tenantPart(tenant)}|${part(subject)}`, row: part(id) }),
  ofSubject: (tenant: string, subject: string): Query => ({ partition: `${tenantPart(tenant)}|${part(subject)}` }),
  all: (tenant: string): Query => ({ partition: under(tenantPart(tenant)) }),
  /** Which findings stand under an unresolved subject, so that they move when it resolves. `!u` cannot begin a part, so no tenant's range holds it. */
  unresolved: (tenant: string, id: string): Key => ({ partition: `!unresolved|${tenantPart(tenant)}`, row: part(id) }),
  allUnresolved: (tenant: string): Query => ({ partition: `!unresolved|${tenantPart(tenant)}` }),
};

/** `shards` is part of the partition, so that two layouts never share one. */
const baselinePartition = (tenant: string, shards: number, shard: number) => `${tenantPart(tenant)}|${padded(shards)}|${padded(shard)}`;
export const baselineKeys = {
  row: (tenant: string, shards: number, user: string): Key => ({
    partition: baselinePartition(tenant, shards, shardOf(user, shards)),
    row: part(user),
  }),
  shard: (tenant: string, shards: number, shard: number): Query => ({ partition: baselinePartition(tenant, shards, shard) }),
  layout: (tenant: string, shards: number): Query => ({ partition: under(`${tenantPart(tenant)}|${padded(shards)}`) }),
};

const sequencePartition = (tenant: string, rule: string, group: string) =>
  `${tenantPart(tenant)}|${part(rule)}|${shardOf(group, sequenceShards)}`;
export const sequenceKeys = {
  row: (tenant: string, hit: { readonly rule: string; readonly group: string; readonly base: string; readonly activity: string }): Key => ({
    partition: sequencePartition(tenant, hit.rule, hit.group),
    row: join(hit.group, hit.base, hit.activity),
  }),
  group: (tenant: string, rule: string, group: string): Query => ({
    partition: sequencePartition(tenant, rule, group),
    rows: under(part(group)),
  }),
  rule: (tenant: string, rule: string): Query => ({ partition: under(`${tenantPart(tenant)}|${part(rule)}`) }),
};

/** One partition per tenant: a press is one transaction over its request and its containment, a step one over the containment and its entries. */
const journalRow = (tenant: string, ...parts: readonly string[]): Key => ({ partition: tenantPart(tenant), row: join(...parts) });
export const journalKeys = {
  request: (tenant: string, request: string) => journalRow(tenant, 'request', request),
  containment: (tenant: string, id: string) => journalRow(tenant, 'containment', id),
  lease: (tenant: string, id: string) => journalRow(tenant, 'lease', id),
  at: (tenant: string, time: number, id: string) => journalRow(tenant, 'at', padded(time), id),
  since: (tenant: string, time: number): Query => ({
    partition: tenantPart(tenant),
    rows: { from: join('at', padded(time)), to: under('at').to },
  }),
  entry: (tenant: string, id: string, sequence: number) => journalRow(tenant, 'entry', id, padded(sequence)),
  entries: (tenant: string, id: string): Query => ({ partition: tenantPart(tenant), rows: under(join('entry', id)) }),
};

/** By identity and not by time, so that moving an entry is one write and one thing never waits twice. */
const duePartition = (tenant: string) => `due|${shardOf(tenant.toLowerCase(), dueShards)}`;
export const dueKeys = {
  row: (entry: Pick<DueEntry, 'tenant' | 'kind' | 'id'>): Key => ({
    partition: duePartition(entry.tenant),
    row: `${tenantPart(entry.tenant)}|${join(entry.kind, entry.id)}`,
  }),
  until: (now: number): Query => ({ partition: under('due'), atMost: { property: 'dueAt', value: padded(now) } }),
  ofTenant: (tenant: string): Query => ({ partition: duePartition(tenant), rows: under(tenantPart(tenant)) }),
};

const sightingPartition = (indicator: string) => `fleet|${part(indicator)}`;
export const sightingKeys = {
  row: (indicator: string, tenant: string): Key => ({
    partition: `${sightingPartition(indicator)}|${shardOf(tenant.toLowerCase(), sightingShards)}`,
    row: tenantPart(tenant),
  }),
  all: (indicator: string): Query => ({ partition: under(sightingPartition(indicator)) }),
};

const blobName = (tenant: string, ...parts: readonly string[]) => [tenantPart(tenant), ...parts.map(part)].join('/');
export const blobNames = {
  activities: (tenant: string, date: string): [ContainerName, string] => ['activities', `${blobName(tenant, date)}.ndjson.gz`],
  /** `!` begins no tenant's part: no tenant's folder holds it. */
  hunt: (id: string): [ContainerName, string] => ['snapshots', `!hunts/${part(id)}.json.gz`],
  indicators: (feed: string): [ContainerName, string] => ['snapshots', `!indicators/${part(feed)}.json.gz`],
  spool: (tenant: string, name: string): [ContainerName, string] => ['spool', `${blobName(tenant, name)}.json.gz`],
  snapshot: (tenant: string, feed: string, name: string): [ContainerName, string] => [
    'snapshots',
    `${blobName(tenant, feed, name)}.json.gz`,
  ],
  evidence: (tenant: string, containment: string, name: string): [ContainerName, string] => [
    'evidence',
    `${blobName(tenant, containment, name)}.json`,
  ],
};

/** Packs belong to no tenant. */
export const packBlobs = {
  current: ['packs', 'current.json'] as [ContainerName, string],
  content: (pack: string, version: number): [ContainerName, string] => ['packs', `${part(pack)}/${padded(version)}.json.gz`],
};

/** Where each table keeps rows of a tenant: what is deleted when it left. A new table does not compile until it says so here. The registry keeps a mark that it was removed. */
export const rowsOfTenant: Readonly<Record<TableName, (tenant: string) => readonly Query[]>> = {
  state: (tenant) => [
    { partition: tenantPart(tenant) },
    { partition: '!moods', rows: { from: tenantPart(tenant), to: `${tenantPart(tenant)}!` } },
    { partition: under('!hunt'), rows: { from: tenantPart(tenant), to: `${tenantPart(tenant)}!` } },
  ],
  findings: (tenant) => [findingKeys.all(tenant), findingKeys.allUnresolved(tenant)],
  baseline: (tenant) => [{ partition: under(tenantPart(tenant)) }],
  sequence: (tenant) => [{ partition: under(tenantPart(tenant)) }],
  journal: (tenant) => [{ partition: tenantPart(tenant) }],
  due: (tenant) => [dueKeys.ofTenant(tenant)],
  // `!` sorts before all that may follow a tenant's id in a key, so this is that one row of every partition.
  sighting: (tenant) => [{ partition: under('fleet'), rows: { from: tenantPart(tenant), to: `${tenantPart(tenant)}!` } }],
  registry: () => [],
};
/** Everything of a tenant in a container begins with this. */
export const blobPrefix = (tenant: string): string => `${tenantPart(tenant)}/`;
