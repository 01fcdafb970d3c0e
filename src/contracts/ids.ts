// Identities (docs/architecture.md, "Words and identities"): how every thing is named so that reading it twice has no effect. Used by every stage.
import { hash } from 'node:crypto';

/** What kinds of object a finding can be about. `unresolved` holds a name (UPN, PUID) until the directory tells the object id. */
export const subjectKinds = [
  'user',
  'app',
  'connector',
  'transport-rule',
  'group',
  'device',
  'domain',
  'mailbox',
  'address',
  'tenant',
  'unresolved',
] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** `user:{object id}`, `app:{app id}`, `connector:{guid}`, `unresolved:{lower-case upn}` …; ids are lower case. */
export type SubjectId = `${SubjectKind}:${string}`;

/** @example subjectId('user', '2F1A…') === 'user:2f1a…' */
export function subjectId(kind: SubjectKind, id: string): SubjectId {
  return `${kind}:${id.trim().toLowerCase()}`;
}

/** Splits a subject into kind and id. Throws on text that is no subject. */
export function parseSubject(subject: string): { kind: SubjectKind; id: string } {
  const colon = subject.indexOf(':');
  const kind = subjectKinds.find((known) => known === subject.slice(0, colon));
  if (kind === undefined) throw new Error(`"${subject}" is no subject: expected one of ${subjectKinds.join(', ')} before the colon`);
  return { kind, id: subject.slice(colon + 1) };
}

/** 128 bits of SHA-256 as hex: the form of every derived id. Parts are length-prefixed, so no two lists of parts collide. */
export function hashId(...parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return hash('sha256', text, 'hex').slice(0, 32);
}

/** One sign-in has one id, whichever feed brought it (Graph v1.0 or beta `id`, unified audit `IntraSystemId`). */
export const signInActivityId = (requestId: string): string => `signin:${requestId.toLowerCase()}`;

/** Directory events reach us through Graph and through the unified audit under different record ids: correlation, operation and target name them alike. */
export const directoryActivityId = (correlationId: string, operation: string, target: string): string =>
  `directory:${correlationId.toLowerCase()}:${hashId(operation.toLowerCase(), target.toLowerCase()).slice(0, 12)}`;

/** Any other unified-audit record, by its `Id`. */
export const auditActivityId = (id: string): string => `audit:${id.toLowerCase()}`;

/** A change seen between two snapshots of one object; `version` names the state it changed to and the snapshot that it changed from. */
export const changeActivityId = (feed: string, objectId: string, version: string): string =>
  `change:${feed}:${objectId.toLowerCase()}:${version}`;

/** Rule versions do not enter it: a better rule gives the same finding. */
export const findingId = (tenant: string, ruleId: string, activityId: string): string => hashId('finding', tenant, ruleId, activityId);

/** `anchor` is the earliest contributing activity of the group. */
export const sequenceFindingId = (tenant: string, ruleId: string, group: string, anchor: string): string =>
  hashId('sequence', tenant, ruleId, group, anchor);

/** One incident per attack: (tenant, root subject, episode). `episode` is the id of the finding that opened it. */
export const incidentId = (tenant: string, root: SubjectId, episode: string): string => hashId('incident', tenant, root, episode);
