import { describe, expect, it } from 'vitest';
import { continueContainment } from '../../src/contain/execute.ts';
import { press } from '../../src/contain/press.ts';
import type { Containment } from '../../src/contracts/containment.ts';
import { brokenAt, headOf } from '../../src/store/journal.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { globalAdministrator, ids } from './fake-tenant.ts';
import { ann, pressOf, scope, start, takeover, type World, world } from './setup.ts';

const contained = async (at: World, kind = pressOf()): Promise<Containment> => {
  const result = await press(at.tools(), scope, kind);
  if ('refused' in result) throw new Error(result.refused.why);
  return result.containment;
};
const outcomes = (containment: Containment) => containment.steps.map((step) => step.result?.outcome);
const path = `/users/${ids.victim}`;

describe('pressing Contain', () => {
  it('closes the door, throws out, locks, throws out again, and is green only once every change was seen', async () => {
    const at = await world();
    const containment = await contained(at);
    expect(at.tenant.writes).toEqual([
      `PATCH ${path}`,
      `POST ${path}/revokeSignInSessions`,
      `DELETE ${path}/authentication/phoneMethods/attacker-phone`,
      `DELETE ${path}/authentication/microsoftAuthenticatorMethods/attacker-app`,
      `POST ${path}/revokeSignInSessions`,
    ]);
    expect(outcomes(containment)).toEqual(['contained', 'contained', 'contained', 'contained']);
    expect(containment.status).toBe('done');
    expect(containment.staysOpen).toEqual(['Open apps may last up to an hour.']);
    expect(at.clock.now() - start).toBeGreaterThan(at.tenant.lagMs);
    const incident = (await at.tools().store.state.incident(scope, at.incident.id))?.value;
    expect(incident).toMatchObject({ status: 'contained', containment: containment.id, containedAt: containment.endedAt });
  });

  it('leaves the password and the methods from before the takeover alone', async () => {
    const at = await world();
    await contained(at);
    expect(at.tenant.methods.map((method) => method.id)).toEqual(['28c10230-6103-485e-b985-444c60001490', 'own']);
  });

  it('keeps an unbroken journal: intent, then state before, act, look and result of each step', async () => {
    const at = await world();
    const { id } = await contained(at);
    const entries = await at.tools().store.journal.entries(scope, id);
    expect(brokenAt(scope, id, entries)).toBeUndefined();
    expect(entries[0]).toMatchObject({ kind: 'intent', by: ann });
    for (const step of ['block-sign-in', 'end-sessions', 'remove-methods', 'end-sessions-again'])
      expect(entries.filter((entry) => entry.step === step).map((entry) => entry.kind)).toEqual([
        'state-before',
        'acted',
        'looked',
        'result',
      ]);
  });

  it('leaves a copy of the journal and the end of its chain where nobody can change it', async () => {
    const at = await world();
    const { id } = await contained(at);
    const { store } = at.tools();
    const entries = await store.journal.entries(scope, id);
    const head = headOf(scope, id, entries);
    expect(await store.blobs.evidence(scope, id, `journal-${entries.length}`)).toEqual({ head, entries });
    const forged = entries.map((entry) => ({ ...entry, at: '2026-03-02T03:00:09.000Z' }));
    expect(headOf(scope, id, forged)).not.toBe(head);
  });

  it('puts one card of the end into the outbox, with its due row and bell', async () => {
    const at = await world();
    const { endedAt } = await contained(at);
    const { store } = at.tools();
    const out = await store.state.outboxOf(scope, at.incident.id);
    expect(out.map(({ value }) => [value.reason, value.status])).toEqual([['contained', 'waiting']]);
    expect((await store.due.ofTenant(scope)).map((due) => [due.kind, due.dueAt])).toEqual([['outbox', Date.parse(endedAt ?? '') + 60_000]]);
  });

  it('freezes evidence before the first step that removes something', async () => {
    const at = await world();
    const { id } = await contained(at);
    const frozen = (await at.tools().store.blobs.evidence(scope, id, 'methods')) as { id: string }[];
    expect(frozen.map((method) => method.id)).toContain('attacker-phone');
  });

  it('says that evidence could not be frozen, and goes on', async () => {
    const at = await world();
    let reads = 0;
    at.tenant.refuse = (call) =>
      call.endsWith('/authentication/methods') && ++reads === 2 ? new ServiceError('graph', 403, 'Forbidden', 'busy') : undefined;
    const containment = await contained(at);
    expect(containment.staysOpen).toContain('Evidence (methods) could not be frozen: busy');
    expect(outcomes(containment)).toEqual(['contained', 'contained', 'contained', 'contained']);
  });

  it('tells the command for a synchronised account, where on-premises wins', async () => {
    const at = await world();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { onPremisesSyncEnabled: true, onPremisesSamAccountName: 'mferrer' });
    expect((await contained(at)).staysOpen).toContain(
      'The account is synchronised and on-premises wins: run Disable-ADAccount -Identity "mferrer" on premises too.',
    );
  });

  it('never puts a hostile account name into a command', async () => {
    const at = await world();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { onPremisesSyncEnabled: true, onPremisesSamAccountName: '"; Remove-Item C:\\' });
    expect((await contained(at)).staysOpen.join()).not.toContain('Remove-Item');
  });

  it('counts a change that was there already as green, once it was sent again and seen', async () => {
    const at = await world();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { accountEnabled: false });
    const containment = await contained(at);
    expect(containment.steps[0]?.result).toEqual({ outcome: 'already', detail: 'Sign-in was blocked already.' });
    expect(at.tenant.writes[0]).toBe(`PATCH ${path}`);
  });
});

