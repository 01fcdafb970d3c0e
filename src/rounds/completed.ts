// A log that had to be read in a poorer form (v1.0 where beta is refused) repeats records that are kept already in the fuller one. They are completed from it: what a service leaves out for a
// while is no change, and takes back nothing that the fuller record led to. Called by round.ts.
import type { Feed } from '../collect/feed.ts';
import { readRecord } from '../collect/records/to-activity.ts';
import type { Activity } from '../contracts/activity.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Store } from '../store/store.ts';
import { datesBetween, newestOf } from './derive.ts';

/** The feed, whose poorer readings are completed. */
export function completing(store: Pick<Store, 'blobs'>, scope: TenantScope, feed: Feed): Feed {
  if (feed.kind !== 'log') return feed;
  return {
    ...feed,
    async read(context, span) {
      const read = await feed.read(context, span);
      return read.poorer === true ? { ...read, activities: await completed(store, scope, read.activities) } : read;
    },
  };
}

async function completed(store: Pick<Store, 'blobs'>, scope: TenantScope, activities: readonly Activity[]): Promise<Activity[]> {
  // Another log may tell of the same event in another form.
  const ids = new Set(activities.map(({ feed, id }) => `${feed} ${id}`));
  const kept: Activity[] = [];
  for (const date of new Set(activities.flatMap(({ time }) => datesBetween(time, time))))
    for await (const activity of store.blobs.activities(scope, date)) if (ids.has(`${activity.feed} ${activity.id}`)) kept.push(activity);
  const fuller = new Map(newestOf(kept).map((activity) => [activity.id, activity]));
  return activities.map((activity) => {
    const record = completedBy(activity.views[0]?.record, fuller.get(activity.id)?.views[0]?.record);
    const { tenant, feed, visibleAt } = activity;
    const whole = readRecord(record, { tenant, feed, ...(visibleAt === undefined ? {} : { visibleAt }) });
    return 'skipped' in whole ? activity : whole;
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the poorer form says, and what it leaves out from the fuller one, in the fuller one's order. */
export function completedBy(poorer: unknown, fuller: unknown): unknown {
  if (poorer === undefined || poorer === null || poorer === 'unknownFutureValue') return fuller ?? poorer;
  if (Array.isArray(poorer) && Array.isArray(fuller) && poorer.length === fuller.length)
    return poorer.map((one, index) => completedBy(one, fuller[index]));
  if (!isObject(poorer) || !isObject(fuller)) return poorer;
  const names = new Set([...Object.keys(fuller), ...Object.keys(poorer)]);
  return Object.fromEntries([...names].map((name) => [name, completedBy(own(poorer, name), own(fuller, name))]));
}

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
