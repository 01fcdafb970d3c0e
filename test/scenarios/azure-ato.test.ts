// The Azure account takeover from the first sign-in to the undo, as a responder lives it: one card, one press, each step read back, and back again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { responders, victims } from '../../simulator/worlds/constants.ts';
import { continueContainment } from '../../src/contain/execute.ts';
import { press } from '../../src/contain/press.ts';
import { undo } from '../../src/contain/undo.ts';
import type { Responder } from '../../src/contracts/containment.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { brokenAt } from '../../src/store/journal.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const victim = victims.contoso.finance;
const ingrid: Responder = { oid: responders.first.id, tenant: contoso.id, name: 'Ingrid Solberg', via: 'console' };
const roundMs = 15_000;

let guard: TestGuard;
let scope: TenantScope;
beforeAll(async () => {
  guard = await startGuard({ start, simulator: { historyDays: 30 } });
  scope = await guard.deps.registry.authorise(contoso.id, 'respond');
});
afterAll(() => guard.close());

const incidents = async (): Promise<Incident[]> => (await guard.deps.store.state.incidents(scope, 50)).map(({ value }) => value);
const account = () => guard.simulator.world.tenants.get(contoso.id)?.users.current(victim.id);
const methods = () =>
  (guard.simulator.world.tenants.get(contoso.id)?.methods.all() ?? [])
    .filter(([, method]) => method.userId === victim.id)
    .map(([, method]) => method['@odata.type']);