describe('pressing Sign out only', () => {
  it('ends the sessions, leaves the case open and says that the password is unchanged', async () => {
    const at = await world();
    const containment = await contained(at, pressOf('sign-out'));
    expect(at.tenant.writes).toEqual([`POST ${path}/revokeSignInSessions`]);
    expect(containment.staysOpen).toContain('The password is unchanged: whoever knows it can sign in again.');
    expect((await at.tools().store.state.incident(scope, at.incident.id))?.value.status).toBe('open');
  });
});

describe('pressing Disable connector', () => {
  const connector = { root: `connector:${ids.connector}`, subjects: [`connector:${ids.connector}`] } as const;
  it('disables it and reads it back', async () => {
    const at = await world({ ...connector, subjects: [...connector.subjects] });
    expect(outcomes(await contained(at, pressOf('disable-connector')))).toEqual(['contained']);
    expect(at.tenant.connectors[0]?.Enabled).toBe(false);
    expect((await at.tools().store.state.incident(scope, at.incident.id))?.value.status).toBe('contained');
  });
  it('refuses a connector of the hybrid set-up', async () => {
    const at = await world({ ...connector, subjects: [...connector.subjects] });
    Object.assign(at.tenant.connectors[0] ?? {}, { ConnectorSource: 'HybridWizard' });
    expect(outcomes(await contained(at, pressOf('disable-connector')))).toEqual(['refused']);
    expect(at.tenant.writes).toEqual([]);
  });
  it('takes one that somebody deleted as done', async () => {
    const at = await world({ ...connector, subjects: [...connector.subjects] });
    at.tenant.connectors = [];
    expect(outcomes(await contained(at, pressOf('disable-connector')))).toEqual(['already']);
  });
});

