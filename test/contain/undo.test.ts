import { describe, expect, it } from 'vitest';
import { continueContainment } from '../../src/contain/execute.ts';
import { belongsTo, otherContainments } from '../../src/contain/of-incident.ts';
import { press } from '../../src/contain/press.ts';
import { undo } from '../../src/contain/undo.ts';
import type { Containment, PlanKind } from '../../src/contracts/containment.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { brokenAt } from '../../src/store/journal.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { account, globalAdministrator, ids } from './fake-tenant.ts';
import { ann, pressOf, scope, takeover, type World, world } from './setup.ts';

const connector: Partial<Incident> = { root: `connector:${ids.connector}`, subjects: [`connector:${ids.connector}`] };

async function contained(kind: PlanKind = 'contain', more: Partial<Incident> = {}): Promise<{ at: World; id: string }> {
  const at = await world(more);
  const result = await press(at.tools(), scope, pressOf(kind));
  if ('refused' in result) throw new Error(result.refused.why);
  return { at, id: result.containment.id };
}
const undone = async (at: World, containment: string, request = 'undo-1'): Promise<Containment> => {
  const result = await undo(at.tools(), scope, { containment, request, by: ann, reason: 'The user was on a trip.' });
  if ('refused' in result) throw new Error(result.refused.why);
  return result.containment;
};