describe('an account takeover, from first sign-in to undo', () => {
  let incident: Incident;
  let containmentId: string;
  let before: string[];

  it('first light: thirty days are read and nothing is cried', async () => {
    const fast = await guard.round(contoso.id, 'fast');
    const config = await guard.round(contoso.id, 'config');
    expect(fast).toMatchObject({ outcome: 'done', cards: 0 });
    // The federation that stands there is told once, to nobody in particular.
    expect(config).toMatchObject({ outcome: 'done', findings: 1, cards: 0 });
    before = methods();
  });

  it('the attack is caught within two rounds of its entry becoming visible', async () => {
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    let rounds = 0;
    // The entry happens 20 seconds after the start and is readable 2 seconds later.
    guard.clock.advance(22_000);
    while ((await incidents()).length === 0 && rounds < 2) {
      await guard.round(contoso.id, 'fast');
      rounds++;
      guard.clock.advance(roundMs);
    }
    expect(await incidents()).toHaveLength(1);
  });

  it('the story goes on in one incident, with the campaign confirmed and the severity raised by the victim’s title', async () => {
    for (let round = 0; round < 8; round++) {
      await guard.round(contoso.id, 'fast');
      guard.clock.advance(roundMs);
    }
    const all = await incidents();
    expect(all).toHaveLength(1);
    incident = all[0] as Incident;
    expect(incident.root).toBe(`user:${victim.id}`);
    expect(incident.severity).toBe('critical');
    expect(incident.campaigns).toContainEqual(expect.objectContaining({ id: 'azure-ato-2024', confirmed: true }));
    expect(incident.why.join(' ')).toContain('user agent');
    expect(incident.against.length).toBeGreaterThan(0);
    expect(incident.timeline.map(({ time }) => time)).toEqual(incident.timeline.map(({ time }) => time).sort());
  });

  it('its card reaches the channel once per state that matters', async () => {
    expect(await guard.deps.deliver(scope, incident.id)).toBe('accepted');
    expect(await guard.deps.deliver(scope, incident.id)).toBe('nothing');
    const posts = guard.simulator.control.posts();
    expect(posts).toHaveLength(1);
    expect(JSON.stringify(posts[0]?.body)).toContain('Marta Ferrer'.split(' ')[0]?.toLowerCase() ?? '');
  });

  it('one press contains it: the account is blocked, sessions end, the attacker’s methods go, and each step is read back', async () => {
    expect(methods().length).toBeGreaterThan(before.length);
    const request = '5f0f7a52-0000-4000-8000-000000000001';
    const first = press(guard.deps, scope, { incident: incident.id, kind: 'contain', request, by: ingrid });
    const second = press(guard.deps, scope, { incident: incident.id, kind: 'contain', request, by: ingrid });
    const results = await Promise.all([first, second]);
    for (const result of results) expect('containment' in result).toBe(true);
    containmentId = results.map((result) => ('containment' in result ? result.containment.id : ''))[0] ?? '';
    expect(new Set(results.map((result) => ('containment' in result ? result.containment.id : ''))).size).toBe(1);
    for (let look = 0; look < 20; look++) {
      guard.clock.advance(roundMs);
      await continueContainment(guard.deps, scope, containmentId);
    }
    const done = (await guard.deps.store.journal.containment(scope, containmentId))?.value;
    expect(done?.status).toBe('done');
    expect(done?.steps.map(({ id, result }) => [id, result?.outcome])).toEqual([
      ['block-sign-in', 'contained'],
      ['end-sessions', 'contained'],
      ['remove-methods', 'contained'],
      ['end-sessions-again', 'contained'],
    ]);
    expect(account()).toMatchObject({ accountEnabled: false });
    expect(methods()).toEqual(before);
  });

  it('the journal holds the intent before the deed, one result per step, and an unbroken chain', async () => {
    const entries = await guard.deps.store.journal.entries(scope, containmentId);
    expect(entries[0]?.kind).toBe('intent');
    expect(entries.filter(({ kind }) => kind === 'intent')).toHaveLength(1);
    for (const step of ['block-sign-in', 'end-sessions', 'remove-methods', 'end-sessions-again'])
      expect(entries.filter((entry) => entry.kind === 'result' && entry.step === step)).toHaveLength(1);
    expect(brokenAt(scope, containmentId, entries)).toBeUndefined();
  });

  it('the attacker meets a closed door, and the incident says that it is contained', async () => {
    for (let round = 0; round < 10; round++) {
      guard.clock.advance(roundMs);
      await guard.round(contoso.id, 'fast');
    }
    const [now, ...others] = await incidents();
    expect(others).toEqual([]);
    expect(now?.status).toBe('contained');
  });

  it('undo restores the account, says what it cannot restore, and refuses to do so twice', async () => {
    const request = {
      containment: containmentId,
      request: '5f0f7a52-0000-4000-8000-000000000002',
      by: ingrid,
      reason: 'A drill: Marta was on a journey.',
    };
    const result = await undo(guard.deps, scope, request);
    expect('containment' in result).toBe(true);
    for (let look = 0; look < 20; look++) {
      guard.clock.advance(roundMs);
      await continueContainment(guard.deps, scope, containmentId);
    }
    const undone = (await guard.deps.store.journal.containment(scope, containmentId))?.value;
    expect(undone?.status).toBe('undone');
    expect(account()).toMatchObject({ accountEnabled: true });
    const methodsStep = undone?.steps.find(({ id }) => id === 'remove-methods');
    expect(methodsStep?.undo).toMatchObject({ outcome: 'refused' });
    const again = await undo(guard.deps, scope, { ...request, request: '5f0f7a52-0000-4000-8000-000000000003' });
    expect('refused' in again).toBe(true);
  });
});

describe('the same attack in a tenant without Entra ID P1', () => {
  it('the registered method is the first alarm, and the card says what could not be read', async () => {
    const there = await guard.deps.registry.authorise(fabrikam.id, 'respond');
    await guard.round(fabrikam.id, 'fast');
    const known = new Set((await guard.deps.store.state.incidents(there, 50)).map(({ value }) => value.id));
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'fabrikam' });
    for (let round = 0; round < 6; round++) {
      guard.clock.advance(roundMs);
      await guard.round(fabrikam.id, 'fast');
    }
    const fresh = (await guard.deps.store.state.incidents(there, 50)).map(({ value }) => value).filter(({ id }) => !known.has(id));
    expect(fresh).toHaveLength(1);
    expect(fresh[0]?.root).toBe(`user:${victims.fabrikam.finance.id}`);
    expect(fresh[0]?.timeline[0]?.text).toMatch(/method/i);
    expect(fresh[0]?.unread.join(' ')).toContain('sign-ins are read an hour or more late');
  });
});
