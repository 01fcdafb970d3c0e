// One kept day of one tenant, searched with the rules of a hunt. Reads the store, writes nothing. Called by step.ts.
import type { Activity } from '../../contracts/activity.ts';
import type { Directory, Reported, SequenceHit, StageOverrides, UserBaseline } from '../../contracts/detection.ts';
import type { Finding } from '../../contracts/finding.ts';
import type { SubjectId } from '../../contracts/ids.ts';
import type { ForeignIndicators } from '../../contracts/indicators.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import { expired } from '../../detect/sequences/expiry.ts';
import type { RoundDependencies } from '../dependencies.ts';
import { habitualOf, newestOf } from '../derive.ts';
import type { RulesOfHunt } from './rules.ts';

export interface DaySearch {
  readonly rules: RulesOfHunt;
  readonly reported: readonly Reported[];
  readonly foreign: ForeignIndicators | undefined;
  readonly signInsUnread: boolean | 'late';
  /** What people promoted or staged in this installation. */
  readonly stages: StageOverrides | undefined;
  /**
   * What is usual for people, as the rounds learnt it: each value with its first time, so that an old day sees what was first then. Filled as people are met; undefined: nothing is
   * known of them, and what needs it is not assessable.
   */
  readonly baselines: Map<SubjectId, UserBaseline>;
  readonly met: Set<SubjectId>;
}

export interface DayFound {
  readonly findings: readonly Finding[];
  readonly hits: readonly SequenceHit[];
  readonly records: number;
}

/** Large enough that a look-up costs little a record, small enough for an instance with little memory. */
const batchRecords = 2000;

type DayDependencies = Pick<RoundDependencies, 'store' | 'directory' | 'connect'>;

/** A record that stands twice counts in its newest version: what it led to before is dropped. */
export async function searchDay(deps: DayDependencies, scope: TenantScope, date: string, search: DaySearch): Promise<DayFound> {
  const findings = new Map<string, Finding[]>();
  const hits = new Map<string, SequenceHit[]>();
  let records = 0;
  let batch: Activity[] = [];
  const flush = async (): Promise<void> => {
    const activities = newestOf(batch);
    batch = [];
    for (const { id } of activities) {
      findings.delete(id);
      hits.delete(id);
    }
    const found = await match(deps, scope, activities, search);
    for (const finding of found.findings) append(findings, finding.activities[0] ?? finding.id, finding);
    for (const hit of found.hits) append(hits, hit.activity, hit);
  };
  for await (const activity of deps.store.blobs.activities(scope, date)) {
    records++;
    batch.push(activity);
    if (batch.length >= batchRecords) await flush();
  }
  if (batch.length > 0) await flush();
  return { findings: [...findings.values()].flat(), hits: [...hits.values()].flat(), records };
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Titles and roles cost a request each: unless a rule asks for them, only those of the people whom the rules matched are read, and these are judged again. */
async function match(deps: DayDependencies, scope: TenantScope, activities: readonly Activity[], search: DaySearch) {
  await meet(deps, scope, activities, search);
  const { rules, baselines, reported, foreign, signInsUnread, stages } = search;
  const judge = (some: readonly Activity[], directory: Directory) =>
    rules.detector.match({
      activities: some,
      baselines,
      directory,
      reported,
      foreign,
      signInsUnread,
      ...(stages === undefined ? {} : { stages }),
    });
  const who = (subjects: readonly SubjectId[]): Promise<Directory> =>
    deps.directory.read(scope, deps.connect(scope).reader.graph, [...new Set(subjects.filter((id) => id.startsWith('user:')))]);
  if (rules.asksWho) return judge(activities, await who(activities.flatMap(habitualOf)));
  const { findings, hits } = judge(activities, new Map());
  const found = new Set([...findings.flatMap((finding) => finding.activities), ...hits.map(({ activity }) => activity)]);
  if (found.size === 0) return { findings, hits };
  const again = activities.filter(({ id }) => found.has(id));
  return judge(again, await who(again.flatMap(habitualOf)));
}

async function meet({ store }: DayDependencies, scope: TenantScope, activities: readonly Activity[], search: DaySearch): Promise<void> {
  const fresh = [...new Set(activities.flatMap(habitualOf))].filter((id) => !search.met.has(id));
  if (fresh.length === 0) return;
  for (const id of fresh) search.met.add(id);
  for (const [id, baseline] of await store.baselines.of(scope, fresh)) search.baselines.set(id, baseline);
}

/**
 * Hits of sequences that are over when a day is, and those that the next day may go on with. A run is never cut, so each of its findings is made once, of all its hits.
 * @param until epoch ms; everything before was read
 */
export function runsOf(
  { sequences }: Pick<RulesOfHunt['detector'], 'sequences'>,
  hits: readonly SequenceHit[],
  until: number,
): { readonly over: readonly SequenceHit[]; readonly open: readonly SequenceHit[] } {
  const timespans = new Map(sequences.map(({ rule, timespan }) => [rule, timespan]));
  const over = new Set([...Map.groupBy(hits, ({ rule }) => rule)].flatMap(([rule, own]) => expired(own, timespans.get(rule) ?? 0, until)));
  return { over: [...over], open: hits.filter((hit) => !over.has(hit)) };
}
