import { describe, expect, it } from 'vitest';
import { incidentView } from '../../src/alert/view.ts';
import { containmentOf, otherContainments } from '../../src/contain/of-incident.ts';
import { planFor, plansLeft } from '../../src/contain/plan.ts';
import { press } from '../../src/contain/press.ts';
import { undo } from '../../src/contain/undo.ts';
import type { PlanKind } from '../../src/contracts/containment.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { ids } from './fake-tenant.ts';
import { ann, pressOf, scope, takeover, type World, world } from './setup.ts';

const withConnector = { subjects: [takeover().root, `connector:${ids.connector}`] as const };
const relayed = () => world({ subjects: [...withConnector.subjects] });

async function pressed(at: World, kind: PlanKind, request: string): Promise<string> {
  at.clock.advance(60_000);
  const result = await press(at.tools(), scope, pressOf(kind, request));
  if ('refused' in result) throw new Error(result.refused.why);
  return result.containment.id;
}
async function undone(at: World, containment: string): Promise<void> {
  at.clock.advance(60_000);
  const result = await undo(at.tools(), scope, { containment, request: `undo ${containment}`, by: ann, reason: 'It was a test.' });
  if ('refused' in result) throw new Error(result.refused.why);
}
async function shown(at: World) {
  const { store } = at.tools();
  const incident = (await store.state.incident(scope, at.incident.id))?.value ?? at.incident;
  const [containment, others] = await Promise.all([
    containmentOf({ store }, scope, incident),
    otherContainments({ store }, scope, incident),
  ]);
  const view = incidentView({ incident, containment, others, policy: at.policy });
  return { ...view, stands: incident.status, titles: view.buttons.map(({ title }) => title) };
}

describe('what Contain leaves open and a step can close', () => {
  it('is offered on the contained card, and then held, named and undone by itself', async () => {
    const at = await relayed();
    const contain = await pressed(at, 'contain', 'press-1');
    const first = await shown(at);
    expect(first.staysOpen).toContain('Not touched: 1 connector. Look at them.');
    expect(first).toMatchObject({ state: 'contained', titles: ['Disable connector', 'Undo…', 'Evidence'] });

    const connector = await pressed(at, 'disable-connector', 'press-2');
    const second = await shown(at);
    expect(at.tenant.connectors[0]?.Enabled).toBe(false);
    expect(second).toMatchObject({ state: 'contained', stands: 'contained' });
    expect(second.status).toMatch(/^Contained\. Then “Disable connector” by Ann Example .*Every step was seen to hold\.$/);
    expect(second.staysOpen.join(' ')).not.toContain('Not touched');
    expect(second.others).toEqual(['Contain by Ann Example, 2026-03-02 03:01 UTC, holds.']);
    expect(second.titles).toEqual(['Undo Disable connector…', 'Evidence', 'Undo Contain of 2026-03-02 03:01 UTC…']);

    await undone(at, connector);
    expect(at.tenant.connectors[0]?.Enabled).toBe(true);
    expect(await shown(at)).toMatchObject({ state: 'contained', stands: 'contained', titles: ['Disable connector', 'Undo…', 'Evidence'] });
    await undone(at, contain);
    expect(await shown(at)).toMatchObject({ state: 'undone', stands: 'closed' });
  });

  it('is red on the card where it fails, and green again with the next press', async () => {
    const at = await relayed();
    await pressed(at, 'contain', 'press-1');
    at.tenant.refuse = (call) => (call.includes('Connector') ? new ServiceError('exchange', 403, 'AccessDenied', 'no') : undefined);
    await pressed(at, 'disable-connector', 'press-2');
    const red = await shown(at);
    expect(red).toMatchObject({ state: 'failed', tone: 'attention', stands: 'contained' });
    expect(red.status).toBe('Contained before. Not every step of “Disable connector” worked.');
    expect(red.titles).toContain('Disable connector');
    at.tenant.refuse = () => undefined;
    await pressed(at, 'disable-connector', 'press-3');
    expect(await shown(at)).toMatchObject({ state: 'contained', tone: 'good' });
  });

  it('is not hidden by the undoing of Contain: the case is open until the connector is put back as well', async () => {
    const at = await relayed();
    const contain = await pressed(at, 'contain', 'press-1');
    const connector = await pressed(at, 'disable-connector', 'press-2');
    await undone(at, contain);
    const partly = await shown(at);
    expect(partly).toMatchObject({ state: 'partly', stands: 'open' });
    expect(partly.titles).toContain('Contain');
    await undone(at, connector);
    expect(await shown(at)).toMatchObject({ stands: 'closed' });
  });

  it('of more connectors or accounts than one press reaches is what the next press takes', () => {
    const connectors = Array.from({ length: 7 }, (_, index) => `connector:c${index}` as const);
    const accounts = Array.from({ length: 7 }, (_, index) => ({ subject: `user:u${index}` as const }));
    const incident = takeover({
      root: 'user:u0',
      accounts,
      subjects: [...accounts.map(({ subject }) => subject), ...connectors],
    });
    const first = planFor('disable-connector', incident);
    if (!('steps' in first)) throw new Error(first.impossible);
    expect(first.staysOpen.join()).toContain('2 connectors');
    const held = new Set([...first.steps.map(({ target }) => target), 'user:u0', 'user:u1', 'user:u2', 'user:u3', 'user:u4']);
    expect(plansLeft(incident, held)).toEqual(['contain', 'disable-connector']);
    const targets = (kind: PlanKind): string[] => {
      const plan = planFor(kind, incident, held);
      return 'steps' in plan ? [...new Set(plan.steps.map(({ target }) => target))].slice(0, 2) : [];
    };
    expect(targets('disable-connector')).toEqual(['connector:c5', 'connector:c6']);
    expect(targets('contain')).toEqual(['user:u5', 'user:u6']);
    expect(plansLeft(incident, new Set(incident.subjects))).toEqual([]);
  });

  it('can be rehearsed by itself in dry run', async () => {
    const at = await world({ subjects: [...withConnector.subjects] }, { live: false });
    expect((await shown(at)).titles).toEqual([
      'Rehearse (changes nothing)',
      'Rehearse Disable connector',
      'Evidence',
      'Not an attack…',
      'How to go live',
    ]);
  });
});
