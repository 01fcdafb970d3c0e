import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severities, severityRank } from '../../src/contracts/finding.ts';
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

describe('evidence adds up', () => {
  const anyFinding = fc
    .record({
      severity: fc.constantFrom(...severities),
      stage: fc.constantFrom('attempt', 'entry', 'persistence', 'action'),
      campaign: fc.constantFrom('azure-ato-2024', 'takeover-core', 'mild', 'community'),
      unsure: fc.boolean(),
      facts: fc.constantFrom({}, { role: 'executive' }, { privileged: 'true' }),
    })
    .map(({ unsure, ...more }) => finding({ ...more, ...(unsure ? { unsure } : {}) }));
  // A campaign whose second stage says little: what other campaigns see together must not be lowered by it.
  const policies = [...campaigns, { id: 'mild', title: 'Mild', severity: { single: 'low', confirmed: 'medium' } } as const];
  const rank = (findings: ReturnType<typeof finding>[]) => severityRank(addUp(findings, policies));

  it('one more finding never makes it milder, and their order says nothing', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 5 }), anyFinding, (findings, more) => {
        expect(rank([...findings, more])).toBeGreaterThanOrEqual(rank(findings));
        expect(rank(findings.toReversed())).toBe(rank(findings));
      }),
      { numRuns: 500 },
    );
  });
  it('unsure signs and attempts alone are medium at most, however many', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 8 }), (findings) => {
        const doubtful = findings.map((one) => ({ ...one, unsure: true as const }));
        expect(rank(doubtful)).toBeLessThanOrEqual(severityRank('medium'));
      }),
    );
  });
  it('an unsure entry and a sure second stage are a campaign', () => {
    expect(addUp([finding({ unsure: true }), registered()], campaigns)).toBe('high');
    expect(addUp([finding({ unsure: true }), registered({ unsure: true })], campaigns)).toBe('medium');
  });
  it('one stage is never worse than its campaign lets it be: high needs a success and a second stage', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 6 }), fc.constantFrom('entry', 'attempt'), (findings, stage) => {
        const one = findings.map((each) => ({ ...each, stage, campaign: 'azure-ato-2024' }) as typeof each);
        expect(rank(one)).toBeLessThanOrEqual(severityRank('medium'));
      }),
    );
  });
});
