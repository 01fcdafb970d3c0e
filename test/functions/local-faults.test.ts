// The local panel's switches: what can be broken is listed, and one fault of one tenant is switched on, set anew and switched off in the simulator.
import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterAll, expect, it, vi } from 'vitest';
import type { Guard } from '../../functions/guard.ts';
import { localFaults, setLocalFault } from '../../functions/local-faults.ts';
import { contoso } from '../../simulator/worlds/constants.ts';
import { tenantPolicy } from '../../src/contracts/policy.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { scopeOf } from '../support/scope.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());
const simulator = await cloud.make({ clock: { now: () => Date.UTC(2026, 2, 2) }, ordinary: false });
const policy = tenantPolicy.parse({ v: 1, responderGroup: 'a0000000-0000-4000-8000-000000000001' });
const guard = {
  authenticator: { authenticate: async () => ({ oid: 'ann', tenant: contoso.id, name: 'Ann Example' }) },
  responders: { require: async () => undefined },
  registry: { authorise: async (tenant: string) => scopeOf(tenant), entry: async () => ({ tenant: contoso.id, policy }) },
} as unknown as Guard;

async function press(fault: string, body: unknown) {
  const request = new HttpRequest({
    url: `https://guard.example.com/api/local/tenants/${contoso.id}/faults/${fault}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: { string: JSON.stringify(body) },
    params: { tenant: contoso.id, fault },
  });
  return setLocalFault(async () => guard, simulator.controlUrl).handler(request, new InvocationContext());
}

it('lists every fault in words', async () => {
  const request = new HttpRequest({ url: 'https://guard.example.com/api/local/faults', method: 'GET' });
  const answer = await localFaults(async () => guard, simulator.controlUrl).handler(request, new InvocationContext());
  expect(JSON.parse(String((answer as { body: unknown }).body))).toMatchObject({
    kinds: expect.arrayContaining([{ kind: 'reset', title: 'The connection breaks in mid-answer' }]),
    standing: [],
  });
});

it('switches one fault of a tenant on with its scope, sets it anew, and off; an unknown one is refused', async () => {
  const { board } = simulator.world;
  await press('reset', { on: true, handler: 'graph.', after: 2, count: 1 });
  await press('unavailable', { on: true });
  expect(board.list()).toMatchObject([
    { kind: 'reset', tenant: contoso.id, handler: 'graph.', after: 2, count: 1, struck: 0 },
    { kind: 'unavailable' },
  ]);
  await press('reset', { on: true });
  expect(board.list().filter(({ kind }) => kind === 'reset')).toHaveLength(1);
  await press('reset', { on: false });
  await press('unavailable', { on: false });
  expect(board.list()).toEqual([]);
  expect(await press('no-such-fault', { on: true })).toMatchObject({ status: 422 });
});
