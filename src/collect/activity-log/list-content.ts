// Lists what became readable of the audit log in a span, within the pages of one reading. Where one listing does not bear all of it: the last hour first, then what was not listed yet, oldest
// first, in windows as long as it bears. Called by read-content.ts.
import type { ReadOutcome } from '../../contracts/coverage.ts';
import { type AuditContent, type AuditContentType, ServiceError } from '../../tenants/connections.ts';
import type { ReadContext, Span } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { offOutcome, saysAuditIsOff } from './audit-off.ts';
import { activityFeedRead } from './permissions.ts';
import { hourMs, hourOf, type SeenContent } from './seen-content.ts';

/** Requests of one feed in one round (src/rounds/limits.ts). One reading lists by half of them and reads by the others. */
export const requestsPerReading = 400;
/** The service takes windows of at most 24 hours. */
const longestMs = 24 * hourMs;
/** … and whole seconds. Of so short a window all pages are listed, as far as there are requests. */
const shortestMs = 1000;
/** What is this young is listed before a backlog. */
const presentMs = hourMs;
/** So much longer each time: a tenant that grew quiet is listed at once again. */
const growth = 1.1;

export interface Listing {
  /** Also what was found in windows that could not be listed to their end. */
  readonly contents: readonly AuditContent[];
  /** Wholly listed. */
  readonly covered: readonly Span[];
  /** Sentences on subscriptions that were just started. */
  readonly started: readonly string[];
  readonly refused?: ReadOutcome;
  /** Of the reading's requests. */
  readonly pages: number;
  /** So much became readable within one second (its time) that one reading cannot list it. */
  readonly flood?: number;
}

const notSubscribed = new Map([
  ['AF20022', 'the subscription to it was missing and has just been started; content follows within 12 hours'],
  [
    'AF20023',
    'the subscription to it was disabled and has just been started again; what happened meanwhile is lost, content follows within 12 hours',
  ],
]);

const inPlainWords: Readonly<Record<AuditContentType, string>> = {
  'Audit.AzureActiveDirectory': 'sign-ins and directory',
  'Audit.Exchange': 'mail',
  'Audit.SharePoint': 'files',
  'Audit.General': 'other services',
};

export function refusal(error: unknown, now: number): ReadOutcome {
  return saysAuditIsOff(error) ? offOutcome : readOutcomeOf(error, { permission: activityFeedRead.name }, now);
}

export const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;

export interface ListingOptions {
  readonly context: ReadContext;
  readonly types: readonly AuditContentType[];
  readonly seen: SeenContent;
  /** Counts as not read yet: what there is of it ends the listing. */
  readonly isNew: (content: AuditContent) => boolean;
  /** Requests of the reading. */
  readonly requests: number;
  /** Of a reading up to now: everything before was listed and read, but for what failed. */
  readonly mark?: number;
}

export async function listContent(options: ListingOptions, { from, to }: Span): Promise<Listing> {
  const { seen, requests, mark } = options;
  const most = Math.max(2, Math.floor(requests / 2));
  const lister = createLister(options, Math.max(1, Math.floor(most / 5)));
  const windowMs = seen.windowMs ?? longestMs;
  const hour = hourOf(options.context.now);
  // A day of many pages is listed once an hour, and the present every time.
  const isPresent = mark !== undefined && seen.dayListedIn === hour;
  let isListed = false;
  if (to - from <= windowMs && !isPresent) {
    isListed = await lister.list({ from, to }, most);
    if (mark !== undefined) seen.dayListedIn = isListed && lister.isLong() ? hour : undefined;
  }
  if (!isListed) {
    if (mark === undefined) await lister.list({ from, to }, most);
    else {
      const present = Math.max(from, hourOf(options.context.now - presentMs) * hourMs);
      await lister.list({ from: present, to }, Math.ceil(most / 2));
      const failed = seen
        .failedHours()
        .map((hour) => ({ from: Math.max(from, hour * hourMs), to: Math.min(present, (hour + 1) * hourMs) }));
      for (const span of failed) if (span.from < span.to) await lister.list(span, Math.ceil(most * 0.6));
      for (const span of notListed(seen, mark, present)) await lister.list(span, most);
    }
  }
  return lister.end();
}

/** From the mark on, but for whole hours. */
function notListed(seen: SeenContent, mark: number, to: number): Span[] {
  const spans: Span[] = [];
  for (let at = mark; at < to; ) {
    const end = Math.min(to, (hourOf(at) + 1) * hourMs);
    const last = spans[spans.length - 1];
    if (!seen.isWhole(hourOf(at))) {
      if (last?.to === at) spans[spans.length - 1] = { from: last.from, to: end };
      else spans.push({ from: at, to: end });
    }
    at = end;
  }
  return spans;
}

