// Stores what a lane found, in the order that loses nothing: due rows, then activities, findings, baselines and hits (each written by id), then marks, incidents and
// outbox in one transaction, then the bell, then the due rows go. Called by every lane.
import { isToldByDigest } from '../alert/first-light.ts';
import type { Activity } from '../contracts/activity.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { FeedState, Gap, OutboxEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { hiddenBefore } from '../incidents/exclusions.ts';
import { type MergeResult, mergeFindings } from '../incidents/merge.ts';
import { outboxDue } from '../incidents/outbox-due.ts';
import { type BegunLane, ConflictError } from '../store/store.ts';
import type { LaneDependencies, RoundDependencies } from './dependencies.ts';
import { type Derived, derive, newestOf } from './derive.ts';
import { noiseOf } from './noise.ts';
import { overtaking } from './overtaken.ts';
import { sightingsIn } from './sightings.ts';

export interface Settlement {
  readonly lease: BegunLane;
  readonly fresh: readonly Activity[];
  /** Some of these were seen before, with other content: what they led to then may no longer follow. */
  readonly changed: boolean;
  readonly feeds: readonly FeedState[];
  readonly gaps: readonly Gap[];
  /** Sentences on what could not be read, for cards drawn now. */
  readonly unread: readonly string[];
  /** Whether sign-ins of the tenant can be read: `areSignInsUnread`. */
  readonly signInsUnread: boolean | 'late';
}

export interface Settled {
  readonly findings: number;
  readonly withdrawn: number;
  readonly incidents: readonly string[];
  readonly cards: number;
}

