import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/tenants/authenticate.ts';
import type { Graph } from '../../src/tenants/connections.ts';
import { createResponders } from '../../src/tenants/responders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { contoso } from '../support/scope.ts';

const group = 'a0000000-0000-4000-8000-000000000001';
const ann: Person = { oid: 'a1000000-0000-4000-8000-000000000001', tenant: contoso, name: 'Ann Example', signedInAt: undefined };

function directory() {
  const clock = manualClock(Date.UTC(2026, 2, 2, 3, 0));
  const state = { members: [group.toUpperCase()], asked: 0 };
  const graph = {
    request: async () => {
      state.asked++;
      return { value: state.members };
    },
  } as unknown as Graph;
  return { clock, state, responders: createResponders({ home: { graph, tenant: contoso }, clock }) };
}

describe('who may act', () => {
  it('is asked live at every press: whoever was removed from the group a moment ago is refused', async () => {
    const { state, responders } = directory();
    await responders.groupsOf(ann, [group]);
    await expect(responders.require(ann, group)).resolves.toBeUndefined();
    state.members = [];
    await expect(responders.require(ann, group)).rejects.toThrow('not in the responder group');
  });

  it('nobody where no group is set, and nobody from another tenant, without asking', async () => {
    const { state, responders } = directory();
    await expect(responders.require(ann, '')).rejects.toThrow('nobody may act');
    const stranger = { ...ann, tenant: '33333333-3333-4333-8333-333333333333' };
    await expect(responders.require(stranger, group)).rejects.toThrow('own tenant');
    expect(await responders.groupsOf(stranger, [group])).toEqual(new Set());
    expect(state.asked).toBe(0);
  });
});

describe('who may look', () => {
  it('is kept for a minute, then asked again', async () => {
    const { clock, state, responders } = directory();
    expect(await responders.groupsOf(ann, ['', group])).toEqual(new Set([group]));
    state.members = [];
    clock.advance(59_999);
    expect(await responders.groupsOf(ann, ['', group])).toEqual(new Set([group]));
    clock.advance(1);
    expect(await responders.groupsOf(ann, ['', group])).toEqual(new Set());
  });
});
