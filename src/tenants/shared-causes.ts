// One cause that blinds many feeds is said once: what they have in common, for whom it holds, since when. Pure; called by coverage.ts.
import type { FeedCoverage, SharedCause } from '../contracts/coverage.ts';
import { answerAlone, utc } from './words.ts';

/** Fewer speak for themselves. */
const fewest = 3;
const permissionsNamed = 6;

/** Looks that fall into one round, or into rounds of different lanes: no two outages. */
const sameMs = 35 * 60_000;
/** The service's own words and codes for the same thing differ from path to path. */
const withoutDetail = (text: string): string => text.replace(/ \(.*\)$/s, '');

interface Reason {
  /** Feeds with the same one are told together. */
  readonly cause: string;
  /** "blind", "waiting": where a time may follow. */
  readonly how: string;
  /** Why, in mid-sentence; all permissions that are missing are one errand of one administrator. */
  readonly why: string;
  readonly next: string;
}

/** How src/collect/read-outcome.ts begins it, whatever service the token was meant for. */
const noToken = 'the guard gets no token';
/** Without the tenant's consent nothing else that is lacking can be told: one errand. */
const consent = 'consent';

/** undefined: nothing that several feeds would have in common. */
function reasonOf({ outcome }: FeedCoverage): Reason | undefined {
  switch (outcome.status) {
    case 'denied':
      return {
        cause: outcome.permission.includes('consent') ? consent : 'permission',
        how: 'blind',
        why: withoutDetail(outcome.permission),
        next: 'an administrator of the tenant grants it again',
      };
    case 'unlicensed':
      return { cause: outcome.sku, how: 'blind', why: `the tenant has no ${outcome.sku}`, next: 'a licence, or live with it knowingly' };
    case 'off':
      return { cause: outcome.what, how: 'blind', why: outcome.what, next: outcome.next };
    case 'throttled': {
      const why = outcome.why ?? 'Microsoft throttled the reading';
      return { cause: why, how: 'waiting', why, next: 'nothing, they are read on by themselves' };
    }
    case 'failed': {
      const why = answerAlone(outcome.cause);
      if (why.startsWith(noToken))
        return {
          cause: noToken,
          how: 'not read',
          why,
          next: 'check the tenant’s id, and the application’s consent there; it is tried again every round',
        };
      return { cause: why, how: 'not read', why, next: "they are tried again every round; look at the service's health if it stays" };
    }
    case 'never-read':
      return { cause: '', how: 'waiting for their first round', why: '', next: 'nothing, it is on its way' };
    default:
      return undefined;
  }
}

/** The most widespread first. */
export function sharedCauses(feeds: readonly FeedCoverage[]): SharedCause[] {
  const reasons = feeds.flatMap((feed) => {
    const reason = reasonOf(feed);
    return reason === undefined ? [] : [{ feed, reason }];
  });
  const refused = reasons.find(({ reason }) => reason.cause === consent)?.reason;
  const told = reasons.map((one) => (refused !== undefined && one.feed.outcome.status === 'denied' ? { ...one, reason: refused } : one));
  return [...Map.groupBy(told, ({ feed, reason }) => `${feed.outcome.status} ${reason.cause}`).values()]
    .filter((group) => group.length >= fewest)
    .sort((a, b) => b.length - a.length)
    .flatMap((group) => {
      const [first] = group;
      return first === undefined ? [] : [causeOf(first, group)];
    });
}

type Told = { readonly feed: FeedCoverage; readonly reason: Reason };
function causeOf({ feed, reason }: Told, group: readonly Told[]): SharedCause {
  const { status } = feed.outcome;
  const times = group.flatMap((one) => one.feed.blindSince ?? []).sort((a, b) => a - b);
  // When the last of them went dark too; an older outage of some is theirs alone.
  const last = times.at(-1);
  const earlier = last === undefined ? [] : times.filter((time) => time < last - sameMs);
  const since = times[earlier.length];
  const [oldest] = earlier;
  const whys = [...new Set(group.map((one) => one.reason.why))];
  const left = whys.length - permissionsNamed;
  const named = `${whys.slice(0, permissionsNamed).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  const why = status === 'denied' ? `this application lacks ${named}` : named;
  const before = oldest === undefined ? '' : ` (${earlier.length} of them since ${utc(oldest)})`;
  const because = `${reason.how}${since === undefined ? '' : ` since ${utc(since)}`}${before}${why === '' ? '' : `, because ${why}`}`;
  return {
    status,
    because,
    ...(since === undefined ? {} : { since }),
    sentence: `${group.length} feeds: ${because}. Next step: ${reason.next}.`,
    feeds: group.map((one) => one.feed.feed),
  };
}
