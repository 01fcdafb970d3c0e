// "What can I see here, what not, why": one sentence per feed and one per tenant. Pure; handed the feeds' declarations. Shown on the console and on cards.
import type { FeedCoverage, TenantCoverage } from '../contracts/coverage.ts';
import type { FeedState } from '../contracts/rows.ts';

export interface FeedWords {
  readonly id: string;
  readonly title: string;
  readonly blind: string;
}

const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function sentence(feed: FeedWords, state: FeedState | undefined): string {
  if (state === undefined) return `${feed.title}: not read yet; the first round is on its way.`;
  const since = state.blindSince === undefined ? '' : ` since ${utc(state.blindSince)}`;
  const outcome = state.outcome;
  switch (outcome.status) {
    case 'complete':
      return `${feed.title}: read to ${utc(state.readTo ?? state.triedAt)}${state.lastCount === 0 ? '; nothing new' : ''}.`;
    case 'incomplete':
      return `${feed.title}: read to ${utc(state.readTo ?? state.triedAt)}, but not completely: ${outcome.why}.`;
    case 'denied':
      return `${feed.title}: blind${since}, because this application lacks ${outcome.permission}; ${feed.blind}. Next step: an administrator of the tenant grants it again.`;
    case 'unlicensed':
      return `${feed.title}: blind${since}, because the tenant has no ${outcome.sku}; ${feed.blind}. Next step: a licence, or live with it knowingly.`;
    case 'off':
      return `${feed.title}: blind${since}, because ${outcome.what}; ${feed.blind}. Next step: ${outcome.next}.`;
    case 'throttled':
      return `${feed.title}: waiting until ${utc(outcome.until)}, because ${outcome.why ?? 'Microsoft throttled the reading'}. Nothing to do.`;
    case 'failed':
      return `${feed.title}: not read${since}, because ${outcome.cause}; ${feed.blind}. Next step: it is tried again every round; look at the service's health if it stays.`;
  }
}

export function feedCoverage(feed: FeedWords, state: FeedState | undefined, reconciled: FeedState | undefined): FeedCoverage {
  return {
    feed: feed.id,
    title: feed.title,
    outcome: state?.outcome ?? { status: 'never-read' },
    ...(state?.readTo === undefined ? {} : { readTo: state.readTo }),
    ...(reconciled?.settledTo === undefined ? {} : { settledTo: reconciled.settledTo }),
    ...(state?.blindSince === undefined ? {} : { blindSince: state.blindSince }),
    sentence: sentence(feed, state),
  };
}

export function tenantCoverage(
  tenant: { tenant: string; name: string },
  feeds: readonly FeedWords[],
  states: readonly FeedState[],
): TenantCoverage {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  const list = feeds.map((feed) => feedCoverage(feed, byFeed.get(feed.id), byFeed.get(`reconcile:${feed.id}`)));
  const dark = list.filter(({ outcome }) => outcome.status !== 'complete' && outcome.status !== 'incomplete');
  const read = list.flatMap(({ readTo }) => (readTo === undefined ? [] : [readTo]));
  const sentenceOfTenant =
    dark.length === 0 && read.length > 0
      ? `Everything read to ${utc(Math.min(...read))}.`
      : `${dark.length} of ${list.length} feeds not read: ${dark.map(({ title }) => title.toLowerCase()).join(', ')}.`;
  return { tenant: tenant.tenant, name: tenant.name, feeds: list, sentence: sentenceOfTenant };
}
