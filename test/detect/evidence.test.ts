// What a sequence says of its members: by which rule, field, value and sign, what speaks against it, and that unsure signs alone never make it bad.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import type { CampaignManifest } from '../../src/contracts/campaign.ts';
import type { SequenceHit } from '../../src/contracts/detection.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { becauseLine } from '../../src/detect/doubt.ts';
import { createForeignIndicators } from '../../src/detect/indicators/feeds/foreign-index.ts';
import { parseRules } from '../../src/detect/sigma/parse.ts';

const agent = 'python-requests/2.31';
const text = (sign: string, second: string) => `title: A script signed in
name: script
logsource: { product: azure, service: signinlogs }
detection: { selection: { ${sign}, status.errorCode: 0 }, condition: selection }
level: medium
tenant-guard: { stage: entry }
---
title: Something was registered
name: second
logsource: { product: azure, service: auditlogs }
detection: { selection: { activityDisplayName: User registered security info }, condition: selection }
level: ${second}
tenant-guard: { stage: persistence, against: ["A roll-out of {activityDisplayName} looks alike."] }
---
title: A script, then a method
name: both
correlation:
  type: temporal_ordered
  rules: [script, second]
  group-by: [context.subject]
  timespan: 1h
level: high
tenant-guard: { stage: persistence, against: ["A technician sets up a phone."] }
`;
const manifest = { id: 'test', severity: { single: 'high', confirmed: 'high' } } as CampaignManifest;
const detectorOf = (confidence: number, { sign = 'context.indicator.userAgent: test/script', second = 'medium' } = {}) =>
  createDetector({
    campaigns: [
      {
        manifest,
        rules: parseRules(text(sign, second), 'both.yml', { strict: false }),
        indicators: [
          { id: 'test/script', kind: 'user-agent', value: agent, confidence, validFrom: 0, source: 'https://example.com/report' },
        ],
      },
    ],
  });

const tenant = '00000000-0000-4000-8000-000000000001';
const at = Date.UTC(2026, 2, 2, 9);
const signIn: Activity = {
  id: 'signin:1',
  tenant,
  feed: 'sign-ins.interactive',
  time: at,
  subject: 'user:marta',
  views: [
    {
      shape: 'sign-in',
      record: { userAgent: agent, ipAddress: '192.0.2.7', status: { errorCode: 0 }, deviceDetail: { isCompliant: true } },
    },
  ],
};
const registered: Activity = {
  id: 'directory:1',
  tenant,
  feed: 'directory-audits',
  time: at + 60_000,
  subject: 'user:marta',
  views: [{ shape: 'directory-audit', record: { activityDisplayName: 'User registered security info', result: 'success' } }],
};
const input = { activities: [signIn, registered], baselines: new Map(), directory: new Map(), hits: [] };
const both = (detector: ReturnType<typeof detectorOf>, more: object = {}) => {
  const found = detector.detect({ ...input, ...more }).findings.find(({ rule }) => rule === 'both');
  if (found === undefined) throw new Error('the sequence was not found');
  return found;
};

describe('a sequence', () => {
  it('names rule, field and value of each member, and the published signs', () => {
    const finding = both(detectorOf(80));
    expect(finding.matched).toEqual([
      { rule: 'script', field: 'status.errorCode', value: '0' },
      { rule: 'script', field: 'context.indicator.userAgent', value: 'test/script' },
      { rule: 'second', field: 'activityDisplayName', value: 'User registered security info' },
    ]);
    expect(finding.indicators).toEqual([{ id: 'test/script', value: agent, confidence: 80, source: 'https://example.com/report' }]);
    expect(becauseLine(finding)).toMatch(
      /^script: status\.errorCode is "0"; context\.indicator\.userAgent is "test\/script"; second: activityDisplayName is .*; sign test\/script/,
    );
  });
  it('says what speaks against it: its own sentence, then those of its members', () => {
    const { against } = both(detectorOf(80));
    expect(against[0]).toBe('A technician sets up a phone.');
    expect(against).toContain('The device is compliant.');
    expect(against).toContain('A roll-out of User registered security info looks alike.');
  });
  it('of hits that were stored says the same as of hits at hand', () => {
    const detector = detectorOf(80);
    const stored: SequenceHit[] = JSON.parse(JSON.stringify(detector.match(input).hits));
    const [later] = detector.conclude(tenant, stored).findings;
    expect(later).toEqual(both(detector));
  });
  it('of hits that an earlier version stored, without evidence, still speaks', () => {
    const detector = detectorOf(20);
    const stored = detector.match(input).hits.map(({ evidence: _, ...hit }) => hit);
    const [finding] = detector.conclude(tenant, stored).findings;
    expect(finding).toMatchObject({ rule: 'both', severity: 'high' });
    expect(finding).not.toHaveProperty('matched');
  });
});

describe('a sequence that rests on an unsure sign', () => {
  it.each([
    [20, 'informational', 'medium', true],
    [49, 'informational', 'medium', true],
    [50, 'informational', 'high', undefined],
    // Something sure stands beside it.
    [20, 'medium', 'high', undefined],
  ] as const)('of confidence %d and a second step of level %s is %s', (confidence, second, severity, unsure) => {
    const finding = both(detectorOf(confidence, { second }));
    expect([finding.severity, finding.unsure]).toEqual([severity, unsure]);
    expect(finding.against.some((sentence) => sentence.includes('is unsure: confidence'))).toBe(confidence < 50);
  });
  it('is medium at most too where a foreign feed lists it, whatever confidence the feed states', () => {
    const foreign = createForeignIndicators([
      { feed: 'list', entries: [{ of: '192.0.2.7', kind: 'address', value: '192.0.2.7', confidence: 100, from: 0 }] },
    ]);
    const detector = detectorOf(80, { sign: 'context.indicator.listed|exists: true', second: 'informational' });
    expect(both(detector, { foreign })).toMatchObject({ severity: 'medium', unsure: true });
  });
});
