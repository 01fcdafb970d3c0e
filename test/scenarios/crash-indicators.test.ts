// As crash.test.ts, for the copies of foreign feeds: the process dies before or after any write of the refresh, the next tick comes, and the end is the same.
import { afterAll, expect, it } from 'vitest';
import type { IndicatorFeed } from '../../src/contracts/indicators.ts';
import { createLiveIndicators } from '../../src/rounds/indicators/live.ts';
import { refreshIndicators } from '../../src/rounds/indicators/refresh.ts';
import type { CrashPoint } from '../../src/store/crash-points.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { CrashError } from '../support/crash.ts';
import { answering, startFeedServer, stixIndicator } from '../support/feed-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { indicatorPoints } from './story/elsewhere.ts';

const server = await startFeedServer();
afterAll(() => server.close());
const start = Date.UTC(2026, 2, 9, 3, 5);
const feed = (name: string): IndicatorFeed => ({ kind: 'stix', name, url: `${server.url}${name}.json` });
const listing = (...values: string[]) =>
  answering({ objects: values.map((value, index) => stixIndicator(index, `[ipv4-addr:value = '${value}']`)) });

/** Ticks of the timer: what the sources answer then, and which feeds are set up. */
const ticks: readonly { readonly sources: readonly IndicatorFeed[]; readonly prepare: () => void }[] = [
  {
    sources: [feed('one'), feed('two')],
    prepare: () => {
      server.pages.set('/one.json', listing('203.0.113.7'));
      server.pages.set('/two.json', listing('203.0.113.8'));
    },
  },
  { sources: [feed('one'), feed('two')], prepare: () => void server.pages.set('/one.json', listing('203.0.113.7', '203.0.113.17')) },
  { sources: [feed('one'), feed('two')], prepare: () => void server.pages.delete('/one.json') },
  { sources: [feed('one')], prepare: () => undefined },
];

async function tell(death?: { readonly point: CrashPoint; readonly when: 'before' | 'after'; readonly nth: number }) {
  const clock = manualClock(start);
  const backend = memoryBackend({ clock });
  const passed: CrashPoint[] = [];
  let died = false;
  let dead = false;
  const boot = () => {
    dead = false;
    const store = createStore({
      backend,
      crash: (point, when) => {
        if (dead) throw new CrashError('dead already');
        if (when === 'after') passed.push(point);
        if (died || point !== death?.point || when !== death.when) return;
        if (passed.filter((one) => one === point).length - (when === 'after' ? 1 : 0) !== death.nth) return;
        died = true;
        dead = true;
        throw new CrashError(`died ${when} ${point}`);
      },
    });
    return { store, registry: createRegistry({ store, clock }) };
  };
  let process = boot();
  for (const { sources, prepare } of ticks) {
    prepare();
    for (let done = false; !done; ) {
      clock.advance(3_600_000);
      try {
        await refreshIndicators({ ...process, clock, log: () => undefined, sources, fetch: server.fetch() });
        done = true;
      } catch (error) {
        if (!(error instanceof CrashError)) throw error;
        process = boot();
      }
    }
  }
  const live = await createLiveIndicators({ store: process.store, clock, log: () => undefined, names: ['one', 'two'] })();
  return {
    passed,
    died,
    ending: {
      listed: ['203.0.113.7', '203.0.113.17', '203.0.113.8'].map((value) => live?.address(value, start).length ?? 0),
      statuses: (await process.store.indicatorFeeds.statuses()).map((status) => [
        status.feed,
        status.entries,
        status.version,
        status.failing?.cause,
      ]),
      copies: [(await process.store.indicatorFeeds.copy('one'))?.entries.length, await process.store.indicatorFeeds.copy('two')],
    },
  };
}

const reference = await tell();

it('the story passes every point, and ends as it should', () => {
  expect(indicatorPoints.filter((point) => !reference.passed.includes(point))).toEqual([]);
  expect(reference.ending).toEqual({
    listed: [1, 1, 0],
    statuses: [['one', 2, expect.any(String), 'it answers 404']],
    copies: [2, undefined],
  });
});

const deaths = indicatorPoints.flatMap((point) =>
  (['before', 'after'] as const).flatMap((when) =>
    Array.from({ length: reference.passed.filter((one) => one === point).length }, (_, nth) => ({ point, when, nth })),
  ),
);

it.each(deaths)('ends the same after a death $when $point, time $nth', async (death) => {
  const { died, ending } = await tell(death);
  expect(died).toBe(true);
  expect(ending).toEqual(reference.ending);
});
