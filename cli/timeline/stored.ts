// A story out of the guard's store: the kept days are searched side by side for the few lines that name the person or session. Called by commands/timeline.ts.
import type { Activity } from '../../src/contracts/activity.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { parallel } from '../../src/store/parallel.ts';
import type { Store } from '../../src/store/store.ts';
import { type Asked, mentions, type Needles, peopleIn, withTies } from './asked.ts';
import { type StoryLine, storyOf } from './story.ts';

/** Days that are unpacked at once: as many as threads unpack, and no more memory. */
const atOnce = 4;

export interface StoredStory {
  readonly lines: readonly StoryLine[];
  /** Days of which something is kept, of those that were asked for. */
  readonly days: number;
}

/** @param from first day, `YYYY-MM-DD` */
export async function storedStory(store: Store, scope: TenantScope, { needle, typed }: Asked, from: string): Promise<StoredStory> {
  const days = (await store.blobs.days(scope)).map(({ date }) => date).filter((date) => date >= from);
  const read = async (date: string, needles: Needles): Promise<Activity[]> =>
    (await store.blobs.mentioning(scope, date, [...new Set([...needles, typed])])).filter(
      (activity) => activity.retold !== true && mentions(activity, needles),
    );
  const known = [...(await store.state.aliases(scope, [needle])).values()].map((subject) => subject.slice(subject.indexOf(':') + 1));
  let needles: Needles = new Set([needle, ...known]);
  // The newest day on which they were seen tells by which other names they go: looked at first, and kept if it taught nothing.
  const seen = new Map<string, Activity[]>();
  for (const date of days.toReversed()) {
    const activities = await read(date, needles);
    const tied = withTies(needles, activities);
    if (tied.size === needles.size) seen.set(date, activities);
    if (activities.length === 0) continue;
    if (tied.size > needles.size) seen.clear();
    needles = tied;
    break;
  }
  const activities = (await parallel(days, async (date) => seen.get(date) ?? read(date, needles), atOnce)).flat();
  const people = peopleIn(needles, activities);
  // Others may have findings that rest on these records: whoever they name.
  const subjects = [...new Set([...people, ...activities.map(({ subject }) => subject)])];
  const findings = subjects.length === 0 ? [] : await store.findings.ofSubjects(scope, subjects);
  return { lines: storyOf(activities, findings, needles), days: days.length };
}
