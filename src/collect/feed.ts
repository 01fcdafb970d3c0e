// What a feed is: one kind of record of one tenant, with everything that is needed to read it completely or to say why not. One file per feed; rounds read them.
import type { Activity, Shape, SnapshotShape } from '../contracts/activity.ts';
import type { Lane } from '../contracts/bells.ts';
import type { ReadOutcome } from '../contracts/coverage.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Permission } from '../contracts/permission.ts';
import type { Connection } from '../tenants/connections.ts';

/** Epoch ms; `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ReadContext {
  readonly tenant: string;
  readonly connection: Connection;
  readonly now: number;
  /** Users that the guard has reason to look into (findings, new methods, privileged sign-ins): feeds that cost a call per mailbox read only these. */
  readonly touched: readonly { readonly id: string; readonly name?: string }[];
  /** What the feed itself said at its last readings in this lane that it need not read again (FeedRead.seen); absent for feeds that say nothing. */
  readonly seen?: readonly string[];
  /** … and what it said in the tenant's other lane (the reconcile lane's later looks, or the fast lane). */
  readonly alsoSeen?: readonly string[];
  /** Epoch ms, in the fast lane: everything before was read. Absent before the first reading and in later looks. */
  readonly readTo?: number;
  /** What the feed's last read asked to be kept (FeedRead.kept): a query under way, marks of its own. Absent in the reconcile lane. */
  readonly kept?: string;
  /** Of snapshot feeds: the objects of the stored snapshot, read when asked for. Absent where there is none. */
  readonly stored?: () => Promise<readonly Record<string, unknown>[] | undefined>;
}

/**
 * Whose limits a feed draws on. `reporting`: Graph's sign-in, audit and risk logs, 5 requests in 10 seconds per tenant and 122 over all tenants; `graph`: everything else of Graph;
 * `exchange`: InvokeCommand; `activity`: the Management Activity API.
 */
export const feedSources = ['reporting', 'graph', 'exchange', 'activity'] as const;
export type FeedSource = (typeof feedSources)[number];

/** A read never gives a bare list. `activities` holds what was read even where the outcome is `incomplete`. */
export interface FeedRead {
  readonly outcome: ReadOutcome;
  readonly activities: readonly Activity[];
  /** Records that came but could not be understood, with reasons: kept for inspection, at most 20. */
  readonly skipped: readonly { readonly reason: string; readonly raw: unknown }[];
  /** How far the span was really read: the mark moves to here. */
  readonly readTo: number;
  /** What the service will never give any more, of the span. */
  readonly lost?: Span & { readonly why: string };
  /** The service refused the request as it was put, and would again: where the span is long, because it does not keep so much. */
  readonly refused?: true;
  /** The records lack fields that the feed's records have otherwise. */
  readonly poorer?: true;
  /** What the feed wants to be told at its next read, in its own form; kept with the mark, at most 30,000 characters. */
  readonly kept?: string;
  /**
   * What the feed need not read again, in its own words (ids of content, say): kept with the mark in place of digests of records, at most 350,000 characters.
   * The activities of such a read are all new; one that came before under the same id changes nothing.
   */
  readonly seen?: readonly string[];
  /** There is more that can be read at once: the next reading need not wait for the lane's next bell. */
  readonly more?: true;
}

interface FeedDeclaration {
  readonly id: string;
  /** For people: "Interactive sign-ins". */
  readonly title: string;
  readonly source: FeedSource;
  readonly lane: Lane;
  readonly permissions: readonly Permission[];
  /** Where the feed needs a licence. */
  readonly licence?: string;
  /** What its absence means, for coverage: "sign-ins are seen only …". */
  readonly blind: string;
  /** How long records typically take to become readable, in words. */
  readonly delay: string;
  /** How its answers are paged, in words. */
  readonly paging: string;
  /** How what came late or changed is found later, in words. */
  readonly reconciled: string;
  /** Read only where a tenant's policy asks for it. */
  readonly optIn?: true;
  /** Which other feed tells much the same where this one cannot be read: how, and what that means. */
  readonly instead?: { readonly feed: string; readonly how: string; readonly blind: string };
}

