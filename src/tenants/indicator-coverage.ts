// How foreign indicator feeds fare, one sentence each. Pure. Shown on the console.
import type { IndicatorFeedRow } from '../contracts/console.ts';
import type { FeedStatus, IndicatorFeed } from '../contracts/indicators.ts';

const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const number = (value: number): string => value.toLocaleString('en-US');

export function indicatorCoverage(feeds: readonly Pick<IndicatorFeed, 'name'>[], statuses: readonly FeedStatus[]): IndicatorFeedRow[] {
  const byName = new Map(statuses.map((status) => [status.feed, status]));
  return feeds.map(({ name }) => {
    const status = byName.get(name);
    return { name, failing: status?.failing !== undefined, sentence: sentence(name, status), refused: status?.refused ?? [] };
  });
}

function sentence(name: string, status: FeedStatus | undefined): string {
  if (status === undefined) return `${name}: not read yet; the timer reads it within the hour.`;
  const { failing } = status;
  const why = failing === undefined ? '' : `the source fails: ${failing.cause} (since ${utc(failing.since)})`;
  if (status.version === undefined || status.goodAt === undefined)
    return `${name}: nothing is looked for, because ${why}. It is tried again every hour.`;
  const refused = status.refused.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    `${name}: ${number(status.entries)} indicators, copy of ${utc(status.goodAt)}${why === '' ? '' : `, since ${why}`}`,
    ...(status.incomplete === undefined ? [] : [`not all of it: ${status.incomplete}`]),
    ...(refused === 0 ? [] : [`${number(refused)} ${refused === 1 ? 'entry' : 'entries'} refused`]),
  ];
  return `${parts.join('; ')}.`;
}
