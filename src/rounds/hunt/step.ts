// One step of a hunt in one tenant: a few days, oldest first, then the bell for the rest. Its row says how far it came, so whoever goes on after a crash does the same day again, with the same ids. Called by the `checks` queue.
import type { SequenceHit } from '../../contracts/detection.ts';
import type { Finding } from '../../contracts/finding.ts';
import type { Hunt, HuntPart } from '../../contracts/hunt.ts';
import type { SubjectId } from '../../contracts/ids.ts';
import type { DueEntry } from '../../contracts/rows.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import { bounded } from '../../detect/sequences/bounded.ts';
import { ConflictError, type Versioned } from '../../store/store.ts';
import { UnknownTenantError } from '../../tenants/registry.ts';
import { feedsOf, statesOf } from '../due-feeds.ts';
import { areSignInsUnread } from '../fast-lane.ts';
import { settledTo } from '../settled-to.ts';
import { sightingsIn } from '../sightings.ts';
import { type DayFound, type DaySearch, runsOf, searchDay } from './day.ts';
import type { HuntDependencies } from './dependencies.ts';
import { endHunt } from './end.ts';
import { joinIncidents } from './join.ts';

/** Other bells wait behind this one: after so long it goes to the end of the queue. */
const stepMs = 60_000;
/** A worker that does not write for so long has died: a day of a large tenant is done much sooner. */
const leaseMs = 600_000;
/** A due row of which no hunt is stored was left by a start that died: it goes when it was rung for so often. */
const orphanTries = 3;
const dayMs = 86_400_000;
/** Per rule and tenant: a rule that fires on everything is counted, and keeps the earliest. */
export const mostPerRule = 200;

export const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const dayAfter = (date: string): string => dateOf(Date.parse(date) + dayMs);
const dayBefore = (date: string): string => dateOf(Date.parse(date) - dayMs);
const carryFeed = (id: string): string => `hunt-${id}`;

export const huntDue = (tenant: string, id: string, dueAt: number): DueEntry => ({ v: 1, tenant, kind: 'hunt', id, dueAt, tries: 0 });

export type HuntStep = 'none' | 'busy' | 'more' | 'ended';

/** Throws on faults that are not the tenant's: the queue tries again, and the due row stands. */
export async function huntStep(deps: HuntDependencies, tenant: string, id: string): Promise<HuntStep> {
  const { store, clock } = deps;
  const due = huntDue(tenant.toLowerCase(), id, clock.now() + leaseMs);
  const stored = await store.hunts.get(id);
  if (stored === undefined || !stored.value.tenants.includes(due.tenant)) {
    const scope = await deps.registry.authorise(due.tenant, 'finish');
    const row = (await store.due.ofTenant(scope)).find((one) => one.kind === 'hunt' && one.id === id);
    if (row !== undefined && row.tries >= orphanTries) await store.due.delete('hunt.delete-due', due);
    return 'none';
  }
  const claimed = await claim(deps, stored.value, due.tenant);
  if (claimed === undefined) return 'busy';
  if (claimed.value.status === 'waiting') {
    await store.due.put('hunt.put-due', due);
    if (!(await searchOn(deps, stored.value, claimed))) {
      await store.queues.ring('hunt.ring', 'checks', { v: 1, tenant: due.tenant, hunt: id });
      return 'more';
    }
  }
  await endHunt(deps, id);
  await store.due.delete('hunt.delete-due', due);
  return 'ended';
}

/** Nothing searched yet. */
export const newPart = (hunt: Hunt, tenant: string): HuntPart => ({
  v: 1,
  hunt: hunt.id,
  tenant,
  status: 'waiting',
  next: hunt.from,
  carries: false,
  days: 0,
  records: 0,
  milliseconds: 0,
  found: { alert: 0, staged: 0, targeted: 0, note: 0 },
  byRule: {},
  beyond: 0,
  known: 0,
  opened: 0,
  joined: 0,
});