describe('undo', () => {
  it('restores sign-in, says what cannot be restored, reads back, and closes the case with the reason', async () => {
    const { at, id } = await contained();
    const containment = await undone(at, id);
    expect(containment.status).toBe('undone');
    expect(containment.steps.map((step) => [step.id, step.undo?.outcome])).toEqual([
      ['block-sign-in', 'contained'],
      ['end-sessions', 'refused'],
      ['remove-methods', 'refused'],
      ['end-sessions-again', 'refused'],
    ]);
    expect(containment.steps[2]?.undo).toMatchObject({ next: 'The user registers the method again.' });
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(true);
    const { store } = at.tools();
    expect((await store.state.incident(scope, at.incident.id))?.value).toMatchObject({
      status: 'closed',
      closedBecause: 'Undone by Ann Example: The user was on a trip.',
    });
    expect((await store.state.outboxOf(scope, at.incident.id)).map(({ value }) => value.reason).sort()).toEqual(['contained', 'undone']);
  });

  it('needs a reason', async () => {
    const { at, id } = await contained();
    expect(await undo(at.tools(), scope, { containment: id, request: 'u', by: ann, reason: ' \u200b ' })).toHaveProperty('refused');
  });

  it('refuses when the password was changed since, and shows both states', async () => {
    const { at, id } = await contained();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { lastPasswordChangeDateTime: '2026-03-02T03:30:00Z' });
    const containment = await undone(at, id);
    expect(containment.steps[0]).toMatchObject({ status: 'undo-failed', undo: { outcome: 'refused' } });
    expect(JSON.stringify(containment.steps[0]?.undo)).toMatch(/2026-01-05T08:00:00Z.*2026-03-02T03:30:00Z/);
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(false);
    const { store } = at.tools();
    expect((await store.state.incident(scope, at.incident.id))?.value.status).toBe('open');
  });

  it('takes an account that somebody enabled already as restored', async () => {
    const { at, id } = await contained();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { accountEnabled: true });
    at.clock.advance(11 * 60_000);
    expect((await undone(at, id)).steps[0]?.undo?.outcome).toBe('already');
  });

  it('does not believe a replica that has not heard of the block yet: it restores, and reads back', async () => {
    const { at, id } = await contained();
    const { graph } = at.tenant;
    const request = graph.request.bind(graph);
    let old = 1;
    graph.request = async (method, path, options) => {
      const answer = await request(method, path, options);
      return method === 'GET' && old-- > 0 ? { ...answer, accountEnabled: true } : answer;
    };
    expect((await undone(at, id)).steps[0]?.undo?.outcome).toBe('contained');
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(true);
  });

  it('that failed may be asked for again, and tries only what failed', async () => {
    const { at, id } = await contained();
    at.tenant.refuse = (call) => (call.startsWith('PATCH') ? new ServiceError('graph', 503, 'ServiceUnavailable', 'busy') : undefined);
    expect((await undone(at, id)).steps[0]).toMatchObject({ status: 'undo-failed', undo: { outcome: 'failed' } });
    at.tenant.refuse = () => undefined;
    const again = await undone(at, id, 'undo-2');
    expect(again.steps[0]).toMatchObject({ status: 'undone', undo: { outcome: 'contained' } });
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(true);
    const { store } = at.tools();
    expect((await store.state.incident(scope, at.incident.id))?.value.status).toBe('closed');
    const lines = await store.journal.entries(scope, id);
    expect(brokenAt(scope, id, lines)).toBeUndefined();
    expect(lines.filter(({ kind }) => kind === 'undo-intent')).toHaveLength(2);
    expect(lines.filter(({ kind, step }) => kind === 'undo-result' && step === 'end-sessions')).toHaveLength(1);
  });

  it('is refused while a later containment holds the same account', async () => {
    const { at, id } = await contained();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { accountEnabled: true });
    at.clock.advance(60_000);
    const later = await press(at.tools(), scope, pressOf('contain', 'press-2'));
    if ('refused' in later) throw new Error(later.refused.why);
    expect(later.containment.steps[0]?.result?.outcome).toBe('contained');
    expect(await undo(at.tools(), scope, { containment: id, request: 'u', by: ann, reason: 'none' })).toHaveProperty('refused');
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(false);
    await undone(at, later.containment.id, 'undo-2');
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(true);
  });

  it('under way refuses a press instead of passing for one', async () => {
    const { at, id } = await contained();
    at.tenant.lagMs = 10 * 60_000;
    expect((await undone(at, id)).status).toBe('undoing');
    expect(await press(at.tools(), scope, pressOf('contain', 'press-2'))).toMatchObject({
      refused: { why: 'The last containment is being undone right now.' },
    });
  });

  it('enables a connector again if nobody changed it since', async () => {
    const { at, id } = await contained('disable-connector', connector);
    expect((await undone(at, id)).steps[0]?.undo?.outcome).toBe('contained');
    expect(at.tenant.connectors[0]?.Enabled).toBe(true);
  });

  it('refuses for a connector that somebody changed or deleted since', async () => {
    const changed = await contained('disable-connector', connector);
    Object.assign(changed.at.tenant.connectors[0] ?? {}, { SenderIPAddresses: ['198.51.100.9'] });
    const first = await undone(changed.at, changed.id);
    expect(JSON.stringify(first.steps[0]?.undo)).toMatch(/203\.0\.113\.31.*198\.51\.100\.9/);
    const deleted = await contained('disable-connector', connector);
    deleted.at.tenant.connectors = [];
    expect((await undone(deleted.at, deleted.id)).steps[0]?.undo?.outcome).toBe('refused');
  });

  it('does not restore what was so before', async () => {
    const at = await world();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { accountEnabled: false });
    const result = await press(at.tools(), scope, pressOf());
    if ('refused' in result) throw new Error(result.refused.why);
    expect((await undone(at, result.containment.id)).steps[0]?.undo).toBeUndefined();
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(false);
  });

  it('neither enables nor blocks an account that was found blocked and whose step ended red', async () => {
    const at = await world();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { accountEnabled: false });
    at.tenant.lagMs = 20 * 60_000;
    const { graph } = at.tenant;
    const request = graph.request.bind(graph);
    let reads = 0;
    graph.request = async (method, path, options) => {
      const answer = await request(method, path, options);
      return method === 'GET' && ++reads > 1 ? { ...answer, accountEnabled: true } : answer;
    };
    const result = await press(at.tools(), scope, pressOf());
    if ('refused' in result) throw new Error(result.refused.why);
    at.clock.advance(11 * 60_000);
    const ended = await continueContainment(at.tools(), scope, result.containment.id);
    expect(ended?.steps[0]?.result?.outcome).toBe('unverified');
    const writes = at.tenant.writes.filter((write) => write.startsWith('PATCH')).length;
    await undone(at, result.containment.id);
    expect(at.tenant.writes.filter((write) => write.startsWith('PATCH'))).toHaveLength(writes);
  });

  it('of each of two cases that became one: the case ends with the last of them', async () => {
    const at = await world();
    const { store } = at.tools();
    const second = takeover({ id: '9'.repeat(32), root: `user:${ids.admin}`, subjects: [`user:${ids.admin}`] });
    at.tenant.roles.push({ principalId: ids.responder, roleDefinitionId: globalAdministrator });
    at.tenant.users.set(ids.responder, { ...account('ann') });
    await store.state.commitIncident('incident.close', scope, { value: second }, []);
    const presses = [
      await press(at.tools(), scope, pressOf()),
      await press(at.tools(), scope, { ...pressOf('contain', 'press-2'), incident: second.id }),
    ];
    const [first, other] = presses.map((result) => ('refused' in result ? '' : result.containment.id));
    const stored = await Promise.all([at.incident.id, second.id].map((id) => store.state.incident(scope, id)));
    const [older, younger] = stored.map((one) => one ?? { value: at.incident, etag: '' });
    if (older === undefined || younger === undefined || first === undefined || other === undefined) throw new Error('not stored');
    const containments = [first, other];
    await store.state.commitIncident('incident.close', scope, { ...older, value: { ...older.value, containments } }, []);
    const merged: Incident = { ...younger.value, status: 'closed', mergedInto: at.incident.id };
    await store.state.commitIncident('incident.close', scope, { ...younger, value: merged }, []);

    expect(await belongsTo(at.tools(), scope, other, at.incident.id)).toBe(true);
    await undone(at, other);
    expect(at.tenant.users.get(ids.admin)?.accountEnabled).toBe(true);
    expect((await store.state.incident(scope, at.incident.id))?.value).toMatchObject({ status: 'open', containment: first });
    await undone(at, first, 'undo-2');
    expect((await store.state.incident(scope, at.incident.id))?.value.status).toBe('closed');
  });

  it('stays possible after a smaller press on the same case', async () => {
    const { at, id } = await contained();
    await press(at.tools(), scope, pressOf('sign-out', 'press-2'));
    const { store } = at.tools();
    const incident = (await store.state.incident(scope, at.incident.id))?.value;
    expect(incident?.containments?.[0]).toBe(id);
    expect((await otherContainments(at.tools(), scope, incident ?? at.incident)).map((one) => one.id)).toEqual([id]);
    expect((await undone(at, id)).status).toBe('undone');
  });

  it('belongs to its own case only', async () => {
    const { at, id } = await contained();
    const other = takeover({ id: '9'.repeat(32), root: `user:${ids.admin}`, subjects: [`user:${ids.admin}`] });
    await at.tools().store.state.commitIncident('incident.close', scope, { value: other }, []);
    expect(await belongsTo(at.tools(), scope, id, at.incident.id)).toBe(true);
    expect(await belongsTo(at.tools(), scope, id, other.id)).toBe(false);
    expect(await belongsTo(at.tools(), scope, 'none', at.incident.id)).toBe(false);
  });

  it('twice with one request is one undo; another request is refused', async () => {
    const { at, id } = await contained();
    await undone(at, id);
    const writes = at.tenant.writes.length;
    await undone(at, id);
    expect(at.tenant.writes).toHaveLength(writes);
    expect(await undo(at.tools(), scope, { containment: id, request: 'undo-2', by: ann, reason: 'again' })).toHaveProperty('refused');
  });

  it('is refused to somebody whom the case is about, and for a rehearsal', async () => {
    const { at, id } = await contained();
    expect(
      await undo(at.tools(), scope, { containment: id, request: 'u', by: { ...ann, oid: ids.victim }, reason: 'mine' }),
    ).toHaveProperty('refused');
    const dry = await world({}, { live: false });
    const rehearsed = await press(dry.tools(), scope, pressOf());
    if ('refused' in rehearsed) throw new Error(rehearsed.refused.why);
    expect(await undo(dry.tools(), scope, { containment: rehearsed.containment.id, request: 'u', by: ann, reason: 'none' })).toHaveProperty(
      'refused',
    );
  });
});
