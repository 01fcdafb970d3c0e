// Reads what became readable of the unified audit log in a span: lists the content, reads what was not read before, starts a subscription that is missing. Called by the feeds beside it.
import type { Activity } from '../../contracts/activity.ts';
import type { ReadOutcome } from '../../contracts/coverage.ts';
import { type AuditContent, type AuditContentType, ServiceError } from '../../tenants/connections.ts';
import type { FeedRead, ReadContext, Span } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { readRecord } from '../records/to-activity.ts';
import { auditIsOff, offOutcome, saysAuditIsOff } from './audit-off.ts';
import { activityFeedRead } from './permissions.ts';
import { SeenContent } from './seen-content.ts';

export interface ContentQuery {
  readonly feed: string;
  readonly types: readonly AuditContentType[];
  /** How long what was read is remembered beyond the span, in ms: as long as a later look may list it again. */
  readonly rememberMs: number;
}

const hourMs = 3_600_000;
/** The service takes windows of at most 24 hours, and content of at most 7 days; a margin for its clock. */
const windowMs = 24 * hourMs;
const oldestMs = 7 * 24 * hourMs - hourMs / 2;
/** What is this young is read before a backlog. */
const presentMs = hourMs;
const atOnce = 4;
/** One reading takes up no more memory than this many records do; the next one goes on. */
const mostRecords = 20_000;
const keptSkipped = 20;
const mostFaults = 5;
/** There is no such content any more, or the address is none that the service knows: asking again gives the same. */
const gone = new Set(['AF20050', 'AF20051', 'AF20052']);
const notSubscribed = new Map([
  ['AF20022', 'the subscription to it was missing and has just been started; content follows within 12 hours'],
  [
    'AF20023',
    'the subscription to it was disabled and has just been started again; what happened meanwhile is lost, content follows within 12 hours',
  ],
]);

export async function readContent(context: ReadContext, span: Span, query: ContentQuery): Promise<FeedRead> {
  const seen = new SeenContent(context.seen ?? []);
  // Up to now, what was forgotten was read; a later look lists it once more and reads it again.
  const from = Math.max(span.from, span.to >= context.now ? seen.forgottenTo : 0, context.now - oldestMs);
  const listed = await list(context, { from, to: span.to }, query);
  if (listed.refused !== undefined && listed.contents.length === 0)
    return { outcome: listed.refused, activities: [], skipped: [], readTo: span.from, seen: [...(context.seen ?? [])] };
  if (listed.contents.length === 0 && listed.started.length === 0 && (await auditIsOff(context.connection.exchange)))
    return { outcome: offOutcome, activities: [], skipped: [], readTo: span.from, seen: [...(context.seen ?? [])] };

  const unseen = inOrder(
    listed.contents.filter((content) => !seen.has(content)),
    context.now,
  );
  const read = await readAll(context, unseen, query.feed, seen);
  const { left } = read;
  // The mark stands before the first that is left; without a whole listing it stays where it is.
  const readTo = listed.refused === undefined ? left.reduce((least, { created }) => Math.min(least, created), span.to) : span.from;
  const why = [
    ...listed.started,
    ...(listed.refused === undefined ? [] : [`a part could not be listed: ${inWords(listed.refused)}`]),
    ...(read.refused === undefined ? [] : [`the reading broke off: ${inWords(read.refused)}`]),
    ...(read.refused === undefined && left.length > 0
      ? [`there is more than one round reads; ${left.length} bundles of records are read next`]
      : []),
    ...(read.gone === 0 ? [] : [`${read.gone} bundle${read.gone === 1 ? '' : 's'} of records expired before they were read`]),
    ...(read.skippedCount === 0
      ? []
      : [`${read.skippedCount} record${read.skippedCount === 1 ? '' : 's'} could not be understood: ${read.skipped[0]?.reason ?? ''}`]),
  ];
  const outcome: ReadOutcome =
    read.refused !== undefined && left.length === unseen.length
      ? read.refused
      : why.length === 0
        ? { status: 'complete' }
        : { status: 'incomplete', why: why.join('; ') };
  const needed = Math.min(context.now, readTo) - query.rememberMs;
  return { outcome, activities: read.activities, skipped: read.skipped, readTo, seen: seen.marks(needed) };
}

