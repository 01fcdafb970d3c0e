import { describe, expect, it } from 'vitest';
import { addUp } from '../../src/incidents/severity.ts';
import { campaigns, finding, registered } from './fixtures.ts';

describe('the severity of an incident', () => {
  it.each([
    { name: 'one stage alone is capped at the campaign’s single', findings: [finding({ severity: 'critical' })], severity: 'medium' },
    { name: 'a milder finding stays as it is', findings: [finding({ severity: 'low' })], severity: 'low' },
    {
      name: 'entry and a later stage raise it to confirmed',
      findings: [finding({ severity: 'low' }), registered({ severity: 'low' })],
      severity: 'high',
    },
    {
      name: 'a confirmed one keeps what is worse than that',
      findings: [finding(), registered({ severity: 'critical' })],
      severity: 'critical',
    },
    { name: 'one stage alone is no worse for an executive', findings: [finding({ facts: { role: 'executive' } })], severity: 'medium' },
    {
      name: 'an executive raises what is confirmed',
      findings: [finding({ facts: { role: 'executive' } }), registered()],
      severity: 'critical',
    },
    { name: 'so does a privileged role', findings: [finding(), registered({ facts: { privileged: 'true' } })], severity: 'critical' },
    { name: 'not one who was only tried', findings: [finding({ stage: 'attempt', facts: { role: 'executive' } })], severity: 'medium' },
    {
      name: 'not an ordinary title',
      findings: [finding({ facts: { role: 'none', privileged: 'false' } }), registered()],
      severity: 'high',
    },
    {
      name: 'entry and a later stage of different campaigns add one step',
      findings: [finding(), registered({ campaign: 'takeover-core' })],
      severity: 'high',
    },
    {
      name: 'rules without a known campaign speak as they are',
      findings: [finding({ campaign: 'community', severity: 'critical' })],
      severity: 'critical',
    },
    { name: 'nothing is informational', findings: [], severity: 'informational' },
  ])('$name', ({ findings, severity }) => {
    expect(addUp(findings, campaigns)).toBe(severity);
  });

  it('is not lowered by more findings', () => {
    const part = [finding({ severity: 'high', campaign: 'community' })];
    expect(addUp([...part, finding({ severity: 'low' })], campaigns)).toBe('high');
  });
});
