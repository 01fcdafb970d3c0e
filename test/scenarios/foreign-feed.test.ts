// A feed in a whole guard: the timer reads it, the next round has it, everybody signs in from what it lists, and nobody is woken; an attack that something else finds carries the line.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndicatorFeed } from '../../src/contracts/indicators.ts';
import { createLiveIndicators } from '../../src/rounds/indicators/live.ts';
import { refreshIndicators } from '../../src/rounds/indicators/refresh.ts';
import { runRound } from '../../src/rounds/round.ts';
import { answering, type FeedServer, startFeedServer, stixIndicator } from '../support/feed-server.ts';
import { contoso, startGuard, type TestGuard } from '../support/guard.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
let guard: TestGuard;
let server: FeedServer;
let sources: IndicatorFeed[];
beforeAll(async () => {
  [guard, server] = await Promise.all([startGuard({ start, simulator: { historyDays: 2 } }), startFeedServer()]);
  sources = [{ kind: 'taxii', name: 'example', url: `${server.url}c` }];
  // All that the simulator's people and thieves sign in from.
  const wide = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((range, index) =>
    stixIndicator(index, `[ipv4-addr:value ISSUBSET '${range}']`, {
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2026-12-31T00:00:00Z',
      confidence: 100,
    }),
  );
  server.pages.set('/c/objects/', answering({ objects: wide }));
});
afterAll(() => Promise.all([guard.close(), server.close()]));

async function round(foreign: ReturnType<typeof createLiveIndicators>) {
  await runRound({ ...guard.deps, foreign }, contoso.id, 'fast');
  guard.clock.advance(15_000);
}
const findings = async () => {
  const scope = await guard.deps.registry.authorise(contoso.id, 'round');
  return (await guard.deps.store.findings.all(scope)).filter(({ campaign }) => campaign === 'foreign-indicators');
};
const incidents = async () => {
  const scope = await guard.deps.registry.authorise(contoso.id, 'round');
  return (await guard.deps.store.state.incidents(scope)).map(({ value }) => value);
};

describe('a feed that lists everybody’s addresses', () => {
  it('is looked for within a minute of its reading, opens nothing, and is a line where something else opened', async () => {
    const { store, registry, clock, log } = guard.deps;
    const foreign = createLiveIndicators({ store, clock, log, names: sources.map(({ name }) => name) });
    await round(foreign);
    expect(await findings()).toEqual([]);
    await refreshIndicators({ store, registry, clock, log, sources, fetch: server.fetch() });
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    guard.clock.advance(60_000);
    for (let rounds = 0; rounds < 6; rounds++) await round(foreign);
    const found = await findings();
    expect(new Set(found.map(({ effect }) => effect))).toEqual(new Set(['note', 'staged']));
    const all = await incidents();
    expect(all).toHaveLength(1);
    expect(all[0]?.campaigns.map(({ id }) => id)).not.toContain('foreign-indicators');
    expect(JSON.stringify(all[0]?.timeline)).toContain('in example (confidence 100 of 100)');
  });
});