/** @param cap pages of one kind of content in one window; where there are more, a shorter window is listed instead */
function createLister({ context, types, seen, isNew, requests }: ListingOptions, cap: number) {
  const found = new Map<string, AuditContent>();
  const covered: Span[] = [];
  const started = new Map<AuditContentType, string>();
  let refused: ReadOutcome | undefined;
  let flood: number | undefined;
  let pages = 0;
  let fresh = 0;
  /** Pages of one kind of content in the last window. */
  let mostOfType = 0;
  let shortened = false;
  let windowMs = seen.windowMs ?? longestMs;

  /** @returns `full` where there are more pages than the cap, with the times of what was found */
  async function window(span: Span, most: number): Promise<'whole' | 'refused' | 'spent' | { readonly times: number[] }> {
    const isShortest = span.to - span.from <= shortestMs;
    const times: number[] = [];
    mostOfType = 0;
    for (const type of types) {
      if (started.has(type)) continue;
      try {
        let ofType = 0;
        for await (const page of context.connection.activity.content(type, span.from, span.to)) {
          pages++;
          for (const content of page) {
            if (!found.has(content.id) && isNew(content)) fresh++;
            found.set(content.id, content);
            times.push(content.created);
          }
          mostOfType = Math.max(mostOfType, ++ofType);
          if (ofType > cap && !isShortest) return { times };
          // The last page that there is room for may be the last of all, but nothing says so.
          if (pages >= (isShortest ? requests : most)) {
            if (isShortest) flood = span.from;
            return 'spent';
          }
        }
      } catch (error) {
        const begun = error instanceof ServiceError ? notSubscribed.get(error.code) : undefined;
        const refusedNow = begun === undefined ? refusal(error, context.now) : await start(context, type);
        if (refusedNow === undefined) started.set(type, `${inPlainWords[type]}: ${begun}`);
        else {
          refused ??= refusedNow;
          if (refusedNow.status !== 'failed') return 'refused';
        }
      }
    }
    return refused === undefined ? 'whole' : 'refused';
  }

  return {
    /** @returns whether all of it was listed */
    async list(span: Span, most: number): Promise<boolean> {
      let failures = 0;
      for (let at = span.from; at < span.to; ) {
        if (refused !== undefined || pages >= most || fresh > requests - pages) return false;
        const to = at + windowMs >= span.to ? span.to : Math.max(wholeSecond(at + windowMs), wholeSecond(at) + shortestMs);
        const came = await window({ from: at, to }, most);
        if (came === 'refused') return false;
        if (came === 'spent') {
          if (at > span.from) return false;
          // Else the next reading might come no further.
          shortened = true;
          windowMs = Math.max(shortestMs, Math.min(windowMs, to - at) / 2);
          return false;
        }
        if (came === 'whole') {
          covered.push({ from: at, to });
          // A window ends with a whole second, and so may be as much shorter than it was to be.
          if (to - at > windowMs - shortestMs && mostOfType <= Math.max(1, cap / 2)) windowMs = Math.min(longestMs, windowMs * 2);
          failures = 0;
          at = to;
          continue;
        }
        shortened = true;
        windowMs = shorter({ from: at, to }, came.times, ++failures > 1);
      }
      return true;
    },
    /** It took more than a page of each kind, and nothing was started that brings older content. */
    isLong: () => pages > types.length && started.size === 0,
    end(): Listing {
      seen.windowMs = windowMs >= longestMs ? undefined : Math.min(longestMs, shortened ? windowMs : windowMs * growth);
      return {
        contents: [...found.values()],
        covered,
        started: [...started.values()],
        pages,
        ...(refused === undefined ? {} : { refused }),
        ...(flood === undefined ? {} : { flood }),
      };
    },
  };
}

/**
 * How long the next window is. What was found of one that was too full tells where its content lies, in whatever order it came; where that was no help, a quarter.
 * A burst within one second ends up as a window of that second.
 */
function shorter({ from, to }: Span, times: readonly number[], quarter: boolean): number {
  const sorted = [...times].sort((a, b) => a - b);
  const early = wholeSecond(sorted[Math.floor(sorted.length / 4)] ?? to);
  const until = quarter ? Math.min(early, from + (to - from) / 4) : early;
  return Math.max(shortestMs, until - from);
}

async function start({ connection, now }: ReadContext, type: AuditContentType): Promise<ReadOutcome | undefined> {
  try {
    await connection.activity.start(type);
    return undefined;
  } catch (error) {
    return refusal(error, now);
  }
}
