// What foreign feeds list never makes a case high by itself: not by the pack that ships, not by a rule that somebody wrote as critical, not for an executive, not with every stage of an attack.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareCase } from '../../../../src/campaigns/cases.ts';
import { loadCampaigns } from '../../../../src/campaigns/load.ts';
import { type Finding, severityRank } from '../../../../src/contracts/finding.ts';
import { createDetector } from '../../../../src/detect/detector.ts';
import { addUp } from '../../../../src/incidents/severity.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../../../campaigns/foreign-indicators'));
const critical = `
title: Written by somebody in anger
id: 0f0e0d0c-0000-4000-8000-000000000001
status: test
tags: [attack.persistence]
logsource: { product: azure, service: signinlogs }
detection:
  listed: { context.indicator.feed|startswith: feed/ }
  condition: listed
level: critical
`;
const detector = createDetector({ campaigns, extraRules: [{ file: 'own.yml', text: critical }] });
const findings = campaigns.flatMap(({ cases }) =>
  cases.flatMap(({ file, case: one }): Finding[] => {
    const { input } = prepareCase(
      file,
      {
        ...one,
        directory: { '11111111-0000-4000-8000-000000000001': { title: 'Chief Executive Officer', roles: ['Global Administrator'] } },
      },
      detector.learn,
    );
    return [...detector.detect(input).findings];
  }),
);

describe('a hit of a foreign feed', () => {
  it('is staged or a note until somebody promotes it, and unsure whatever the feed says', () => {
    expect(new Set(findings.filter(({ campaign }) => campaign === 'foreign-indicators').map(({ effect }) => effect))).toEqual(
      new Set(['note', 'staged']),
    );
    expect(findings.every(({ unsure }) => unsure === true)).toBe(true);
    expect(findings.some(({ campaign }) => campaign === 'community')).toBe(true);
  });

  it('says which value, feed and confidence', () => {
    expect(findings.map(({ why }) => why)).toContainEqual(
      'A sign-in from a network that is no habit shows what a feed lists: 203.0.113.0/28 in example-feed (confidence 60 of 100).',
    );
  });

  it('is at most medium, promoted or not, all of them together', () => {
    for (const { severity } of findings) expect(severityRank(severity)).toBeLessThanOrEqual(severityRank('medium'));
    const promoted = findings.map((one): Finding => ({ ...one, effect: 'alert', severity: 'medium' }));
    expect(new Set(promoted.map(({ stage }) => stage))).toEqual(new Set(['entry', 'persistence', 'action']));
    expect(
      addUp(
        promoted,
        campaigns.map(({ manifest }) => manifest),
      ),
    ).toBe('medium');
  });
});
