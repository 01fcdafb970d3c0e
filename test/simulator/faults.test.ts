// Requests that are broken on purpose: what each fault looks like to the guard's own clients, where it strikes, and that the guard says of it what is so.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { transportRules } from '../../src/collect/exchange/transport-rules.ts';
import { signInsInteractive } from '../../src/collect/graph/sign-ins-interactive.ts';
import { contoso, fabrikam, startGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const day = 86_400_000;
const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

const guard = await startGuard({ start, makeCloud: (options) => cloud.make(options), simulator: { historyDays: 3 } });
const { board } = guard.simulator.world;
const logs = { signIns: 'graph.signIns.list', exchange: 'exchange.' } as const;

/** What two days of sign-ins and the transport rules read as. */
async function readOnce() {
  const scope = await guard.deps.registry.authorise(contoso.id, 'round');
  const context = { tenant: contoso.id, connection: guard.deps.connect(scope).reader, now: start, touched: [] };
  const signIns = await signInsInteractive.read(context, { from: start - 2 * day, to: start });
  const rules = await transportRules.list(context);
  return { signIns, rules: rules.outcome };
}
async function read() {
  const seen = await readOnce();
  board.clear();
  return seen;
}
const undisturbed = await read();

describe('a broken request', () => {
  const failed = { status: 'failed', cause: expect.any(String) };
  it.each([
    ['throttled', { status: 'throttled', until: start + 10_000 }],
    ['throttled-seconds', { status: 'throttled', until: start + 30_000 }],
    ['internal-error', failed],
    ['bad-gateway', failed],
    ['unavailable', failed],
    ['gateway-timeout', failed],
    ['reset', failed],
    ['silent', failed],
    ['permission-missing', { status: 'denied', permission: expect.any(String) }],
    ['no-p1', { status: 'unlicensed', sku: 'Entra ID P1' }],
  ] as const)('%s reads as what it is, never as nothing found', async (kind, outcome: object) => {
    board.set({ kind, handler: logs.signIns, seconds: 30 });
    const { signIns } = await read();
    expect(signIns).toMatchObject({ outcome, activities: [], readTo: start - 2 * day });
  });

  it('a Retry-After that is a date is heeded by the computer’s own clock', async () => {
    vi.useFakeTimers({ now: start, toFake: ['Date'] });
    try {
      board.set({ kind: 'throttled-date', handler: logs.signIns, seconds: 90 });
      expect((await read()).signIns.outcome).toEqual({ status: 'throttled', until: start + 90_000 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('a cmdlet that the role does not hold is named', async () => {
    board.set({ kind: 'cmdlet-missing', handler: logs.exchange });
    expect((await read()).rules).toMatchObject({
      status: 'denied',
      permission: expect.stringContaining("The term 'Get-TransportRule' is not recognized"),
    });
  });

  it('strikes where, after how many and how often it was told', async () => {
    board.set({ kind: 'throttled', handler: logs.signIns, tenant: contoso.id, after: 1, count: 1 });
    board.set({ kind: 'throttled', handler: logs.signIns, tenant: fabrikam.id });
    const statuses = [];
    for (let round = 0; round < 3; round++) statuses.push((await readOnce()).signIns.outcome.status);
    expect(statuses).toEqual(['complete', 'throttled', 'complete']);
    expect(board.list().map(({ struck }) => struck)).toEqual([1, 0]);
    board.clear();
  });
});

it('who may act is still found out while everything else is broken, unless that is what is broken', () => {
  const membership = { handler: 'graph.users.checkMemberGroups', tenant: contoso.id, concerns: () => true };
  const struck: string[] = [];
  const strike = () =>
    board.strike(membership, ({ fault }) => {
      struck.push(fault.kind);
      return 'ended';
    });
  board.set({ kind: 'permission-missing' });
  strike();
  expect(struck).toEqual([]);
  board.set({ kind: 'unavailable', handler: membership.handler });
  strike();
  expect(struck).toEqual(['unavailable']);
  board.clear();
});

describe('a token that is revoked', () => {
  it('is replaced at once, in the midst of paging too', async () => {
    guard.clock.advance(1_000);
    for (const [kind, handler] of [
      ['token-revoked', logs.signIns],
      ['token-revoked', logs.exchange],
    ] as const) {
      board.set({ kind, handler, count: 1 });
      guard.clock.advance(1_000);
      const { signIns, rules } = await read();
      expect([signIns.outcome, rules]).toEqual([{ status: 'complete' }, { status: 'complete' }]);
      expect(signIns.activities.length).toBe(undisturbed.signIns.activities.length);
    }
  });
});

describe('records that are not what they were', () => {
  it('a record that comes twice is one activity twice; one that changes keeps its id', async () => {
    board.set({ kind: 'duplicates', handler: logs.signIns, count: 1 });
    const twice = (await read()).signIns.activities.map(({ id }) => id);
    expect(new Set(twice)).toEqual(new Set(undisturbed.signIns.activities.map(({ id }) => id)));
    expect(twice.length).toBeGreaterThan(new Set(twice).size);
    board.set({ kind: 'changing', handler: logs.signIns, count: 1 });
    await read();
    const { signIns } = await read();
    expect(new Set(signIns.activities.map(({ id }) => id))).toEqual(new Set(twice));
    expect(signIns.activities[0]?.views[0]?.record).toMatchObject({ riskState: 'atRisk' });
  });
});

describe('consent that is withdrawn in the midst of a round', () => {
  it('shows as denied, with the consent named, and never as complete', async () => {
    board.set({ kind: 'consent-withdrawn', handler: logs.signIns, count: 1 });
    guard.clock.advance(2_000);
    const { signIns, rules } = await read();
    expect(signIns.outcome).toMatchObject({ status: 'denied', permission: expect.stringContaining('AADSTS') });
    expect(rules).toMatchObject({ status: 'denied' });
    guard.clock.advance(2_000);
    // Taken away, the fault has given back what it took.
    expect((await read()).signIns.outcome).toEqual({ status: 'complete' });
  });
});

describe('the services’ clocks and delays', () => {
  it('the Date header tells their time, which may be wrong', async () => {
    const { world, url } = guard.simulator;
    world.settings.skewMs = -240_000;
    const answer = await fetch(`${url}/v1.0/organization`);
    world.settings.skewMs = 0;
    expect(Date.parse(answer.headers.get('date') ?? '')).toBe(Math.floor((guard.clock.now() - 240_000) / 1000) * 1000);
  });

  it('a share of the records becomes visible up to a day later', () => {
    const { world } = guard.simulator;
    const tenant = world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('no such tenant');
    const now = guard.clock.now();
    const log = (name: string) => {
      for (let number = 0; number < 40; number++) world.log(tenant, 'signIns', now, { id: `${name}-${number}` });
    };
    const delaysOf = (name: string) =>
      tenant.signIns
        .entries()
        .filter(({ record }) => String(record['id']).startsWith(name))
        .map(({ visibleAt }) => visibleAt - now);
    world.log(tenant, 'signIns', now - 60_000, { id: 'seen-before' });
    log('on-their-way');
    world.beLate({ share: 0.5, mostMs: day });
    log('late');
    const delays = delaysOf('late');
    // Whoever sets it while an attack is under way need not wait for the next one.
    expect(delaysOf('on-their-way').filter((delay) => delay > 3_600_000).length).toBeGreaterThan(5);
    expect(delaysOf('seen-before')).toEqual([-58_000]);
    world.beLate({ share: 0, mostMs: 0 });
    expect(new Set([...delaysOf('late'), ...delaysOf('on-their-way')])).toEqual(new Set([2_000]));
    expect(delays.filter((delay) => delay > 3_600_000).length).toBeGreaterThan(5);
    expect(delays.filter((delay) => delay < 60_000).length).toBeGreaterThan(5);
    expect(Math.max(...delays)).toBeLessThanOrEqual(day + 60_000);
  });
});