describe('a step that fails', () => {
  const denied = new ServiceError('graph', 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  it('is red with the portal’s address, the later steps still run, and the case stays open', async () => {
    const at = await world();
    at.tenant.refuse = (call) => (call.startsWith('PATCH') ? denied : undefined);
    const containment = await contained(at);
    expect(outcomes(containment)).toEqual(['failed', 'failed', 'contained', 'contained', 'contained']);
    expect(containment.steps[0]?.result).toMatchObject({ next: expect.stringContaining(`https://entra.microsoft.com/`) });
    expect(containment.staysOpen).toContain('The account is still open: whoever has the password can sign in and register methods again.');
    const { store } = at.tools();
    expect((await store.state.incident(scope, at.incident.id))?.value.status).toBe('open');
    expect((await store.state.outboxOf(scope, at.incident.id)).map(({ value }) => value.reason)).toEqual(['failed']);
  });

  it('says which methods were removed and which not', async () => {
    const at = await world();
    at.tenant.refuse = (call) => (call.endsWith('attacker-app') ? denied : undefined);
    const containment = await contained(at);
    expect(containment.steps[2]?.result).toMatchObject({ outcome: 'failed', cause: expect.stringContaining('1 of 2 removed') });
  });

  it('is unverified, never green, when the change is not seen within the schedule', async () => {
    const at = await world();
    at.tenant.lagMs = 3_600_000;
    let containment = await contained(at, pressOf('sign-out'));
    expect(containment.steps[0]?.result?.outcome).toBe('verifying');
    for (let round = 0; round < 5 && containment.status !== 'done'; round++) {
      const due = (await at.tools().store.due.ofTenant(scope)).find((entry) => entry.kind === 'containment');
      at.clock.set(due?.dueAt ?? at.clock.now());
      containment = (await continueContainment(at.tools(), scope, containment.id)) ?? containment;
    }
    expect(containment.steps[0]?.result?.outcome).toBe('unverified');
    expect(await at.tools().store.due.ofTenant(scope)).toEqual([expect.objectContaining({ kind: 'outbox' })]);
  });
});

describe('pressing again', () => {
  it('with the same request gives the stored containment and does nothing', async () => {
    const at = await world();
    const first = await contained(at);
    const writes = at.tenant.writes.length;
    expect((await contained(at)).id).toBe(first.id);
    expect(at.tenant.writes).toHaveLength(writes);
  });
  it('at the same moment, with one request or with two, gives one containment', async () => {
    for (const requests of [
      ['one', 'one'],
      ['one', 'two'],
    ] as const) {
      const at = await world();
      const results = await Promise.all(requests.map((request) => press(at.tools(), scope, pressOf('contain', request))));
      const found = new Set(results.map((result) => ('containment' in result ? result.containment.id : 'refused')));
      expect(found.size).toBe(1);
      expect(at.tenant.writes.filter((write) => write.startsWith('PATCH'))).toHaveLength(1);
    }
  });
  it('a press that died before it was linked to its incident gives way to the one that came after it', async () => {
    const at = await world();
    await expect(press(at.tools(crashAt('contain.link-incident', 'before')), scope, pressOf())).rejects.toThrow(CrashError);
    at.clock.advance(1);
    const second = await contained(at, pressOf('contain', 'press-2'));
    const writes = at.tenant.writes.length;
    const { store } = at.tools();
    const [due] = (await store.due.ofTenant(scope)).filter(({ kind }) => kind === 'containment');
    const first = await continueContainment(at.tools(), scope, due?.id ?? '');
    expect(new Set(first?.steps.map((step) => step.result?.outcome))).toEqual(new Set(['refused']));
    expect(at.tenant.writes).toHaveLength(writes);
    expect((await store.state.incident(scope, at.incident.id))?.value.containment).toBe(second.id);
  });
  it('refuses a request id that meant something else', async () => {
    const at = await world();
    await contained(at);
    expect(await press(at.tools(), scope, pressOf('sign-out'))).toHaveProperty('refused');
  });
});

describe('the guards', () => {
  it('refuse a protected account, whatever the spelling of its id, and change nothing', async () => {
    const at = await world({}, { protectedObjects: [ids.victim.toUpperCase()] });
    expect(new Set(outcomes(await contained(at)))).toEqual(new Set(['refused']));
    expect(at.tenant.writes).toEqual([]);
  });
  it('never disable the last working Global Administrator, but still end the sessions', async () => {
    const at = await world();
    at.tenant.roles.splice(0, 1, { principalId: ids.victim, roleDefinitionId: globalAdministrator });
    expect(outcomes(await contained(at))).toEqual(['refused', 'contained', 'contained', 'contained']);
  });
  it('never let two administrators, contained at the same moment, count on each other', async () => {
    const at = await world();
    at.tenant.roles.push({ principalId: ids.victim, roleDefinitionId: globalAdministrator });
    const second = takeover({ id: '9'.repeat(32), root: `user:${ids.admin}`, subjects: [`user:${ids.admin}`] });
    await at.tools().store.state.commitIncident('incident.close', scope, { value: second }, []);
    await Promise.all([
      press(at.tools(), scope, pressOf()),
      press(at.tools(), scope, { ...pressOf('contain', 'press-2'), incident: second.id }),
    ]);
    expect([...at.tenant.users.values()].some(({ accountEnabled }) => accountEnabled)).toBe(true);
  });
  it('do not count a disabled administrator as a working one', async () => {
    const at = await world();
    at.tenant.roles.push({ principalId: ids.victim, roleDefinitionId: globalAdministrator });
    Object.assign(at.tenant.users.get(ids.admin) ?? {}, { accountEnabled: false });
    expect(outcomes(await contained(at))[0]).toBe('refused');
  });
  it('allow it while another administrator works', async () => {
    const at = await world();
    at.tenant.roles.push({ principalId: ids.victim, roleDefinitionId: globalAdministrator });
    expect(outcomes(await contained(at))[0]).toBe('contained');
  });
  it('refuse to block when the administrators could not be read: not seen is not none', async () => {
    const at = await world();
    at.tenant.refuse = (call) => (call.includes('roleAssignments') ? new ServiceError('graph', 403, 'Forbidden', 'no consent') : undefined);
    expect(outcomes(await contained(at))).toEqual(['refused', 'contained', 'contained', 'contained']);
  });
  it('refuse to block when the directory names no administrator at all: an empty answer is no answer', async () => {
    const at = await world();
    at.tenant.roles.length = 0;
    expect(outcomes(await contained(at))).toEqual(['refused', 'contained', 'contained', 'contained']);
  });
  it('refuse to block the account that synchronises the directory', async () => {
    const at = await world();
    at.tenant.roles.push({ principalId: ids.victim, roleDefinitionId: 'd29b2b05-8046-44ba-8758-1e26182fcf32' });
    expect(outcomes(await contained(at))[0]).toBe('refused');
  });
  it('let nobody act on a case about themselves, and journal the try', async () => {
    const at = await world({ subjects: [`user:${ids.victim}`, `user:${ids.responder}`] });
    const containment = await contained(at);
    expect(new Set(outcomes(containment))).toEqual(new Set(['refused']));
    expect((await at.tools().store.journal.entries(scope, containment.id)).map((entry) => entry.kind)).toEqual(['refused']);
    expect(at.tenant.writes).toEqual([]);
  });
  it('stop at the ceiling of an incident and of the tenant', async () => {
    for (const ceilings of [
      { perIncident: 2, perHour: 20 },
      { perIncident: 20, perHour: 2 },
    ]) {
      const at = await world({}, { ceilings });
      for (const request of ['1', '2']) expect(outcomes(await contained(at, pressOf('sign-out', request)))).toEqual(['contained']);
      expect(outcomes(await contained(at, pressOf('sign-out', '3')))).toEqual(['refused']);
      at.clock.advance(3_600_001);
      expect(outcomes(await contained(at, pressOf('sign-out', '4')))).toEqual(['contained']);
    }
  });
  it('stop at the ceiling however many press at the same moment', async () => {
    const at = await world({}, { ceilings: { perIncident: 20, perHour: 3 } });
    const { store } = at.tools();
    const incidents = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(32));
    for (const id of incidents) await store.state.commitIncident('incident.close', scope, { value: takeover({ id }) }, []);
    await Promise.all(incidents.map((incident) => press(at.tools(), scope, { ...pressOf('sign-out', `press-${incident}`), incident })));
    expect(at.tenant.writes.length).toBeLessThanOrEqual(3);
  });
  it.each(['paused', 'removed'] as const)('stop the next step when the tenant is %s meanwhile', async (status) => {
    const at = await world();
    at.tenant.refuse = (call) => {
      if (call.endsWith('/revokeSignInSessions')) at.status = status;
      return undefined;
    };
    expect(outcomes(await contained(at))).toEqual(['contained', 'contained', 'refused', 'refused']);
  });
  it('stop the next step when the tenant is switched to dry run meanwhile', async () => {
    const at = await world();
    at.tenant.refuse = (call) => {
      if (call.endsWith('/revokeSignInSessions')) at.policy = { ...at.policy, live: false };
      return undefined;
    };
    expect(outcomes(await contained(at))).toEqual(['contained', 'contained', 'refused', 'refused']);
  });
});