interface Listed {
  readonly contents: AuditContent[];
  /** Sentences on subscriptions that were just started. */
  readonly started: string[];
  refused?: ReadOutcome;
}

async function list(context: ReadContext, { from, to }: Span, { types }: ContentQuery): Promise<Listed> {
  const found = new Map<string, AuditContent>();
  const listed: Listed = { contents: [], started: [] };
  for (const type of types) {
    try {
      for (let at = from; at < to; at += windowMs)
        for await (const page of context.connection.activity.content(type, at, Math.min(to, at + windowMs)))
          for (const content of page) found.set(content.id, content);
    } catch (error) {
      const begun = error instanceof ServiceError ? notSubscribed.get(error.code) : undefined;
      const refused = begun === undefined ? refusal(error, context.now) : await start(context, type);
      if (refused === undefined) listed.started.push(`${inPlainWords[type]}: ${begun}`);
      else listed.refused ??= refused;
    }
  }
  listed.contents.push(...found.values());
  return listed;
}

const inPlainWords: Readonly<Record<AuditContentType, string>> = {
  'Audit.AzureActiveDirectory': 'sign-ins and directory',
  'Audit.Exchange': 'mail',
  'Audit.SharePoint': 'files',
  'Audit.General': 'other services',
};

async function start({ connection, now }: ReadContext, type: AuditContentType): Promise<ReadOutcome | undefined> {
  try {
    await connection.activity.start(type);
    return undefined;
  } catch (error) {
    return refusal(error, now);
  }
}

function refusal(error: unknown, now: number): ReadOutcome {
  return saysAuditIsOff(error) ? offOutcome : readOutcomeOf(error, { permission: activityFeedRead.name }, now);
}

/** The last hour first, so that a backlog does not starve the present; then the oldest first, so that nothing expires unread. */
function inOrder(contents: readonly AuditContent[], now: number): AuditContent[] {
  const sorted = [...contents].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  const first = sorted.findIndex(({ created }) => created >= now - presentMs);
  return first === -1 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)];
}

interface ReadAll {
  readonly activities: Activity[];
  readonly skipped: { readonly reason: string; readonly raw: unknown }[];
  skippedCount: number;
  /** Not read: beyond what one reading takes, or refused. */
  readonly left: AuditContent[];
  gone: number;
  refused?: ReadOutcome;
}

async function readAll(context: ReadContext, contents: readonly AuditContent[], feed: string, seen: SeenContent): Promise<ReadAll> {
  const all: ReadAll = { activities: [], skipped: [], skippedCount: 0, left: [], gone: 0 };
  let at = 0;
  while (at < contents.length && all.activities.length < mostRecords && mayGoOn(all)) {
    const batch = contents.slice(at, at + atOnce);
    at += batch.length;
    const answers = await Promise.allSettled(batch.map((content) => context.connection.activity.read(content)));
    for (const [index, content] of batch.entries()) {
      const answer = answers[index];
      if (answer?.status === 'fulfilled') take(answer.value, context, feed, all);
      else if (answer?.reason instanceof ServiceError && gone.has(answer.reason.code)) all.gone++;
      else {
        all.left.push(content);
        all.refused ??= refusal(answer?.reason, context.now);
        continue;
      }
      seen.add(content);
    }
  }
  all.left.push(...contents.slice(at));
  return all;
}

/** A refusal means all content; a fault may be that of one bundle, which must not hold up the others. */
const mayGoOn = ({ refused, left }: ReadAll): boolean => refused === undefined || (refused.status === 'failed' && left.length < mostFaults);

function take(records: readonly unknown[], { tenant, now }: ReadContext, feed: string, all: ReadAll): void {
  for (const raw of records) {
    const activity = readRecord(raw, { tenant, feed, visibleAt: now });
    if (!('skipped' in activity)) {
      all.activities.push(activity);
      continue;
    }
    all.skippedCount++;
    if (all.skipped.length < keptSkipped) all.skipped.push({ reason: activity.skipped, raw });
  }
}

function inWords(outcome: ReadOutcome): string {
  if (outcome.status === 'failed') return outcome.cause;
  if (outcome.status === 'denied') return `${outcome.permission} is missing`;
  if (outcome.status === 'throttled') return outcome.why ?? 'Microsoft throttled the reading; it goes on at the next round';
  return outcome.status === 'off' ? outcome.what : outcome.status;
}