/** Undefined while another worker has it. */
async function claim({ store, clock, ids }: HuntDependencies, hunt: Hunt, tenant: string): Promise<Versioned<HuntPart> | undefined> {
  const stored = await store.hunts.part(hunt.id, tenant);
  if (stored !== undefined && stored.value.status !== 'waiting') return stored;
  if ((stored?.value.heldUntil ?? 0) > clock.now()) return undefined;
  const part: HuntPart = { ...(stored?.value ?? newPart(hunt, tenant)), holder: ids.fresh(), heldUntil: clock.now() + leaseMs };
  try {
    return await store.hunts.putPart('hunt.put-part', part, stored?.etag);
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

const free = ({ holder: _holder, heldUntil: _heldUntil, ...part }: HuntPart): HuntPart => part;

/** False: days are left for the next bell. */
async function searchOn(deps: HuntDependencies, hunt: Hunt, claimed: Versioned<HuntPart>): Promise<boolean> {
  const { store, clock } = deps;
  let part = claimed;
  const write = async (change: Partial<HuntPart>, over = false): Promise<void> => {
    const value = { ...part.value, ...change, ...(over ? {} : { heldUntil: clock.now() + leaseMs }) };
    part = await store.hunts.putPart('hunt.put-part', over ? free(value) : value, part.etag);
  };
  let scope: TenantScope;
  try {
    scope = await deps.registry.authorise(part.value.tenant, 'round');
  } catch (error) {
    if (!(error instanceof UnknownTenantError)) throw error;
    await write({ status: 'skipped', why: 'The tenant is paused or no longer under guard.' }, true);
    return true;
  }
  const rules = await deps.huntRules.of(hunt);
  const { policy } = await deps.registry.entry(scope);
  const states = statesOf(await store.state.feeds(scope), feedsOf(deps.feeds, policy));
  const settled = settledTo(states) ?? Number.NEGATIVE_INFINITY;
  const search: DaySearch = {
    rules,
    reported: await store.reports.of(scope),
    foreign: await deps.foreign?.(),
    signInsUnread: areSignInsUnread(states),
    stages: await deps.stages?.current(),
    baselines: new Map(),
    met: new Set(),
  };
  let carried = part.value.carries ? await carriedInto(deps, scope, hunt, part.value.next) : [];
  const until = clock.now() + stepMs;
  let cancelled = false;
  while (part.value.next <= hunt.to) {
    if (clock.now() >= until) {
      await write({}, true);
      return false;
    }
    cancelled = (await store.hunts.get(hunt.id))?.value.status !== 'running';
    if (cancelled) break;
    const date = part.value.next;
    const begun = clock.now();
    const day = await searchDay(deps, scope, date, search);
    const runs = runsOf(rules.detector, [...carried, ...day.hits], Date.parse(date) + dayMs);
    const last = date === hunt.to;
    const concluded = rules.detector.conclude(scope.tenant, last ? [...runs.over, ...runs.open] : runs.over, settled, search.stages);
    const kept = await keep(deps, scope, part.value, { ...day, findings: [...day.findings, ...concluded.findings] });
    carried = boundedOf(rules.detector.sequences, runs.open);
    if (last)
      await handOver(
        deps,
        scope,
        hunt,
        boundedOf(rules.detector.sequences, runsOf(rules.detector, [...runs.over, ...runs.open], settled).open),
      );
    else if (carried.length > 0)
      await store.blobs.putSnapshot('hunt.put-carry', scope, carryFeed(hunt.id), date, carried as unknown as Record<string, unknown>[]);
    await write({
      ...kept,
      next: dayAfter(date),
      carries: !last && carried.length > 0,
      milliseconds: part.value.milliseconds + clock.now() - begun,
    });
  }
  const joined = await joinIncidents(deps, scope, hunt, rules.label);
  await write({ ...joined, status: cancelled ? 'cancelled' : 'done' }, true);
  deps.log('hunt.tenant-done', { tenant: scope.tenant, hunt: hunt.id, records: part.value.records, milliseconds: part.value.milliseconds });
  return true;
}

async function carriedInto({ store }: HuntDependencies, scope: TenantScope, { id }: Hunt, date: string): Promise<SequenceHit[]> {
  const carried = await store.blobs.snapshot(scope, carryFeed(id), dayBefore(date));
  if (carried === undefined) throw new Error(`What hunt ${id} carried into ${date} is gone`);
  return carried as unknown as SequenceHit[];
}

function boundedOf(sequences: HuntSequences, hits: readonly SequenceHit[]): SequenceHit[] {
  const timespans = new Map(sequences.map(({ rule, timespan }) => [rule, timespan]));
  return [...Map.groupBy(hits, ({ rule, group }) => JSON.stringify([rule, group])).values()].flatMap((members) => [
    ...bounded(members, timespans.get(members[0]?.rule ?? '') ?? 0).hits,
  ]);
}
type HuntSequences = HuntDependencies['detector']['sequences'];

/** An attack that began before the content was published and goes on after it: the rounds go on with what the hunt leaves unfinished. */
async function handOver(deps: HuntDependencies, scope: TenantScope, hunt: Hunt, open: readonly SequenceHit[]): Promise<void> {
  if (!hunt.live) return;
  const known = new Set(deps.detector.sequences.map(({ rule }) => rule));
  await deps.store.sequences.put(
    'hunt.put-hits',
    scope,
    open.filter(({ rule }) => known.has(rule)),
  );
}

/** Writes what nobody found before, marked. What a round found as it came stays as it is, and so does what late input withdrew. */
async function keep({ store }: HuntDependencies, scope: TenantScope, part: HuntPart, day: DayFound): Promise<Partial<HuntPart>> {
  const all = [...new Map(day.findings.map((finding) => [finding.id, finding])).values()].sort(
    (a, b) => Date.parse(a.time) - Date.parse(b.time) || (a.id < b.id ? -1 : 1),
  );
  const subjects = [...new Set(all.map(({ subject }) => subject as SubjectId))];
  const stored = new Map((subjects.length === 0 ? [] : await store.findings.ofSubjects(scope, subjects)).map((one) => [one.id, one]));
  const byRule = { ...part.byRule };
  const found = { ...part.found };
  const fresh: Finding[] = [];
  let { beyond, known } = part;
  for (const finding of all) {
    const before = stored.get(finding.id);
    if (before !== undefined && before.retrospect !== part.hunt) {
      known++;
      continue;
    }
    const count = Object.hasOwn(byRule, finding.rule) ? (byRule[finding.rule] ?? 0) : 0;
    byRule[finding.rule] = count + 1;
    if (count >= mostPerRule) {
      beyond++;
      continue;
    }
    found[finding.effect]++;
    fresh.push({ ...finding, retrospect: part.hunt });
  }
  await store.findings.put('hunt.put-findings', scope, fresh);
  for (const { indicator, time } of sightingsIn(fresh)) await store.sightings.put('hunt.put-sighting', indicator, scope, time);
  return { byRule, found, beyond, known, days: part.days + 1, records: part.records + day.records };
}
