import { describe, expect, it } from 'vitest';
import type { CampaignManifest } from '../../src/contracts/campaign.ts';
import { type Judged, severityOf } from '../../src/detect/severity.ts';

const manifest = { severity: { single: 'medium', confirmed: 'high', targetedRole: 'critical' } } as CampaignManifest;
const judge = (more: Partial<Judged>) =>
  severityOf({ level: 'high', manifest, confirmed: false, targetedRole: false, effect: 'alert', ...more });

describe('how bad a finding is', () => {
  it('is what the rule says, where no campaign has a policy', () => {
    expect(judge({ manifest: undefined, level: 'critical', targetedRole: true })).toBe('critical');
    expect(judge({ manifest: undefined, level: undefined })).toBe('medium');
  });
  it('is never worse than the policy for one stage alone', () => {
    expect(judge({})).toBe('medium');
    expect(judge({ level: 'low' })).toBe('low');
  });
  it('is as bad as the policy allows once two stages came together', () => {
    expect(judge({ confirmed: true, level: 'critical' })).toBe('high');
  });
  it('goes one step up for a targeted role, a single stage not beyond its limit', () => {
    expect(judge({ targetedRole: true })).toBe('medium');
    expect(judge({ targetedRole: true, level: 'low' })).toBe('medium');
    expect(judge({ targetedRole: true, level: 'medium', confirmed: true })).toBe('high');
    expect(judge({ targetedRole: true, confirmed: true })).toBe('critical');
  });
  it('does not rise beyond what the policy says for targeted roles, nor fall below what it says for all', () => {
    const modest = { severity: { single: 'medium', confirmed: 'high', targetedRole: 'medium' } } as CampaignManifest;
    expect(judge({ manifest: modest, targetedRole: true, confirmed: true })).toBe('high');
  });
  it('does not raise what alerts nobody', () => {
    expect(judge({ targetedRole: true, effect: 'targeted' })).toBe('medium');
    expect(judge({ targetedRole: true, level: 'informational' })).toBe('informational');
  });
});
