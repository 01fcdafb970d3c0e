import { describe, expect, it } from 'vitest';
import { incidentView } from '../../src/alert/view.ts';
import { planFor } from '../../src/contain/plan.ts';
import type { Containment } from '../../src/contracts/containment.ts';
import { attacksIn, endsForAll } from '../../src/incidents/attacks.ts';
import { ann, takeover } from '../contain/setup.ts';
import { finding, merge, only, registered } from './fixtures.ts';

const label = (id: string, title: string, more = {}) => ({ id, title, confirmed: true, ...more });
const spam = label('exchange-oauth-spam', 'An application for spam');
const ato = label('azure-ato-2024', 'Azure account takeover');

describe('two attacks that share a case', () => {
  it('are named by what is confirmed and has a name of its own', () => {
    const campaigns = [
      ato,
      spam,
      label('core', 'Takeovers', { general: true }),
      label('community', 'Rules'),
      { ...spam, id: 'x', confirmed: false },
    ];
    expect(attacksIn({ campaigns })).toEqual(['Azure account takeover', 'An application for spam']);
    expect(endsForAll({ campaigns })).toBe('It ends the case for both attacks: “Azure account takeover” and “An application for spam”.');
    expect(endsForAll({ campaigns: [ato] })).toBeUndefined();
    expect(endsForAll({ campaigns: [] })).toBeUndefined();
  });
  it('end together with one undo, and the card says so before it is pressed', () => {
    const incident = takeover({ status: 'contained', campaigns: [ato, spam] });
    const plan = planFor('contain', incident);
    if (!('steps' in plan)) throw new Error(plan.impossible);
    const containment: Containment = {
      v: 1,
      id: 'c1',
      tenant: incident.tenant,
      incident: incident.id,
      kind: 'contain',
      dryRun: false,
      request: 'r1',
      by: ann,
      at: '2026-03-02T03:00:00.000Z',
      status: 'done',
      steps: plan.steps.map((step) => ({ ...step, status: 'done', result: { outcome: 'contained', detail: 'Seen.' } })),
      staysOpen: [],
    };
    const shown = (campaigns: typeof incident.campaigns) =>
      incidentView({ incident: { ...incident, campaigns }, containment, policy: { live: true } }).undo;
    expect(shown([ato, spam]).at(-1)).toBe('It ends the case for both attacks: “Azure account takeover” and “An application for spam”.');
    expect(shown([ato])).toHaveLength(1);
  });
  it('carry on their labels what attacks of all kinds have in common', () => {
    const general = { id: 'azure-ato-2024', title: 'Any', general: true as const };
    expect(only(merge([finding(), registered()], [], { campaigns: [general] }).incidents).campaigns).toEqual([
      { id: 'azure-ato-2024', title: 'Any', confirmed: true, general: true },
    ]);
  });
});
