// "What can I see here, what not, why": one sentence per feed and one per tenant. Pure; handed the feeds' declarations. Shown on the console and on cards.
import type { FeedCoverage, SharedCause, TenantCoverage } from '../contracts/coverage.ts';
import type { FeedState } from '../contracts/rows.ts';
import { sharedCauses } from './shared-causes.ts';
import { inSentence, lowerFirst, utc } from './words.ts';

export interface FeedWords {
  readonly id: string;
  readonly title: string;
  readonly blind: string;
  /** The feed that tells much the same where this one cannot be read, and how. */
  readonly instead?: { readonly feed: string; readonly how: string; readonly blind: string };
  /** Reads the past only: how far it came is no statement on what was read of the present. */
  readonly past?: true;
  readonly source?: string;
  /** Set for a feed that asks about people in question only: where there are none, it asks for nothing. */
  readonly partOf?: unknown;
}

/** A feed that is being read, though perhaps not completely. */
export const stillRead = (status: FeedCoverage['outcome']['status'] | undefined): boolean =>
  status === 'complete' || status === 'incomplete';

/** What is read in its place, where this feed cannot be read. */
const insteadOf = (feed: FeedWords, state: FeedState | undefined, byFeed: ReadonlyMap<string, FeedState>): FeedWords['instead'] =>
  (state?.outcome.status === 'denied' || state?.outcome.status === 'unlicensed') &&
  feed.instead !== undefined &&
  stillRead(byFeed.get(feed.instead.feed)?.outcome.status)
    ? feed.instead
    : undefined;

function sentence(feed: FeedWords, state: FeedState | undefined, instead: FeedWords['instead']): string {
  if (state === undefined) return `${feed.title}: not read yet; the first round is on its way.`;
  const since = state.blindSince === undefined ? '' : ` since ${utc(state.blindSince)}`;
  const outcome = state.outcome;
  const means = instead === undefined ? feed.blind : `they are read ${instead.how}; ${instead.blind}`;
  switch (outcome.status) {
    case 'complete':
      return `${feed.title}: read to ${utc(state.readTo ?? state.triedAt)}${state.lastCount === 0 ? '; nothing new' : ''}.`;
    case 'incomplete':
      return `${feed.title}: read to ${utc(state.readTo ?? state.triedAt)}, but not completely: ${inSentence(outcome.why)}.`;
    case 'denied':
      return `${feed.title}: blind${since}, because this application lacks ${outcome.permission}; ${means}. Next step: an administrator of the tenant grants it again.`;
    case 'unlicensed':
      return `${feed.title}: ${instead === undefined ? `blind${since}` : instead.how}, because the tenant has no ${outcome.sku}; ${instead?.blind ?? feed.blind}. Next step: a licence, or live with it knowingly.`;
    case 'off':
      return `${feed.title}: blind${since}, because ${inSentence(outcome.what)}; ${feed.blind}. Next step: ${inSentence(outcome.next)}.`;
    case 'throttled':
      return `${feed.title}: waiting until ${utc(outcome.until)}, because ${outcome.why ?? 'Microsoft throttled the reading'}. Nothing to do.`;
    case 'failed':
      return `${feed.title}: not read${since}, because ${inSentence(outcome.cause)}; ${feed.blind}. Next step: it is tried again every round; look at the service's health if it stays.`;
  }
}

export function feedCoverage(
  feed: FeedWords,
  state: FeedState | undefined,
  reconciled: FeedState | undefined,
  instead?: FeedWords['instead'],
): FeedCoverage {
  // Of a log in the row of its later looks, of a snapshot in its own.
  const settledTo = reconciled?.settledTo ?? state?.settledTo;
  return {
    feed: feed.id,
    title: feed.title,
    outcome: state?.outcome ?? { status: 'never-read' },
    ...(state?.readTo === undefined || feed.past === true ? {} : { readTo: state.readTo }),
    ...(settledTo === undefined ? {} : { settledTo }),
    ...(state?.blindSince === undefined ? {} : { blindSince: state.blindSince }),
    sentence: sentence(feed, state, instead),
  };
}

