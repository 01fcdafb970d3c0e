import { describe, expect, it } from 'vitest';
import { dismiss } from '../../src/incidents/dismiss.ts';
import { parseOutboxDue } from '../../src/incidents/outbox-due.ts';
import { isStill } from '../../src/incidents/quiet.ts';
import { ids } from '../contain/fake-tenant.ts';
import { ann, scope, start, takeover, world } from '../contain/setup.ts';

describe('dismissing', () => {
  it('closes with who and why, leaves a card in the outbox and its due row', async () => {
    const at = await world();
    const tools = at.tools();
    const result = await dismiss(tools, scope, { incident: at.incident.id, by: ann, reason: 'A trip to Lagos' });
    expect(result).toMatchObject({ incident: { status: 'closed', closedBecause: 'Dismissed by Ann Example: A trip to Lagos' } });
    expect((await tools.store.state.outboxOf(scope, at.incident.id)).map(({ value }) => value.reason)).toEqual(['closed']);
    expect((await tools.store.due.ofTenant(scope)).map(parseOutboxDue)).toEqual([{ incident: at.incident.id, revision: 2 }]);
  });
  it('needs a reason, a known incident and somebody else', async () => {
    const at = await world();
    const request = { incident: at.incident.id, by: ann, reason: 'A trip' };
    expect(await dismiss(at.tools(), scope, { ...request, reason: ' \n ' })).toHaveProperty('refused');
    expect(await dismiss(at.tools(), scope, { ...request, incident: 'none' })).toHaveProperty('refused');
    expect(await dismiss(at.tools(), scope, { ...request, by: { ...ann, oid: ids.victim.toUpperCase() } })).toHaveProperty('refused');
  });
  it('is refused to whom the case knows by the name of sign-in only', async () => {
    const at = await world({ subjects: [`user:${ids.victim}`, 'unresolved:ann@contoso.example'] });
    const request = { incident: at.incident.id, reason: 'A trip' };
    expect(await dismiss(at.tools(), scope, { ...request, by: { ...ann, username: 'Ann@Contoso.example' } })).toHaveProperty('refused');
    expect(await dismiss(at.tools(), scope, { ...request, by: { ...ann, username: 'bea@contoso.example' } })).toHaveProperty('incident');
  });
  it('twice is once', async () => {
    const at = await world();
    const request = { incident: at.incident.id, by: ann, reason: 'A trip' };
    await dismiss(at.tools(), scope, request);
    expect(await dismiss(at.tools(), scope, request)).toMatchObject({ incident: { revision: 2 } });
  });
});

describe('stillness', () => {
  const week = 7 * 86_400_000;
  it('begins after a week without event or touch, and not before', () => {
    const touched = Date.parse(takeover().updatedAt);
    expect(isStill(takeover(), touched + week)).toBe(false);
    expect(isStill(takeover(), touched + week + 1)).toBe(true);
    expect(isStill(takeover({ status: 'closed' }), start + 10 * week)).toBe(false);
  });
});