describe('dry run', () => {
  it('looks, says what it would do, and changes nothing', async () => {
    const at = await world({}, { live: false });
    const containment = await contained(at);
    expect(containment.dryRun).toBe(true);
    expect(containment.steps.map((step) => step.result)).toEqual([
      { outcome: 'rehearsed', detail: 'Sign-in would be blocked.' },
      { outcome: 'rehearsed', detail: 'All sessions would be ended.' },
      { outcome: 'rehearsed', detail: 'Would be removed: authenticator app, phone.' },
      { outcome: 'rehearsed', detail: 'All sessions would be ended.' },
    ]);
    expect(at.tenant.writes).toEqual([]);
    expect(await at.tools().store.state.outboxOf(scope, at.incident.id)).toEqual([]);
  });
  it('never takes the place of what was done before the tenant was switched to dry run', async () => {
    const at = await world();
    const { id } = await contained(at);
    at.policy = { ...at.policy, live: false };
    expect(await press(at.tools(), scope, pressOf('contain', 'press-2'))).toHaveProperty('refused');
    expect((await at.tools().store.state.incident(scope, at.incident.id))?.value.containment).toBe(id);
  });
  it('does not stand in the way of a live press afterwards', async () => {
    const at = await world({}, { live: false });
    await contained(at);
    at.policy = { ...at.policy, live: true };
    expect(outcomes(await contained(at, pressOf('contain', 'press-2')))).toEqual(['contained', 'contained', 'contained', 'contained']);
  });
});
