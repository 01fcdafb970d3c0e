// The envelope that every reader of this folder puts around a record: what the caller knows about it, and how an activity is built.
import type { Activity, View } from '../../contracts/activity.ts';
import type { SubjectId } from '../../contracts/ids.ts';
import { quoted } from './values.ts';

/** What the caller knows about a record. Times in epoch milliseconds UTC. */
export interface RecordContext {
  readonly tenant: string;
  readonly feed: string;
  readonly visibleAt?: number;
  readonly origin?: { readonly file: string; readonly record: number };
  /** Exported query results sometimes lost their time columns. Given this (when the file was written), such a record is read as undated with this time; else it is skipped. */
  readonly undatedAt?: number;
}

/** Why a record could not be read, in a sentence part that names the field. */
export interface Skipped {
  readonly skipped: string;
}

interface Envelope {
  readonly id: string;
  readonly time: number;
  readonly undated: boolean;
  readonly subject: SubjectId;
  readonly actor: SubjectId | undefined;
  readonly subjectName: string;
  readonly actorName: string;
  readonly views: readonly View[];
}

type Building = { -readonly [key in keyof Activity]: Activity[key] };

export function activityOf(envelope: Envelope, context: RecordContext): Activity {
  const activity: Building = {
    id: envelope.id,
    tenant: context.tenant,
    feed: context.feed,
    time: envelope.time,
    subject: envelope.subject,
    views: envelope.views,
  };
  if (context.visibleAt !== undefined) activity.visibleAt = context.visibleAt;
  if (envelope.actor !== undefined && envelope.actor !== envelope.subject) activity.actor = envelope.actor;
  if (envelope.subjectName !== '') activity.subjectName = envelope.subjectName;
  if (envelope.actorName !== '' && activity.actor !== undefined) activity.actorName = envelope.actorName;
  if (context.origin !== undefined) activity.origin = context.origin;
  if (envelope.undated) activity.undated = true;
  return activity;
}

/** Time of a record, or why there is none. */
export function timeOf(
  value: unknown,
  parsed: number | undefined,
  field: string,
  context: RecordContext,
): { readonly time: number; readonly undated: boolean } | Skipped {
  if (parsed !== undefined) return { time: parsed, undated: false };
  if (value !== undefined && value !== null && value !== '') return { skipped: `${field} ${quoted(value)} is no time` };
  if (context.undatedAt !== undefined) return { time: context.undatedAt, undated: true };
  return { skipped: `it has no time (${field} is missing)` };
}