export async function settle(
  deps: LaneDependencies,
  { lease, fresh: read, changed, feeds, gaps, unread, signInsUnread }: Settlement,
): Promise<Settled> {
  const { store, clock } = deps;
  const scope = lease.scope;
  const settledMoved = lease.lane === 'reconcile' && deps.detector.sequences.some(({ onlySettled }) => onlySettled);
  const { again, doubtful, after: overtaken } = await overtaking(deps, lease, deps.states, read);
  const fresh = again.length === 0 ? read : newestOf([...again, ...read]);
  if (fresh.length === 0 && !settledMoved) {
    // Only the fast lane asks whether the tenant is under attack, and so how soon to look again.
    const open = lease.lane === 'fast' && (await store.state.incidents(scope)).some(({ value }) => value.status !== 'closed');
    const lane = await deps.tally.beforeCommit({ open, fresh, feeds, overtaken });
    await store.state.commitRound('round.commit', lease, { feeds: [...feeds, lane], gaps, incidents: [], outbox: [], release: true });
    return { findings: 0, withdrawn: 0, incidents: [], cards: 0 };
  }
  let { versions } = lease.seen;
  const derived = await derive(deps, scope, { fresh, changed: changed || doubtful, signInsUnread, settledMoved, seen: lease.seen });
  for (const [date, activities] of Map.groupBy(read, ({ time }) => new Date(time).toISOString().slice(0, 10)))
    await store.blobs.appendActivities('round.append-activities', scope, date, activities);
  // A worker that stalled for longer than its lease has been overtaken, most likely: what it judged is older than what is stored by now. What it wrote last is looked at by its successors.
  const whileHeld = (): void => {
    if (clock.now() >= lease.until) throw new ConflictError(`The lease of lane ${lease.lane} of tenant ${scope.tenant} has run out`);
  };
  await keep(deps, scope, derived, whileHeld);
  const findings = [...derived.findings, ...derived.withdrawn];
  const news = [...derived.news];
  // Rounds of other lanes do not wait for this one: what was written beside it is judged together with it, by whoever wrote last.
  let beside = await store.state.beside(scope);
  for (let looks = 0; looks < mostLooks && !sameVersions(versions, beside.versions); looks++) {
    versions = beside.versions;
    const look = await derive(deps, scope, { fresh, changed: true, signInsUnread, earlier: derived.earlier });
    await keep(deps, scope, look, whileHeld);
    findings.push(...look.findings, ...look.withdrawn);
    news.push(...look.news);
    beside = await store.state.beside(scope);
  }

  const touched = new Set<string>([
    ...findings.flatMap(({ subject, related }) => [subject, ...related]),
    // After a crash the findings may be stored already without being part of an incident: their subjects are looked at again.
    ...fresh.flatMap(({ subject, actor }) => [subject, ...(actor === undefined ? [] : [actor])]),
  ]);
  const all = beside.incidents;
  const known = all.filter(({ value }) => value.subjects.some((subject) => touched.has(subject)));
  const open = new Map(known.filter(({ value }) => value.status !== 'closed').map((found) => [found.value.id, found]));
  // What a closed incident settled opens nothing again when it is read again.
  const settled = known.filter(({ value }) => value.status === 'closed');
  const ofOpen = [...open.values()].flatMap(({ value }) => value.subjects) as SubjectId[];
  // What was noted about people before an incident of theirs opens.
  const opening = findings.flatMap(({ effect, subject }) =>
    effect === 'alert' && !ofOpen.includes(subject as SubjectId) ? [subject as SubjectId] : [],
  );
  const exclusions = findings.length === 0 ? [] : (await store.exclusions.of(scope)).map(({ value }) => value);
  const ofOpening = opening.length === 0 ? [] : await store.findings.ofSubjects(scope, opening);
  const noted = [...ofOpening.filter(({ effect }) => effect === 'note'), ...hiddenBefore(ofOpening, exclusions, findings)];
  const stored = [...noted, ...(await store.findings.ofSubjects(scope, ofOpen))];
  const merged = mergeFindings({
    open: [...open.values()].map(({ value }) => value),
    settled: settled.map(({ value }) => value),
    // The round's own version of a finding goes before the stored one.
    findings: [...new Map([...stored, ...findings].map((finding) => [finding.id, finding])).values()],
    exclusions,
    present: derived.present,
    coverageNotes: unread,
    campaigns: deps.campaigns,
    now: clock.now(),
  });
  const outbox = await withoutPast(deps, scope, merged);
  for (const entry of outbox) await store.due.put('round.put-due', outboxDue(scope.tenant, entry, clock.now()));
  const etags = new Map([...open.values(), ...settled].map(({ value, etag }) => [value.id, etag]));
  const standing = new Map([...all.map(({ value }) => value), ...merged.incidents].map((value) => [value.id, value.status]));
  const lane = await deps.tally.beforeCommit({
    open: [...standing.values()].some((status) => status !== 'closed'),
    fresh: read,
    feeds,
    overtaken,
  });
  const noise = await noiseOf(store, lease, news, deps.states, clock.now());
  await store.state.commitRound('round.commit', lease, {
    feeds: [...feeds, lane],
    gaps,
    incidents: merged.incidents.map((value) => {
      const etag = etags.get(value.id);
      return etag === undefined ? { value } : { value, etag };
    }),
    outbox,
    ...(noise === undefined ? {} : { noise }),
    release: true,
  });
  for (const incident of new Set(outbox.map((entry) => entry.incident)))
    await store.queues.ring('round.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident });
  return {
    findings: derived.findings.length,
    withdrawn: derived.withdrawn.length,
    incidents: merged.incidents.map(({ id }) => id),
    cards: outbox.length,
  };
}

/** A lane that writes at every look is seen by its own round's last look. */
const mostLooks = 3;

const sameVersions = (before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): boolean =>
  before.size === now.size && [...now].every(([row, etag]) => before.get(row) === etag);

/**
 * Hits before the findings that rest on them, and what goes after those that are withdrawn: whichever write is the last, whoever judges these records again finds by the hits which sequences to
 * look at.
 * @param whileHeld throws once the lease has run out
 */
async function keep({ store }: RoundDependencies, scope: TenantScope, derived: Derived, whileHeld: () => void): Promise<void> {
  whileHeld();
  await store.sequences.put('round.put-hits', scope, derived.hits);
  whileHeld();
  await store.findings.put('round.put-findings', scope, [...derived.findings, ...derived.withdrawn]);
  for (const { indicator, time } of sightingsIn(derived.findings)) await store.sightings.put('round.put-sighting', indicator, scope, time);
  whileHeld();
  await store.sequences.remove('round.remove-hits', scope, derived.stale);
  // Last of these: what a late record moves is derived from the difference to the stored baselines, so a crash before here derives it again.
  await store.baselines.merge('round.merge-baselines', scope, derived.baselines);
}

/** What the first read of a tenant found in its past is told by one digest, and stands on the console: it has no card of its own. */
async function withoutPast(
  deps: RoundDependencies,
  scope: TenantScope,
  { incidents, outbox }: MergeResult,
): Promise<readonly OutboxEntry[]> {
  if (outbox.length === 0) return outbox;
  const entry = await deps.registry.entry(scope);
  const past = new Set(incidents.filter((incident) => isToldByDigest(entry, incident, deps.clock.now())).map(({ id }) => id));
  return outbox.filter(({ incident }) => !past.has(incident));
}
