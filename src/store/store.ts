// The store as the stages see it: every table of docs/architecture.md, and nothing of how it is kept. Two implementations, in memory and on Azure Storage,
// pass one contract suite (test/store/contract.ts). Every function that writes names its crash point (crash-points.ts) and goes through one choke point (writer.ts).
import type { Activity } from '../contracts/activity.ts';
import type { Bell, Lane, QueueName } from '../contracts/bells.ts';
import type { Containment, JournalEntry } from '../contracts/containment.ts';
import type { SequenceHit, UserBaseline } from '../contracts/detection.ts';
import type { NoiseRow } from '../contracts/doubt.ts';
import type { ReportedAddress } from '../contracts/event-rows.ts';
import type { Finding } from '../contracts/finding.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantEntry } from '../contracts/policy.ts';
import type { DueEntry, FeedState, Gap, OutboxEntry, WatchState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { BaselineLayout } from './baseline-rows.ts';
import type { CrashPoint } from './crash-points.ts';
import type { DoubtStore } from './doubt.ts';
import type { EventStore } from './events.ts';
import type { FleetStore } from './fleet.ts';
import type { HuntStore } from './hunts.ts';
import type { IndicatorFeedStore } from './indicator-feeds.ts';
import type { PackStore } from './packs.ts';

/** A value with the version it was read at; hand it back to write only if nobody else did (ETag). */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** Someone else changed the row since it was read, or holds the lease. Read again and decide again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The right to work on one lane of one tenant. Its row is part of every state commit: a worker that lost the lease is fenced out by the ETag. */
export interface LaneLease {
  readonly scope: TenantScope;
  readonly lane: Lane;
  readonly holder: string;
  readonly until: number;
  readonly etag: string;
}

/** What a round begins with, of one look at the tenant's state. */
export interface SeenAtBegin {
  readonly feeds: readonly FeedState[];
  readonly reports: readonly ReportedAddress[];
  /** As `beside` has them; the own lane's is that of the lease. */
  readonly versions: ReadonlyMap<string, string>;
  readonly layout: BaselineLayout | undefined;
  /** Other lanes whose lease somebody held, until when (epoch ms). Of two rounds that begin at once, fast and reconcile, one knows of the other. */
  readonly held: ReadonlyMap<Lane, number>;
}
export interface BegunLane extends LaneLease {
  /** When the one before began that never gave the lane back (epoch ms): it died, or stalls and may write yet. Absent: it was given back. */
  readonly abandonedAt?: number;
  readonly seen: SeenAtBegin;
}

/** What one round commits in one entity-group transaction. */
export interface RoundCommit {
  readonly feeds: readonly FeedState[];
  readonly gaps: readonly Gap[];
  /** New incidents have no etag. Open incidents also get an `open|subject` pointer per subject; closing one removes them. */
  readonly incidents: readonly { readonly value: Incident; readonly etag?: string }[];
  readonly outbox: readonly OutboxEntry[];
  /** How often each rule spoke, as this lane counts it; absent: nothing new was found. */
  readonly noise?: NoiseRow;
  /** Gives the lane back in the same transaction. */
  readonly release?: boolean;
}

export interface Store extends EventStore, DoubtStore {
  /** Tenants under guard. Unscoped on purpose: only src/tenants calls it (a meta test holds it). */
  readonly registry: {
    list(): Promise<Versioned<TenantEntry>[]>;
    get(tenant: string): Promise<Versioned<TenantEntry> | undefined>;
    put(point: CrashPoint, entry: TenantEntry, etag?: string): Promise<void>;
    /** Names of the channels that the running guard has addresses of; undefined: none ever said. */
    channels(): Promise<readonly string[] | undefined>;
    putChannels(point: CrashPoint, names: readonly string[]): Promise<void>;
    /** All or nothing, at most 100. Throws ConflictError if one was changed since it was read. */
    putAll(point: CrashPoint, entries: readonly Versioned<TenantEntry>[]): Promise<void>;
  };

  readonly state: {
    /** Takes the lane's lease if free or expired at `now`; undefined if somebody holds it. Two operations, with all that a round begins with. */
    lease(point: CrashPoint, scope: TenantScope, lane: Lane, holder: string, now: number, seconds: number): Promise<BegunLane | undefined>;
    /**
     * The version of each lane's row and of each reported address: another one than before, and a round of that lane began, committed or ended meanwhile. With the incidents, in
     * no order, since whoever looks for the one needs the other.
     */
    beside(
      scope: TenantScope,
    ): Promise<{ readonly versions: ReadonlyMap<string, string>; readonly incidents: readonly Versioned<Incident>[] }>;
    feeds(scope: TenantScope): Promise<FeedState[]>;
    gaps(scope: TenantScope): Promise<Gap[]>;
    incident(scope: TenantScope, id: string): Promise<Versioned<Incident> | undefined>;
    /** Newest first; without `most` all of them, so that no flood of newer ones hides one. */
    incidents(scope: TenantScope, most?: number): Promise<Versioned<Incident>[]>;
    /** The open incident that a subject belongs to. */
    openIncident(scope: TenantScope, subject: SubjectId): Promise<Versioned<Incident> | undefined>;
    /** All or nothing, fenced by the lease. Throws ConflictError if the lease or an incident's etag is stale. */
    commitRound(point: CrashPoint, lease: LaneLease, commit: RoundCommit): Promise<LaneLease>;
    /** One incident and its outbox entries, outside a round (press, dismissal). */
    commitIncident(
      point: CrashPoint,
      scope: TenantScope,
      incident: { readonly value: Incident; readonly etag?: string },
      outbox: readonly OutboxEntry[],
    ): Promise<void>;
    outbox(scope: TenantScope, incident: string, revision: number): Promise<Versioned<OutboxEntry> | undefined>;
    outboxOf(scope: TenantScope, incident: string): Promise<Versioned<OutboxEntry>[]>;
    putOutbox(point: CrashPoint, scope: TenantScope, entry: Versioned<OutboxEntry>): Promise<void>;
    /** What the dead man's switch last told. */
    watch(scope: TenantScope): Promise<Versioned<WatchState> | undefined>;
    /** The switch and its card in one transaction. Throws ConflictError on a stale etag. */
    commitWatch(
      point: CrashPoint,
      scope: TenantScope,
      watch: { readonly value: WatchState; readonly etag?: string },
      card: OutboxEntry | undefined,
    ): Promise<void>;
    /** A card that belongs to no incident. One that stands already is kept as it is. */
    addOutbox(point: CrashPoint, scope: TenantScope, entry: OutboxEntry): Promise<void>;
    /** Names (UPN, PUID; lower case) to object ids. */
    aliases(scope: TenantScope, names: readonly string[]): Promise<ReadonlyMap<string, SubjectId>>;
    putAliases(point: CrashPoint, scope: TenantScope, aliases: ReadonlyMap<string, SubjectId>): Promise<void>;
  };

  /** Inserted or replaced by id: writing one twice has no effect. */
  readonly findings: {
    put(point: CrashPoint, scope: TenantScope, findings: readonly Finding[]): Promise<void>;
    ofSubject(scope: TenantScope, subject: SubjectId): Promise<Finding[]>;
    /** Of many subjects in few operations, however many these are: most have none. Earliest first. */
    ofSubjects(scope: TenantScope, subjects: readonly SubjectId[]): Promise<Finding[]>;
    all(scope: TenantScope): Promise<Finding[]>;
  };

  /** Merged by min(): applying one twice, or in another order, has no effect. */
  readonly baselines: {
    /** @param layout as the round saw it when it began; else it is looked up */
    of(scope: TenantScope, users: readonly SubjectId[], layout?: BaselineLayout): Promise<ReadonlyMap<SubjectId, UserBaseline>>;
    merge(point: CrashPoint, scope: TenantScope, baselines: ReadonlyMap<SubjectId, UserBaseline>): Promise<void>;
    /** How many people and applications have one: reads all of them. */
    count(scope: TenantScope): Promise<number>;
  };

  readonly sequences: {
    /** Hits of these groups of these rules. */
    of(scope: TenantScope, groups: readonly { readonly rule: string; readonly group: string }[]): Promise<SequenceHit[]>;
    /** All hits of one rule: for the rare re-derivation after a late record. */
    ofRule(scope: TenantScope, rule: string): Promise<SequenceHit[]>;
    put(point: CrashPoint, scope: TenantScope, hits: readonly SequenceHit[]): Promise<void>;
    /** Deletes these hits: they expired, or their activities were judged again and no longer match. Deleting one that is gone has no effect. */
    remove(point: CrashPoint, scope: TenantScope, hits: readonly SequenceHit[]): Promise<void>;
  };

  readonly journal: {
    /** Insert-if-absent of the containment, keyed by its request: the stored one is returned if the request is known. */
    intend(
      point: CrashPoint,
      scope: TenantScope,
      containment: Containment,
    ): Promise<{ containment: Versioned<Containment>; first: boolean }>;
    containment(scope: TenantScope, id: string): Promise<Versioned<Containment> | undefined>;
    containmentOfRequest(scope: TenantScope, request: string): Promise<Versioned<Containment> | undefined>;
    /** Saves the containment and appends entries in one transaction. Throws ConflictError on a stale etag. */
    save(
      point: CrashPoint,
      scope: TenantScope,
      containment: Versioned<Containment>,
      entries: readonly Omit<JournalEntry, 'sequence' | 'previous'>[],
    ): Promise<Versioned<Containment>>;
    entries(scope: TenantScope, containment: string): Promise<JournalEntry[]>;
    /** Containments intended since, for the ceilings. */
    since(scope: TenantScope, time: number): Promise<Containment[]>;
    /** A lease per containment: only one worker acts. */
    lease(point: CrashPoint, scope: TenantScope, containment: string, holder: string, now: number, seconds: number): Promise<boolean>;
    release(point: CrashPoint, scope: TenantScope, containment: string, holder: string): Promise<void>;
  };

  /** Rows of all tenants by time: what the sweeper reads. One entry per tenant, kind and id: a new time takes the place of the old one. */
  readonly due: {
    /** Returns its version. */
    put(point: CrashPoint, entry: DueEntry): Promise<string>;
    /** Due at or before `now`, oldest first. */
    overdue(now: number, most: number): Promise<Versioned<DueEntry>[]>;
    /** Whatever time it has by now; with a version, only if nobody put it again since. */
    delete(point: CrashPoint, entry: DueEntry, etag?: string): Promise<void>;
    /** Moves an entry to a new time (one more try). */
    again(point: CrashPoint, entry: DueEntry, dueAt: number): Promise<void>;
    ofTenant(scope: TenantScope): Promise<DueEntry[]>;
  };

  /** The one declared exception to "a row belongs to a tenant": which tenants saw an indicator. */
  readonly sightings: {
    put(point: CrashPoint, indicator: string, scope: TenantScope, time: number): Promise<void>;
    tenantsOf(indicator: string): Promise<string[]>;
  };

  /** Over all tenants: who is under attack or asleep, and blocks of requests that are leased to workers. */
  readonly fleet: FleetStore;

  /** Hunts over what is kept of the past, of all tenants. */
  readonly hunts: HuntStore;

  /** Packs that were published, of no tenant. */
  readonly packs: PackStore;

  /** The last good copies of foreign indicator feeds, of all tenants. */
  readonly indicatorFeeds: IndicatorFeedStore;

  readonly queues: {
    ring(point: CrashPoint, queue: QueueName, bell: Bell, delaySeconds?: number): Promise<void>;
    /** Puts what nobody can read onto `<queue>-poison` for inspection, cut to what a message may hold: trying it again would not help. */
    setAside(point: CrashPoint, queue: QueueName, text: string): Promise<void>;
    /** How many messages stand in `<queue>-poison`. */
    poisoned(queue: QueueName): Promise<number>;
  };

  readonly blobs: {
    /** gzip NDJSON, one append per tenant and round; returns without effect for no activities. */
    appendActivities(point: CrashPoint, scope: TenantScope, date: string, activities: readonly Activity[]): Promise<void>;
    activities(scope: TenantScope, date: string): AsyncIterable<Activity>;
    /** The days of which something is kept, earliest first, with what is stored (packed bytes). */
    days(scope: TenantScope): Promise<{ readonly date: string; readonly bytes: number }[]>;
    /**
     * Those activities of a day whose stored line holds one of these texts, letter by letter: many times faster than reading all, as only blocks are unpacked that may hold it.
     * A text that stands in JSON otherwise than as itself (quotes, line ends) is not found; one that stands only within a longer word (`ann@…` in `joann@…`) may not be.
     */
    mentioning(scope: TenantScope, date: string, needles: readonly string[]): Promise<Activity[]>;
    /** Snapshots of configuration, by feed. */
    putSnapshot(
      point: CrashPoint,
      scope: TenantScope,
      feed: string,
      name: string,
      objects: readonly Record<string, unknown>[],
    ): Promise<void>;
    snapshot(scope: TenantScope, feed: string, name: string): Promise<Record<string, unknown>[] | undefined>;
    /** Evidence is written once and never replaced. Returns false if it was already there. */
    putEvidence(point: CrashPoint, scope: TenantScope, containment: string, name: string, content: unknown): Promise<boolean>;
    evidence(scope: TenantScope, containment: string, name: string): Promise<unknown>;
    /**
     * Deletes activities of days before `activitiesBefore` (`YYYY-MM-DD`), and snapshots that were written before `snapshotsBefore` (epoch ms) and are not among `kept`.
     * Returns how many blobs went.
     */
    expire(
      point: CrashPoint,
      scope: TenantScope,
      what: {
        readonly activitiesBefore: string;
        readonly snapshotsBefore: number;
        readonly kept: readonly { readonly feed: string; readonly name: string }[];
      },
    ): Promise<number>;
  };

  /** Deletes what is kept of a tenant, in every table and container but the evidence, which has a retention of its own. May be done again after it ended half-way. */
  readonly erasure: {
    rows(point: CrashPoint, scope: TenantScope): Promise<number>;
    blobs(point: CrashPoint, scope: TenantScope): Promise<number>;
  };
}
