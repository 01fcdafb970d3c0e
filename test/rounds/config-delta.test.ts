// Configuration that is read by delta queries, in whole rounds: what a quiet round costs, that a change tells what a whole reading would, and what is said where the service left one out.
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordedRequest } from '../../simulator/handlers/control/control.ts';
import { figuresOf } from '../../src/tenants/feed-health.ts';
import { contoso, startGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const hour = 3_600_000;
const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());
const guard = await startGuard({ start, makeCloud: (options) => cloud.make(options), simulator: { historyDays: 1, ordinary: false } });
const { world, control } = guard.simulator;
const scope = await guard.deps.registry.authorise(contoso.id, 'show');
const tenant = world.tenants.get(contoso.id);
if (tenant === undefined) throw new Error('no such tenant');
await guard.round(contoso.id, 'config');
beforeEach(() => {
  world.board.clear();
  guard.clock.advance(30 * 60_000);
});

const stateOf = async (feed: string) => (await guard.deps.store.state.feeds(scope)).find((state) => state.feed === feed);
const pathsOf = (requests: readonly RecordedRequest[]) => requests.flatMap(({ path }) => /^\/v1\.0(\/[^?]*)/.exec(path)?.[1] ?? []);
async function roundOf() {
  const before = control.requests().length;
  await guard.round(contoso.id, 'config');
  return control.requests().slice(before);
}
async function changes(feed: string) {
  const found = [];
  for (const { date } of await guard.deps.store.blobs.days(scope))
    for await (const activity of guard.deps.store.blobs.activities(scope, date)) if (activity.feed === feed) found.push(activity);
  return found;
}
const app = {
  id: '00000000-0000-4000-8000-000000000001',
  appId: '10000000-0000-4000-8000-000000000001',
  displayName: 'Helper',
  createdDateTime: '2026-03-02T10:00:00Z',
  accountEnabled: true,
};

describe('a round of configuration', () => {
  it('where nothing changed asks each delta query once, and nothing else of these collections', async () => {
    const asked = pathsOf(await roundOf()).filter((path) => /^\/(servicePrincipals|applications|oauth2PermissionGrants)(\/|$)/.test(path));
    expect(asked.filter((path) => !path.includes('appRoleAssignedTo')).sort()).toEqual([
      '/applications/delta',
      '/oauth2PermissionGrants/delta',
      '/servicePrincipals/delta',
    ]);
    expect(await stateOf('service-principals')).toMatchObject({ outcome: { status: 'complete' }, readTo: guard.clock.now(), lastCount: 0 });
  });

  it('tells a new application once, with what a list would say of it', async () => {
    tenant.servicePrincipals.write(app.id, app, guard.clock.now() - 60_000);
    await roundOf();
    guard.clock.advance(30 * 60_000);
    world.board.set({ kind: 'delta-replays', handler: 'graph.servicePrincipals.delta' });
    await roundOf();
    const told = await changes('service-principals');
    expect(told.map(({ subject, views }) => [subject, views[0]?.record['change']])).toEqual([[`app:${app.appId}`, 'created']]);
    expect(told[0]?.views[0]?.record['after']).toEqual({
      ...app,
      appOwnerOrganizationId: null,
      disabledByMicrosoftStatus: null,
      keyCredentials: [],
      passwordCredentials: [],
      replyUrls: [],
      servicePrincipalType: null,
      tags: [],
      verifiedPublisher: null,
    });
  });

  it('names a grant’s application although nothing was told of the application itself', async () => {
    const grant = { id: 'g1', clientId: app.id, consentType: 'AllPrincipals', principalId: null, resourceId: app.id, scope: 'Mail.Read' };
    tenant.permissionGrants.write(grant.id, grant, guard.clock.now() - 60_000);
    await roundOf();
    expect((await changes('permission-grants')).map(({ subject }) => subject)).toEqual([`app:${app.appId}`]);
  });

  it('keeps link and snapshot in one row: a round that dies between snapshot and marks is done again and ends the same', async () => {
    const before = await stateOf('service-principals');
    tenant.servicePrincipals.write(app.id, { ...app, accountEnabled: false }, guard.clock.now() - 60_000);
    const dying = guard.restart((point) => {
      if (point === 'round.commit') throw new Error('the process died');
    });
    await expect(dying.round(contoso.id, 'config')).rejects.toThrow();
    expect(await stateOf('service-principals')).toEqual(before);
    // The dead worker's lease runs out first.
    guard.clock.advance(10 * 60_000);
    await roundOf();
    const told = (await changes('service-principals')).filter(({ views }) => views[0]?.record['change'] === 'changed');
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect((await stateOf('service-principals'))?.snapshot).not.toBe(before?.snapshot);
  });

  it('reads everything again where the service forgot the link, and tells nothing twice', async () => {
    const count = (await changes('service-principals')).length;
    world.board.set({ kind: 'delta-reset' });
    const asked = pathsOf(await roundOf()).filter((path) => path === '/servicePrincipals/delta');
    expect(asked).toHaveLength(2);
    expect((await changes('service-principals')).length).toBe(count);
    guard.clock.advance(8 * 24 * hour);
    world.board.clear();
    await roundOf();
    expect(await stateOf('service-principals')).toMatchObject({ outcome: { status: 'complete' } });
    expect((await changes('service-principals')).length).toBe(count);
  });

  it('finds within a day what the service did not tell, and says so loudly', async () => {
    world.board.set({ kind: 'delta-forgets', handler: 'graph.servicePrincipals.delta' });
    tenant.servicePrincipals.write(app.id, { ...app, displayName: 'Never told' }, guard.clock.now() - 60_000);
    const before = await changes('service-principals');
    for (let hours = 0; hours <= 24; hours += 6) {
      await roundOf();
      guard.clock.advance(6 * hour);
    }
    const told = (await changes('service-principals')).slice(before.length);
    expect(told.map(({ subjectName, views }) => [subjectName, views[0]?.record['change']])).toEqual([['Never told', 'changed']]);
    const state = await stateOf('service-principals');
    const figures = figuresOf(state, undefined);
    expect(figures.onTime).toBeLessThan(1);
    expect(figures.lastError?.text).toMatch(/^1 of \d+ objects had changed without the service telling it; everything was read anew$/);
    expect(guard.events.filter(({ event }) => event === 'collect.change-untold')).toEqual([
      {
        event: 'collect.change-untold',
        fields: { tenant: contoso.id, feed: 'service-principals', objects: expect.any(Number), missed: 1 },
      },
    ]);
    expect(state?.settledTo).toBeGreaterThan(start);
  });
});
