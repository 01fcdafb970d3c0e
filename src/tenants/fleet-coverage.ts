// The fleet in one sentence: "Everything read to 03:05 in 179 of 180 tenants; Contoso blind since 02:40, because …". Pure; shown at the top of the console.
import type { FeedCoverage, TenantCoverage } from '../contracts/coverage.ts';

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

function why({ outcome }: FeedCoverage): string {
  switch (outcome.status) {
    case 'denied':
      return `the guard lacks ${outcome.permission}`;
    case 'failed':
      return outcome.cause;
    case 'off':
      return outcome.what;
    default:
      return 'it could not be read';
  }
}

/** "Contoso blind since 02:40 UTC, because …": of several feeds the one that is blind for longest says why. */
function blindness({ name, feeds }: TenantCoverage, now: number): string {
  const blind = feeds.filter(isBlind).sort((a, b) => (a.blindSince ?? now) - (b.blindSince ?? now));
  const [first] = blind;
  if (first === undefined) return name;
  const part =
    blind.length === feeds.length
      ? ''
      : blind.length === 1
        ? ` in ${first.title.toLowerCase()}`
        : ` in ${blind.length} of ${feeds.length} feeds`;
  const since = first.blindSince === undefined ? '' : ` since ${clockTime(first.blindSince, now)}`;
  return `${name} blind${part}${since}, because ${why(first)}`;
}

/** `late`: how long ago the last read may be before a tenant is named as behind. */
export function fleetSentence(tenants: readonly TenantCoverage[], now: number, lateMs = 3_600_000): string {
  if (tenants.length === 0) return 'No tenant is under guard.';
  const reading = tenants.filter(isReading);
  const blind = tenants.filter((tenant) => !reading.includes(tenant) && tenant.feeds.some(isBlind));
  const seen = tenants.filter((tenant) => !reading.includes(tenant) && !blind.includes(tenant));
  const readTo = ({ feeds }: TenantCoverage): number => Math.min(...feeds.flatMap((feed) => feed.readTo ?? []));
  // One tenant that is behind must not speak for all the others.
  const behind = seen.filter((tenant) => now - readTo(tenant) > lateMs);
  const current = seen.filter((tenant) => !behind.includes(tenant));
  const oldest = Math.min(...current.map(readTo));
  const count = `${current.length} of ${tenants.length} tenant${tenants.length === 1 ? '' : 's'}`;
  const parts = [
    current.length > 0 && Number.isFinite(oldest)
      ? `Everything read to ${clockTime(oldest, now)} in ${count}`
      : `Everything read in 0 of ${tenants.length} tenants`,
    ...few(
      behind.map((tenant) => `${tenant.name} read only to ${Number.isFinite(readTo(tenant)) ? clockTime(readTo(tenant), now) : 'no time'}`),
      'are behind',
    ),
    ...few(
      blind.map((tenant) => blindness(tenant, now)),
      'are blind',
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
