// How long the facts of a person are kept: a quarter of an hour where the directory told them, a minute where it knew nobody or did not answer.
import { describe, expect, it } from 'vitest';
import { createDirectoryReader } from '../../../src/collect/graph/directory-facts.ts';
import { type Graph, ServiceError } from '../../../src/tenants/connections.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { contoso, scopeOf } from '../../support/scope.ts';

const minute = 60_000;
const user = 'user:c1000000-0000-4000-8000-000000000001';
const nobody = new ServiceError('graph', 404, 'Request_ResourceNotFound', 'Resource does not exist.');
const busy = new ServiceError('graph', 503, 'ServiceUnavailable', 'busy');

function directory() {
  const clock = manualClock(Date.UTC(2026, 2, 2, 3, 0));
  const state: { error: ServiceError | undefined; rolesError: ServiceError | undefined; asked: number } = {
    error: undefined,
    rolesError: undefined,
    asked: 0,
  };
  const graph: Pick<Graph, 'request' | 'pages'> = {
    async request() {
      state.asked++;
      if (state.error !== undefined) throw state.error;
      return { id: 'c1', displayName: 'Marta Ferrer', jobTitle: 'Treasurer', accountEnabled: true, onPremisesSyncEnabled: null };
    },
    async *pages() {
      if (state.rolesError !== undefined) throw state.rolesError;
      yield [];
    },
  };
  const reader = createDirectoryReader({ clock });
  const read = async () => (await reader.read(scopeOf(contoso), graph as Graph, [user])).get(user);
  return { clock, state, read };
}

describe('facts of a person', () => {
  it('are asked for once in a quarter of an hour', async () => {
    const { clock, state, read } = directory();
    expect(await read()).toMatchObject({ title: 'Treasurer', roles: [] });
    clock.advance(14 * minute);
    await read();
    expect(state.asked).toBe(1);
    clock.advance(2 * minute);
    await read();
    expect(state.asked).toBe(2);
  });
  it('whom a replica does not know yet are asked for again by the next round', async () => {
    const { clock, state, read } = directory();
    state.error = nobody;
    expect(await read()).toMatchObject({ absent: true });
    state.error = undefined;
    clock.advance(2 * minute);
    expect(await read()).toMatchObject({ title: 'Treasurer' });
    expect(await read()).not.toHaveProperty('absent');
  });
  it('whom the directory has not known for a quarter of an hour are believed to be none, for as long again', async () => {
    const { clock, state, read } = directory();
    state.error = nobody;
    await read();
    clock.advance(15 * minute);
    await read();
    clock.advance(14 * minute);
    expect(await read()).toMatchObject({ absent: true });
    expect(state.asked).toBe(2);
  });
  it('that could not be read are unknown, and asked for again by the next round', async () => {
    const { clock, state, read } = directory();
    Object.assign(state, { error: busy, rolesError: busy });
    expect(await read()).toBeUndefined();
    Object.assign(state, { error: undefined, rolesError: undefined });
    clock.advance(2 * minute);
    expect(await read()).toMatchObject({ title: 'Treasurer', roles: [] });
  });
});
