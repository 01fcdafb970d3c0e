// The seam between detect and whoever stores: what detection reads (baselines, directory facts, sequence hits) and what it hands back. All of it is plain data, but for the look-up of foreign indicators.
import type { Activity } from './activity.ts';
import type { Finding } from './finding.ts';
import type { SubjectId } from './ids.ts';
import type { ForeignIndicators } from './indicators.ts';

export const baselineKinds = ['browser', 'country', 'network', 'application'] as const;
export type BaselineKind = (typeof baselineKinds)[number];

/** First time that this user was seen with this value, and by which activity: so that a replay still sees "first". */
export interface FirstSeen {
  readonly time: number;
  readonly activity: string;
}

/**
 * First successful sign-in of a person within one clock hour at one place, network and device: its key (src/detect/context/moments.ts) and time. What travel and
 * strong authentication before are told from.
 */
export type Moment = readonly [key: string, time: number];

/**
 * What is usual for one user or application. Values that programs brought with a person's tokens have `program:` in front; an application's `application` holds, beside
 * its own id, the months in which it signed in (`month:2026-03`). `since` is the earliest event time of the user's read history: less than `enoughHistoryDays` of it means unknown.
 */
export interface UserBaseline {
  readonly since: number;
  readonly seen: { readonly [kind in BaselineKind]: Readonly<Record<string, FirstSeen>> };
  /** The latest ones, by rising key, hence by hour. Absent: none is known. */
  readonly moments?: readonly Moment[];
}
export type Baselines = ReadonlyMap<SubjectId, UserBaseline>;

export interface DirectoryFacts {
  readonly title?: string;
  /** Names of directory roles held; absent: not read. */
  readonly roles?: readonly string[];
  readonly privileged?: boolean;
  readonly synchronised?: boolean;
  readonly enabled?: boolean;
  /** As the directory spells it. */
  readonly name?: string;
  /** The directory answered that there is no such account: it was deleted, or is another organisation's. */
  readonly absent?: true;
}
export type Directory = ReadonlyMap<SubjectId, DirectoryFacts>;

/** What the record's own finding would say of why it matched, kept short. */
export interface HitEvidence {
  /** Fields and values (untrusted text). */
  readonly matched?: readonly { readonly field: string; readonly value: string }[];
  /** Ids of the published signs. */
  readonly signs?: readonly string[];
  /** What the record and the user's history say against it. */
  readonly against?: readonly string[];
  /** It rests on signs of low confidence only. */
  readonly unsure?: true;
}

/** One match of a base rule that a correlation counts. Everything the correlation needs, so that activities need not be read again. */
export interface SequenceHit {
  /** The correlation rule. */
  readonly rule: string;
  /** The base rule that matched. */
  readonly base: string;
  /** Group-by values, joined. */
  readonly group: string;
  readonly activity: string;
  readonly time: number;
  readonly visibleAt?: number;
  /** Correlations that count or compute values: what they read of the record. */
  readonly value?: string;
  /** What nested correlations (`of`, by key) read of the record: their counted value, and their own group where they group otherwise than the outer one. */
  readonly nested?: readonly { readonly of: string; readonly value?: string; readonly group?: string }[];
  readonly subject: SubjectId;
  readonly subjectName?: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Absent in hits that an earlier version stored. */
  readonly evidence?: HitEvidence;
}

/** An address or range that somebody reported as bad for this tenant. Times epoch ms: sign-ins from then on count, and until. */
export interface Reported {
  readonly address: string;
  readonly reason: string;
  readonly sender: string;
  readonly from: number;
  readonly until: number;
}

/** Rule to what its findings do, where people decided that. */
export type StageOverrides = ReadonlyMap<string, 'alert' | 'staged'>;

export interface DetectInput {
  readonly activities: readonly Activity[];
  /** Whose `hits` these are; needed only where there are no activities. */
  readonly tenant?: string;
  /** Baselines of the users that occur in `activities`, as stored before. */
  readonly baselines: Baselines;
  readonly directory: Directory;
  /** No sign-in of this tenant can be read (no permission, no licence, or none was ever read): what then is the first alarm is no alarm elsewhere. Absent: they are read. */
  readonly signInsUnread?: boolean | 'late';
  /** Addresses that were reported as bad; absent: none. */
  readonly reported?: readonly Reported[];
  /** What foreign feeds list; absent: none is read. */
  readonly foreign?: ForeignIndicators | undefined;
  /** Rules whose stage people decided, whatever their packs say; absent: none. */
  readonly stages?: StageOverrides;
  /** Stored hits of every group that `activities` touch (SequenceGroups tells which); hits already among them are repeated harmlessly. */
  readonly hits: readonly SequenceHit[];
  /** Everything up to here is settled (epoch ms): sequences whose condition a late record could falsify are judged only so far; absent: not at all. */
  readonly settledTo?: number;
}

/** One rule that could not be judged on some activities, and why: no verdict is not "clean". */
export interface NotAssessable {
  readonly rule: string;
  /** Of a sequence `time`: records that it counts have lost theirs. */
  readonly field: string;
  readonly count: number;
}

export interface DetectResult {
  readonly findings: readonly Finding[];
  /** Baselines of the users that occur, after these activities: merging is min(), so order and repetition do not matter. */
  readonly baselines: Baselines;
  /** New hits, to be stored by (rule, group, base, activity). */
  readonly hits: readonly SequenceHit[];
  readonly notAssessable: readonly NotAssessable[];
  /** Rule evaluations per activity: how well the index works. */
  readonly rulesEvaluated: number;
}
