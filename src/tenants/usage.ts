// What a tenant's rounds asked for per day, and what that cost: from the counts that the lanes keep beside their marks. Pure; called by functions/state.ts.
import type { TenantUsageDay } from '../contracts/console.ts';
import type { FeedState } from '../contracts/rows.ts';
import { executionsCost } from './prices.ts';

type FeedSource = keyof TenantUsageDay['requests'];

/** Newest day first. A feed that is no feed any more, and facts about people, count as Graph's. */
export function usageOf(
  states: readonly FeedState[],
  feeds: readonly { readonly id: string; readonly source: FeedSource }[],
): TenantUsageDay[] {
  const sourceOf = new Map(feeds.map(({ id, source }) => [id, source]));
  const days = new Map<string, { rounds: number; milliseconds: number; heldBack: number; requests: Record<FeedSource, number> }>();
  for (const { lane } of states) {
    for (const [date, usage] of Object.entries(lane?.usage ?? {})) {
      const day = days.get(date) ?? {
        rounds: 0,
        milliseconds: 0,
        heldBack: 0,
        requests: { reporting: 0, graph: 0, exchange: 0, activity: 0 },
      };
      days.set(date, day);
      day.rounds += usage.rounds;
      day.milliseconds += usage.milliseconds;
      day.heldBack += usage.heldBack;
      for (const [feed, count] of Object.entries(usage.requests)) day.requests[sourceOf.get(feed) ?? 'graph'] += count;
    }
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([date, { rounds, milliseconds, heldBack, requests }]) => ({
      date,
      executions: rounds,
      seconds: Math.round(milliseconds / 1000),
      requests,
      heldBack,
      dollars: executionsCost({ executions: rounds, seconds: milliseconds / 1000 }),
    }));
}
