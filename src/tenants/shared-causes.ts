// One cause that blinds many feeds is said once: what they have in common, for whom it holds, since when. Pure; called by coverage.ts.
import type { FeedCoverage, SharedCause } from '../contracts/coverage.ts';

/** Fewer speak for themselves. */
const fewest = 3;

const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The service's own code for the same thing differs from path to path. */
const withoutCode = (text: string): string => text.replace(/ \(\w+\)$/, '');

interface Reason {
  readonly because: string;
  readonly next: string;
}

/** undefined: nothing that several feeds would have in common. */
function reasonOf({ outcome }: FeedCoverage): Reason | undefined {
  switch (outcome.status) {
    case 'denied':
      return {
        because: `blind, because this application lacks ${withoutCode(outcome.permission)}`,
        next: 'an administrator of the tenant grants it again',
      };
    case 'unlicensed':
      return { because: `blind, because the tenant has no ${outcome.sku}`, next: 'a licence, or live with it knowingly' };
    case 'off':
      return { because: `blind, because ${outcome.what}`, next: outcome.next };
    case 'throttled':
      return {
        because: `waiting, because ${outcome.why ?? 'Microsoft throttled the reading'}`,
        next: 'nothing, they are read on by themselves',
      };
    case 'failed':
      return {
        because: `not read, because ${outcome.cause.replace(/\.$/, '')}`,
        next: "they are tried again every round; look at the service's health if it stays",
      };
    case 'never-read':
      return { because: 'waiting for their first round', next: 'nothing, it is on its way' };
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
  return [...Map.groupBy(reasons, ({ reason }) => JSON.stringify(reason)).values()]
    .filter((group) => group.length >= fewest)
    .sort((a, b) => b.length - a.length)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const since = group.flatMap(({ feed }) => feed.blindSince ?? []).sort((a, b) => a - b)[0];
      const { because, next } = first.reason;
      const dated = since === undefined ? because : because.replace(/^(blind|not read)(?=,)/, `$1 since ${utc(since)}`);
      return [
        {
          status: first.feed.outcome.status,
          because: dated,
          sentence: `${group.length} feeds: ${dated}. Next step: ${next}.`,
          feeds: group.map(({ feed }) => feed.feed),
        },
      ];
    });
}
