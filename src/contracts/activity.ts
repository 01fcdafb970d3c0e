// One record in the guard's own envelope: what collect hands to detect. The source's record stays inside, in the source's own spelling.
import { z } from 'zod';
import type { SubjectId } from './ids.ts';

/**
 * The forms in which rules address records. A rule's log source picks the shape (src/detect/sigma/log-sources.ts).
 * - `sign-in`: Graph's signIn, whichever feed brought it
 * - `directory-audit`: Graph's directoryAudit
 * - `risk-detection`: Graph's riskDetection
 * - `unified-audit`: a record of the unified audit log
 * - `security-alert`: Graph's security alert (alerts_v2)
 * - the snapshot shapes: a change between two snapshots of the tenant's configuration, see ConfigChange
 */
export const snapshotShapes = [
  'service-principal',
  'application',
  'permission-grant',
  'app-role-assignment',
  'inbound-connector',
  'outbound-connector',
  'transport-rule',
  'inbox-rule',
  'mailbox',
  'mailbox-permission',
  'cross-tenant-partner',
  'delegated-admin-relationship',
  'domain',
  'organization',
  'security-defaults',
  'conditional-access-policy',
  'authentication-methods-policy',
] as const;
export type SnapshotShape = (typeof snapshotShapes)[number];
export const shapes = ['sign-in', 'directory-audit', 'risk-detection', 'unified-audit', 'security-alert', ...snapshotShapes] as const;
export type Shape = (typeof shapes)[number];

/** A record as rules read it: the source's own field names (Graph's for Entra, the unified audit's for itself). */
export interface View {
  readonly shape: Shape;
  readonly record: Readonly<Record<string, unknown>>;
}

export interface Activity {
  /** src/contracts/ids.ts; the same for the same event through any feed. */
  readonly id: string;
  readonly tenant: string;
  /** The feed (`sign-ins.interactive`, `directory-audits`, …) or `export` for a file. */
  readonly feed: string;
  /** When it happened, epoch milliseconds UTC. */
  readonly time: number;
  /** When it could first be read, epoch milliseconds UTC; absent offline. */
  readonly visibleAt?: number;
  readonly subject: SubjectId;
  /** Who did it, where that is not the subject. */
  readonly actor?: SubjectId;
  /** Name to show for the subject (untrusted text). */
  readonly subjectName?: string;
  readonly actorName?: string;
  /**
   * Usually one. A unified-audit sign-in or directory event has a second one in Graph's shape, so that one rule serves both feeds.
   * The first is the record as it came; views made from it are derived.
   */
  readonly views: readonly View[];
  /** Graph's log tells this event as well, under an id of its own: here for rules that read the unified audit log. It teaches no habits and is no second event of anybody's story. */
  readonly retold?: true;
  /** Offline only: where it stands. */
  readonly origin?: { readonly file: string; readonly record: number };
  /** Offline only: the export lost its time columns, and `time` is when the file was written: the event is no younger. */
  readonly undated?: true;
}

/** The record of the snapshot shapes: `before`/`after` hold the object as the source spells it; `changed` lists top-level fields. */
export interface ConfigChange {
  readonly change: 'created' | 'changed' | 'removed';
  readonly id: string;
  readonly name: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly changed: readonly string[];
  /** It was there when the guard looked for the first time: nobody knows since when. `change` is `created` then. */
  readonly stood?: true;
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** How an activity is kept in the activities blob: one NDJSON line. Records are not copied key by key: that took a third of reading a day. */
export const storedActivity = z.object({
  v: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  feed: z.string(),
  time: z.number(),
  visibleAt: z.number().optional(),
  subject: z.string(),
  actor: z.string().optional(),
  subjectName: z.string().optional(),
  actorName: z.string().optional(),
  retold: z.literal(true).optional(),
  views: z.array(z.object({ shape: z.enum(shapes), record: z.custom<View['record']>(isRecord, 'a record') })),
});
