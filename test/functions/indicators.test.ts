// The timer of the feeds, as the host calls it: it reads what is set up, with the real fetch, which asks no address of this computer.
import { InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { Guard } from '../../functions/guard.ts';
import { indicators } from '../../functions/indicators.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { manualClock } from '../support/manual-clock.ts';

it('a feed whose address leads inwards fails in words, and is asked nothing', async () => {
  const clock = manualClock(Date.UTC(2026, 2, 9, 3, 5));
  const store = createStore({ backend: memoryBackend({ clock }) });
  const guard = {
    store,
    clock,
    registry: createRegistry({ store, clock }),
    log: () => undefined,
    config: { indicatorFeeds: [{ kind: 'csv', name: 'inwards', url: 'https://127.0.0.1:1/list.csv' }] },
  } as unknown as Guard;
  const { handler, schedule } = indicators(async () => guard);
  expect(schedule).toBe('%TG_INDICATORS_SCHEDULE%');
  await handler({} as Parameters<typeof handler>[0], new InvocationContext());
  expect(await store.indicatorFeeds.statuses()).toMatchObject([
    { feed: 'inwards', entries: 0, failing: { cause: '127.0.0.1 is no public address' } },
  ]);
});
