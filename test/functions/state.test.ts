import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { Guard } from '../../functions/guard.ts';
import { state } from '../../functions/state.ts';
import type { ConsoleState } from '../../src/contracts/console.ts';
import { tenantPolicy } from '../../src/contracts/policy.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { scope, takeover } from '../contain/setup.ts';
import { contoso } from '../support/scope.ts';

const group = 'a0000000-0000-4000-8000-000000000001';

async function stateFor(groups: readonly string[]): Promise<ConsoleState> {
  const store = createStore({ backend: memoryBackend() });
  const small = Array.from({ length: 60 }, (_, index) =>
    takeover({
      id: `small${index}`,
      severity: 'low',
      openedAt: '2026-03-03T00:00:00.000Z',
      root: `user:u${index}`,
      subjects: [`user:u${index}`],
    }),
  );
  for (const value of [takeover(), ...small]) await store.state.commitIncident('incident.close', scope, { value }, []);
  const guard = {
    store,
    clock: { now: () => Date.UTC(2026, 2, 3) },
    feeds: [],
    config: { indicatorFeeds: [] },
    content: { current: async () => ({ packs: [] }) },
    authenticator: { authenticate: async () => ({ oid: 'ann', tenant: contoso, name: 'Ann Example' }) },
    responders: { groupsOf: async () => new Set(groups) },
    registry: {
      list: async () => [
        { tenant: contoso, name: 'Contoso', status: 'active', policy: tenantPolicy.parse({ v: 1, responderGroup: group.toUpperCase() }) },
      ],
      authorise: async () => scope,
    },
  } as unknown as Guard;
  const request = new HttpRequest({ url: 'https://guard.example.com/api/state', method: 'GET' });
  const answer = await state(async () => guard).handler(request, new InvocationContext());
  return JSON.parse(String((answer as { body: unknown }).body)) as ConsoleState;
}

describe('the state that the console polls', () => {
  it('shows an open severe incident however many small ones came after it', async () => {
    const { incidents } = await stateFor([group]);
    expect(incidents).toHaveLength(50);
    expect(incidents.map(({ id }) => id)).toContain(takeover().id);
  });

  it('shows nothing of a tenant, nor of the guard, to a person outside its responder group', async () => {
    expect(await stateFor([])).toEqual({
      person: { name: 'Ann Example' },
      sentence: 'No tenant is under guard.',
      tenants: [],
      incidents: [],
      poisoned: {},
      packs: [],
      hunts: [],
      indicatorFeeds: [],
    });
  });
});
