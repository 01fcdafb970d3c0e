// Several faults at once: none hides another, each strikes only what it concerns, and the counts say what was really struck.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestFaultKind } from '../../simulator/faults.ts';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso } from '../../simulator/worlds/constants.ts';
import { type Answered, type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

let clock: ManualClock;
let simulator: Simulator;
beforeAll(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, historyDays: 1 });
});
beforeEach(() => clock.advance(60));
afterEach(() => simulator.world.board.clear());
afterAll(() => simulator.close());

const signIns = async (): Promise<Answered> =>
  send(simulator, `${simulator.url}/beta/auditLogs/signIns?$top=2&$orderby=createdDateTime%20asc`, { token: await token(simulator) });
const delta = async (link = `${simulator.url}/v1.0/servicePrincipals/delta?$select=displayName`): Promise<Answered> =>
  send(simulator, link, { token: await token(simulator) });
const content = async (): Promise<Answered> =>
  send(
    simulator,
    `${simulator.activityUrl}/api/v1.0/${contoso.id}/activity/feed/subscriptions/content?contentType=Audit.Exchange&PublisherIdentifier=${contoso.id}`,
    { token: await token(simulator, { audience: audiences.activity }) },
  );
const set = (...kinds: RequestFaultKind[]): void => {
  for (const kind of kinds) simulator.world.board.set({ kind });
};
const struck = () => Object.fromEntries(simulator.world.board.list().map((fault) => [fault.kind, fault.struck]));

describe('faults that were set for all requests', () => {
  it('of delta queries strike those that follow a link and nothing else', async () => {
    set('delta-replays', 'delta-sparse', 'delta-forgets', 'delta-reset');
    await signIns();
    await content();
    const first = await delta();
    expect(struck()).toEqual({ 'delta-replays': 0, 'delta-sparse': 0, 'delta-forgets': 0, 'delta-reset': 0 });
    const next = await delta(String(first.json()['@odata.deltaLink']));
    expect(next.status).toBe(410);
    expect(struck()).toEqual({ 'delta-replays': 1, 'delta-sparse': 1, 'delta-forgets': 1, 'delta-reset': 1 });
  });

  it.each(['throttled', 'consent-withdrawn', 'internal-error'] as const)('let %s through behind them', async (kind) => {
    set('delta-replays', 'delta-forgets', 'audit-off', 'no-p2', 'no-mailbox', 'cmdlet-missing', kind);
    expect((await signIns()).status).toBeGreaterThanOrEqual(400);
    expect(struck()).toMatchObject({ [kind]: 1, 'delta-replays': 0, 'audit-off': 0, 'no-p2': 0, 'no-mailbox': 0, 'cmdlet-missing': 0 });
    clock.advance(60);
  });

  it('of the audit log strike the Activity API only', async () => {
    set('delta-sparse', 'audit-off');
    expect((await signIns()).status).toBe(200);
    expect((await content()).json()['error']).toMatchObject({ message: expect.stringContaining('does not exist') });
    expect(struck()).toEqual({ 'delta-sparse': 0, 'audit-off': 1 });
  });

  it('change what all services do and let another refuse the same request', async () => {
    set('late', 'wrong-clock', 'throttled');
    expect((await signIns()).status).toBe(429);
    expect(struck()).toEqual({ late: 1, 'wrong-clock': 1, throttled: 1 });
  });
});

describe('what is spoilt of an answer', () => {
  it('is spoilt by each fault in turn', async () => {
    set('duplicates', 'changing', 'reset');
    await expect(signIns()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(struck()).toEqual({ duplicates: 1, changing: 1, reset: 1 });
  });

  it('is not counted where there is nothing to spoil or the request was refused', async () => {
    set('duplicates', 'moving-pages', 'changing', 'unavailable');
    expect((await signIns()).status).toBe(503);
    expect(struck()).toEqual({ duplicates: 0, 'moving-pages': 0, changing: 0, unavailable: 1 });
    simulator.world.board.clear();
    set('moving-pages', 'changing');
    await delta();
    expect(struck()).toEqual({ 'moving-pages': 0, changing: 0 });
  });

  it('lets those pass that concern it not, when some shall pass before', async () => {
    simulator.world.board.set({ kind: 'audit-off', after: 1, count: 1 });
    await signIns();
    await signIns();
    await content();
    expect(struck()).toEqual({ 'audit-off': 0 });
    await content();
    expect(struck()).toEqual({ 'audit-off': 1 });
  });
});
