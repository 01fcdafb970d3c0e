// An incident ends by itself when nothing happened for a week; one that somebody touched yesterday does not.
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/contracts/incident.ts';
import { closeStill } from '../../src/rounds/close-still.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { contoso, scopeOf } from '../support/scope.ts';

const now = Date.UTC(2026, 0, 20, 9);
const day = 86_400_000;
const iso = (time: number): string => new Date(time).toISOString();
const incident = (id: string, daysAgo: number): Incident => ({
  v: 1,
  id,
  tenant: contoso,
  root: `user:${id}`,
  subjects: [`user:${id}`],
  episode: id,
  status: 'open',
  severity: 'high',
  campaigns: [],
  title: 'Account takeover: ann@example.com',
  summary: 'One finding.',
  findings: [],
  withdrawn: [],
  timeline: [],
  why: [],
  against: [],
  unread: [],
  firstAt: iso(now - daysAgo * day),
  lastAt: iso(now - daysAgo * day),
  openedAt: iso(now - daysAgo * day),
  updatedAt: iso(now - daysAgo * day),
  revision: 1,
});

describe('an incident that is still', () => {
  it('is closed with the reason after seven days; a fresher one stays open', async () => {
    const store = createStore({ backend: memoryBackend() });
    const scope = scopeOf(contoso);
    for (const [id, days] of [
      ['old', 8],
      ['new', 6],
    ] as const)
      await store.state.commitIncident('round.close-still', scope, { value: incident(id, days) }, []);
    const tools = { store, clock: { now: () => now }, log: () => undefined };
    expect(await closeStill(tools, scope)).toBe(1);
    expect((await store.state.incident(scope, 'old'))?.value).toMatchObject({
      status: 'closed',
      closedBecause: expect.stringContaining('Nothing new for 7 days'),
    });
    expect((await store.state.incident(scope, 'new'))?.value.status).toBe('open');
    expect(await closeStill(tools, scope)).toBe(0);
  });
});