/** A log: records with times, read by span with an overlap, and read again later because records come late. */
export interface LogFeed extends FeedDeclaration {
  readonly kind: 'log';
  readonly lane: 'fast';
  /** The forms in which rules can read its records. Absent: it brings none that a rule reads. */
  readonly shapes?: readonly Shape[];
  readonly overlapSeconds: number;
  /** How far back the first read goes. */
  readonly firstReadDays: number;
  /** How far back the service can be asked, where that is further than the first read goes. */
  readonly keptDays?: number;
  /** … on the smallest licence, where that is less than on others: asked for where the service refuses the longer span (FeedRead.refused). */
  readonly leastKeptDays?: number;
  /** Reads the past only: how far it came is no statement on what was read of the present. */
  readonly past?: true;
  /** Its spans are asked for once: the reconcile lane leaves it alone. */
  readonly readOnce?: true;
  /** Of a feed whose mark is the time of its last record: how long none may come before that is unusual. */
  readonly quietSeconds?: number;
  /** It says itself what it has read (FeedRead.seen), and cuts its spans itself: however wide, one span is asked for. */
  readonly remembers?: true;
  /** One more look, long after the usual later ones, at spans of at least `worthSeconds`. What it finds comes after its time is called settled. */
  readonly lastLook?: { readonly afterSeconds: number; readonly worthSeconds: number };
  read(context: ReadContext, span: Span): Promise<FeedRead>;
}

/** Configuration: all objects as they are now. What changed since the stored snapshot becomes an activity (snapshot.ts). */
export interface SnapshotFeed extends FeedDeclaration {
  readonly kind: 'snapshot';
  readonly lane: 'config';
  list(context: ReadContext): Promise<SnapshotRead>;
  /** How one object is named, whom a change is about, and when its last change happened, as far as it says so. */
  describe(object: Record<string, unknown>): {
    readonly id: string;
    readonly name: string;
    readonly subject: SubjectId;
    /** The subject's name where it is another than the object's: an inbox rule's mailbox. */
    readonly subjectName?: string;
    readonly createdAt?: number;
    readonly changedAt?: number;
  };
  /** Fields whose change is none (counters, server stamps). */
  readonly ignore: readonly string[];
  readonly shape: SnapshotShape;
  /** Answers may leave out what is empty: absent, null, an empty list and an object of nothing else are the same. Lists are sets: the directory promises no order. */
  readonly sparse?: true;
  /** Feeds that read a part of the tenant at a time: which part (the mailbox owner's object id) an object belongs to. */
  readonly partOf?: (object: Record<string, unknown>) => string;
  /** What is worth telling although it was there at the first reading. Absent: of a part, everything; of the whole tenant, nothing. */
  readonly tellsFirst?: (object: Record<string, unknown>) => boolean;
}

export interface SnapshotRead {
  readonly outcome: ReadOutcome;
  readonly objects: readonly Record<string, unknown>[];
  /**
   * Of a feed with `partOf`: the parts that were read this time, each in full, also where the outcome is `incomplete`. Of the others nothing is known:
   * what is not listed of them was not removed.
   */
  readonly parts?: readonly string[];
  /** Nothing changed since the stored snapshot; `objects` is empty. */
  readonly unchanged?: true;
  /** What the feed wants to be told at its next read, in its own form; kept with the name of the snapshot that it belongs to, at most 30,000 characters. */
  readonly kept?: string;
  /** Of a feed that is told of changes and that read everything this time to see whether it was told of all: how many objects, and of how many it had not been told. */
  readonly proof?: { readonly objects: number; readonly missed: number };
}

export type Feed = LogFeed | SnapshotFeed;
