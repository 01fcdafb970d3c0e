// What a record says about the application that it is about: ids, names, publisher, addresses, age. Called by context.ts, each only when a rule asks.
import { named, type Observed } from './observed.ts';
import type { AppIdentity } from './publisher.ts';

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const own = (value: unknown, field: string): unknown => (isRaw(value) && Object.hasOwn(value, field) ? value[field] : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.slice(0, 2048) : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 50) : []);

const guids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Properties of directory events that hold an application's id; others hold ids of objects. */
const idProperties = new Set([
  'AppId',
  'AppPrincipalId',
  'ServicePrincipal.AppId',
  'ServicePrincipalName',
  'ServicePrincipalNames',
  'SPN',
  'TargetId.ServicePrincipalNames',
]);

/** Changed properties of a directory event, as Graph and as the unified audit log spell them. */
function changesIn(record: Raw): readonly unknown[] {
  const targets = list(record['targetResources']).flatMap((target) => list(own(target, 'modifiedProperties')));
  return [...targets, ...list(record['ModifiedProperties'])];
}
const nameOf = (change: unknown): string => String(own(change, 'displayName') ?? own(change, 'Name') ?? '');
const valuesOf = (change: unknown): string[] =>
  ['newValue', 'NewValue', 'oldValue', 'OldValue'].flatMap((side) => text(own(change, side)) ?? []);

/** Ids of the applications that a record names, lower case: who signed in, who acted, and what was let in, changed or removed. */
export function applicationIdsIn(observed: Observed): string[] {
  if (observed.signIn !== undefined) return observed.applicationId === undefined ? [] : [observed.applicationId];
  const record = observed.record;
  const shape = observed.activity.views[0]?.shape;
  const ids = [observed.applicationId];
  if (shape === 'directory-audit' || shape === 'unified-audit') {
    ids.push(text(own(own(record['initiatedBy'], 'app'), 'appId')));
    ids.push(text(named(record['additionalDetails'], 'AppId')));
    for (const change of changesIn(record))
      if (idProperties.has(nameOf(change))) ids.push(...valuesOf(change).flatMap((value) => value.match(guids)?.slice(0, 20) ?? []));
  } else ids.push(text(own(record['after'], 'appId')), text(own(record['before'], 'appId')));
  return [...new Set(ids.flatMap((id) => (id === undefined ? [] : [id.toLowerCase()])))];
}

/** Names of applications only: a directory event names people as well. */
function appNamesIn(observed: Observed): string[] {
  const record = observed.record;
  if (!Array.isArray(record['targetResources'])) return observed.names;
  const targets = list(record['targetResources']).filter((target) =>
    /^(?:service ?principal|application|)$/i.test(String(own(target, 'type') ?? '')),
  );
  const names = [observed.applicationName, ...targets.map((target) => text(own(target, 'displayName')))];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** Name, publisher and addresses of the application that the record is about. */
export function identityIn(observed: Observed): AppIdentity {
  const object = observed.record['after'] ?? observed.record['before'];
  const publisher = own(object, 'verifiedPublisher');
  const { urls } = observed;
  return {
    names: appNamesIn(observed),
    publisher: publisher === undefined ? undefined : (text(own(publisher, 'displayName')) ?? ''),
    hosts: urls.length === 0 ? undefined : [...new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname))],
  };
}

/** Whole days from the application's creation in this tenant to the activity; undefined where the record does not carry the date. */
export function ageInDays(observed: Observed): number | undefined {
  const created = text(own(observed.record['after'] ?? observed.record['before'], 'createdDateTime'));
  const at = created === undefined ? Number.NaN : Date.parse(created);
  const { time, undated } = observed.activity;
  return Number.isNaN(at) || at > time || undated === true ? undefined : Math.floor((time - at) / 86_400_000);
}
