// The fleet in one sentence: "Everything read to 03:05 in 179 of 180 tenants; Contoso blind since 02:40, because …". Pure; shown at the top of the console.
import type { FeedCoverage, TenantCoverage } from '../contracts/coverage.ts';
import { answerAlone, inSentence, lowerFirst } from './words.ts';

const namedMost = 3;

/** @example clockTime(Date.UTC(2026, 2, 2, 3, 5), Date.UTC(2026, 2, 2, 4)) === '03:05 UTC' */
function clockTime(time: number, now: number): string {
  const text = new Date(time).toISOString();
  const isToday = text.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return isToday ? `${text.slice(11, 16)} UTC` : `${text.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Something is wrong that was not so by nature of the tenant. */
const isBlind = ({ outcome }: FeedCoverage): boolean => ['denied', 'failed', 'off'].includes(outcome.status);
const isReading = ({ feeds }: TenantCoverage): boolean =>
  feeds.every(({ readTo }) => readTo === undefined) && feeds.some(({ outcome }) => outcome.status === 'never-read');

const partlyRead = ({ feeds }: TenantCoverage): string[] =>
  feeds.filter(({ outcome }) => outcome.status === 'incomplete').map(({ title }) => lowerFirst(title));

function why({ outcome }: FeedCoverage): string {
  switch (outcome.status) {
    case 'denied':
      return `the guard lacks ${outcome.permission}`;
    case 'failed':
      return answerAlone(outcome.cause);
    case 'off':
      return inSentence(outcome.what);
    default:
      return 'it could not be read';
  }
}

/** "Contoso blind since 02:40 UTC, because …": what blinds most feeds says since when and why; where nothing is shared, the feed that is blind for longest. */
function blindness({ name, feeds, shared }: TenantCoverage, now: number): string {
  const blind = feeds.filter(isBlind).sort((a, b) => (a.blindSince ?? now) - (b.blindSince ?? now));
  const widest = shared.find((cause) => blind.some(({ feed }) => cause.feeds.includes(feed)));
  const first = blind.find(({ feed }) => widest === undefined || widest.feeds.includes(feed));
  if (first === undefined) return name;
  const part =
    blind.length === feeds.length
      ? ''
      : blind.length === 1
        ? ` in ${lowerFirst(first.title)}`
        : ` in ${blind.length} of ${feeds.length} feeds`;
  const from = widest?.since ?? first.blindSince;
  const since = from === undefined ? '' : ` since ${clockTime(from, now)}`;
  return `${name} blind${part}${since}, because ${why(first)}`;
}

/** `late`: how long ago the last read may be before a tenant is named as behind. */
export function fleetSentence(tenants: readonly TenantCoverage[], now: number, lateMs = 3_600_000): string {
  if (tenants.length === 0) return 'No tenant is under guard.';
  const reading = tenants.filter(isReading);
  const blind = tenants.filter((tenant) => !reading.includes(tenant) && tenant.feeds.some(isBlind));
  const partly = tenants.filter((tenant) => !reading.includes(tenant) && !blind.includes(tenant) && partlyRead(tenant).length > 0);
  const seen = tenants.filter((tenant) => ![...reading, ...blind, ...partly].includes(tenant));
  const readTo = ({ feeds }: TenantCoverage): number => Math.min(...feeds.flatMap((feed) => feed.readTo ?? []));
  // One tenant that is behind must not speak for all the others.
  const behind = seen.filter((tenant) => now - readTo(tenant) > lateMs);
  const current = seen.filter((tenant) => !behind.includes(tenant));
  const oldest = Math.min(...current.map(readTo));
  const all = `${tenants.length} tenant${tenants.length === 1 ? '' : 's'}`;
  const parts = [
    current.length > 0 && Number.isFinite(oldest)
      ? `Everything read to ${clockTime(oldest, now)} in ${current.length} of ${all}`
      : `Everything read in 0 of ${all}`,
    ...few(
      behind.map((tenant) => `${tenant.name} read only to ${Number.isFinite(readTo(tenant)) ? clockTime(readTo(tenant), now) : 'no time'}`),
      'are behind',
    ),
    ...few(
      blind.map((tenant) => blindness(tenant, now)),
      'are blind',
    ),
    ...few(
      partly.map((tenant) => `${tenant.name} read only in part (${partlyRead(tenant).join(', ')})`),
      'are read only in part',
    ),
    ...few(
      reading.map(({ name }) => `${name} is being read for the first time`),
      'are being read for the first time',
    ),
  ];
  const limited = tenants.filter(({ feeds }) => feeds.some(({ outcome }) => outcome.status === 'unlicensed')).length;
  const licences = limited === 0 ? '' : ` ${limited === 1 ? 'One tenant shows' : `${limited} tenants show`} less for want of a licence.`;
  return `${parts.join('; ')}.${licences}`;
}

function few(sentences: readonly string[], what: string): string[] {
  const rest = sentences.length - namedMost;
  return rest > 0 ? [...sentences.slice(0, namedMost), `${rest} more ${what}`] : [...sentences];
}