/**
 * A feed that had nobody to ask about and so was refused nothing, while everything else of its service was: it reads as little as they do.
 * Its row as it would be; undefined where it stands for itself.
 */
function asItsService(feed: FeedWords, feeds: readonly FeedWords[], byFeed: ReadonlyMap<string, FeedState>): FeedState | undefined {
  const own = byFeed.get(feed.id);
  if (feed.partOf === undefined || own?.outcome.status !== 'complete') return undefined;
  const others = feeds
    .filter((other) => other.source === feed.source && other.partOf === undefined)
    .flatMap(({ id }) => byFeed.get(id) ?? []);
  const [first] = others;
  if (first === undefined || !others.every(({ outcome }) => outcome.status === 'denied' || outcome.status === 'failed')) return undefined;
  const { readTo: _read, ...rest } = own;
  return { ...rest, outcome: first.outcome, ...(first.blindSince === undefined ? {} : { blindSince: first.blindSince }) };
}

export function tenantCoverage(
  tenant: { tenant: string; name: string },
  feeds: readonly FeedWords[],
  states: readonly FeedState[],
): TenantCoverage {
  const stored = new Map(states.map((state) => [state.feed, state]));
  const byFeed = new Map([
    ...stored,
    ...feeds.flatMap((feed) => asItsService(feed, feeds, stored) ?? []).map((one) => [one.feed, one] as const),
  ]);
  const replaced = new Map(feeds.map((feed) => [feed.id, insteadOf(feed, byFeed.get(feed.id), byFeed)]));
  const list = feeds.map((feed) => feedCoverage(feed, byFeed.get(feed.id), byFeed.get(`reconcile:${feed.id}`), replaced.get(feed.id)));
  const late = list.filter(({ feed, outcome }) => outcome.status === 'unlicensed' && replaced.get(feed) !== undefined);
  const dark = list.filter((one) => !stillRead(one.outcome.status) && !late.includes(one));
  const read = list.flatMap(({ readTo }) => (readTo === undefined ? [] : [readTo]));
  const partly = list.filter(({ outcome }) => outcome.status === 'incomplete');
  const shared = sharedCauses(dark);
  const sentenceOfTenant =
    dark.length === 0 && read.length > 0
      ? `${partly.length === 0 ? 'Everything read' : 'Read'} to ${utc(Math.min(...read))}${inPart(partly, list.length)}${late.map(({ feed, title }) => `; ${lowerFirst(title)} ${replaced.get(feed)?.how}`).join('')}.`
      : notRead(dark, list.length, shared);
  return { tenant: tenant.tenant, name: tenant.name, feeds: list, sentence: sentenceOfTenant, shared };
}

const namedMost = 3;
/** "; 2 of 22 feeds only in part: inbox rules, forwarding". */
function inPart(partly: readonly FeedCoverage[], all: number): string {
  if (partly.length === 0) return '';
  const named = partly.slice(0, namedMost).map(({ title }) => lowerFirst(title));
  const rest = partly.length - named.length;
  return `; ${partly.length} of ${all} feeds only in part: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What several feeds have in common stands for their names. */
function notRead(dark: readonly FeedCoverage[], all: number, shared: readonly SharedCause[]): string {
  const [widest] = shared;
  if (widest?.feeds.length === all)
    return widest.status === 'never-read' ? 'Nothing is read yet; the first round is on its way.' : `No feed is read: ${widest.because}.`;
  const told = new Set(shared.flatMap(({ feeds }) => feeds));
  const parts = [
    ...shared.map(({ feeds, because }) => `${feeds.length} ${because}`),
    ...dark.filter(({ feed }) => !told.has(feed)).map(({ title }) => lowerFirst(title)),
  ];
  return `${dark.length} of ${all} feeds not read: ${parts.join(shared.length > 0 ? '; ' : ', ')}.`;
}
