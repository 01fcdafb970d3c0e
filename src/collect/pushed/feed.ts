// Sign-ins that diagnostic settings push to an Event Hub, as feeds: what the trigger spooled is read by the next round like any other log. Made by the composition root where a hub is set up.
import { z } from 'zod';
import type { Activity } from '../../contracts/activity.ts';
import type { Spooled } from '../../contracts/event-rows.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import type { Store } from '../../store/store.ts';
import type { FeedRead, LogFeed, ReadContext } from '../feed.ts';
import { readRecord } from '../records/to-activity.ts';

export interface PushedFeedOptions {
  readonly store: Pick<Store, 'spool'>;
  /** The right to the tenant's rows; src/tenants/registry.ts. */
  readonly authorise: (tenant: string) => Promise<TenantScope>;
}

/** Of one round: what is left waits for the next one, a minute later. By records, since a hub delivers a few or thousands at once: many small batches must not pile up, nor large ones fill the memory. */
const mostRecords = 20_000;
const mostBatches = 300;
const mostSkipped = 20;
const kept = z.object({
  /** Batches of the last read. It was committed with this text, so their rows may go. */
  done: z.array(z.string()),
  /** Newest event time that ever came, epoch ms. */
  newest: z.number(),
});

const titles = {
  'sign-ins.non-interactive.pushed': 'Non-interactive sign-ins (pushed)',
  'sign-ins.service-principal.pushed': 'Sign-ins of applications (pushed)',
} as const;

/** The two feeds, each only for tenants whose policy asks for it. */
export function createPushedFeeds(options: PushedFeedOptions): LogFeed[] {
  return (Object.keys(titles) as (keyof typeof titles)[]).map((id) => pushedFeed(id, titles[id], options));
}

function pushedFeed(id: string, title: string, { store, authorise }: PushedFeedOptions): LogFeed {
  return {
    kind: 'log',
    shapes: ['sign-in'],
    id,
    title,
    // It sends no request; while Graph asks to wait, what was pushed waits too.
    source: 'graph',
    lane: 'fast',
    permissions: [],
    licence: 'Entra ID P1',
    blind: 'tokens that are used without a person are not seen as they come',
    delay: 'minutes, as Entra ID exports them',
    paging: 'none: what was pushed waits in the store, 20,000 records a round',
    reconciled: 'not at all: what is not pushed cannot be asked for here; the polled feed of the same records can',
    optIn: true,
    readOnce: true,
    overlapSeconds: 0,
    firstReadDays: 1,
    // Nothing is asked for, so no span of it can be lost for having waited too long.
    keptDays: 36_500,
    quietSeconds: 86_400,
    async read(context: ReadContext): Promise<FeedRead> {
      const scope = await authorise(context.tenant);
      const before = keptOf(context.kept);
      for (const name of before.done) await store.spool.delete('round.delete-spooled', scope, id, name);
      const done = new Set(before.done);
      const waiting = (await store.spool.of(scope, id)).filter(({ name }) => !done.has(name));
      const batches = firstOf(waiting);
      const activities = new Map<string, Activity>();
      const skipped: { reason: string; raw: unknown }[] = [];
      let lost = 0;
      let { newest } = before;
      for (const { name, at } of batches) {
        const records = await store.spool.records(scope, name);
        if (records === undefined) lost++;
        for (const raw of records ?? []) {
          const activity = readRecord(raw, { tenant: context.tenant, feed: id, visibleAt: at });
          if ('skipped' in activity) {
            if (skipped.length < mostSkipped) skipped.push({ reason: activity.skipped, raw });
            continue;
          }
          activities.set(activity.id, activity);
          // A clock that is wrong, or a lie, must not move the mark into the future.
          newest = Math.max(newest, Math.min(activity.time, context.now));
        }
      }
      return {
        outcome: outcomeOf(newest, waiting.length - batches.length, lost),
        activities: [...activities.values()],
        skipped,
        readTo: newest,
        kept: JSON.stringify({ done: batches.map(({ name }) => name), newest }),
      };
    },
  };
}

/** The oldest batches that one round reads, at least one. */
function firstOf(waiting: readonly Spooled[]): readonly Spooled[] {
  let records = 0;
  const end = waiting.findIndex(({ count }, index) => {
    records += count;
    return index > 0 && (records > mostRecords || index >= mostBatches);
  });
  return end < 0 ? waiting : waiting.slice(0, end);
}

function keptOf(text: string | undefined): z.output<typeof kept> {
  return text === undefined ? { done: [], newest: 0 } : kept.parse(JSON.parse(text));
}

/** Never `complete`: a push that stops looks like a quiet tenant. */
function outcomeOf(newest: number, left: number, lost: number): FeedRead['outcome'] {
  if (newest === 0)
    return {
      status: 'off',
      what: 'diagnostic settings have pushed nothing yet',
      next: 'let the tenant’s diagnostic settings send these logs to the guard’s Event Hub (docs/deploy.md)',
    };
  const last = new Date(newest).toISOString().slice(0, 16).replace('T', ' ');
  const parts = [
    `pushed, not asked for; the last record is of ${last} UTC, and silence since then proves nothing`,
    ...(left > 0 ? [`${left} batches wait for the next round`] : []),
    ...(lost > 0 ? [`${lost} batches waited too long and are gone`] : []),
  ];
  return { status: 'incomplete', why: parts.join('; ') };
}
