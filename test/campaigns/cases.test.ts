// What a pack's case can say beside its records, and what judging it answers.
import { describe, expect, it } from 'vitest';
import { judgeCase, networksOf, prepareCase } from '../../src/campaigns/cases.ts';
import { type CampaignCase, campaignCase } from '../../src/contracts/campaign.ts';
import { createDetector } from '../../src/detect/detector.ts';

const user = '11111111-0000-4000-8000-000000000001';
const signIn = {
  id: '00000001-0000-4000-8000-0000000000aa',
  createdDateTime: '2026-01-20T02:00:00Z',
  userId: user,
  userPrincipalName: 'nora@contoso.example',
  appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
  ipAddress: '203.0.113.77',
  status: { errorCode: 0 },
};
const method = {
  id: 'Directory_00000002-0000-4000-8000-0000000000aa',
  activityDateTime: '2026-01-20T02:11:00Z',
  activityDisplayName: 'User registered security info',
  category: 'UserManagement',
  correlationId: '00000003-0000-4000-8000-0000000000cc',
  result: 'success',
  initiatedBy: { user: { id: user, userPrincipalName: 'nora@contoso.example' }, app: null },
  targetResources: [{ id: user, type: 'User', userPrincipalName: 'nora@contoso.example', modifiedProperties: [] }],
};
const rule = (service: string, selection: string): string =>
  `title: t\nname: one\nlogsource: { product: azure, service: ${service} }\ndetection:\n  a: { ${selection} }\n  condition: a\nlevel: low`;

function failures(text: string, one: Omit<CampaignCase, 'title' | 'kind'>): readonly string[] {
  const parsed = campaignCase.parse({ title: 't', kind: 'hit', ...one });
  const detector = createDetector({
    campaigns: [],
    extraRules: [{ file: 'one.yml', text }],
    networks: networksOf([{ case: parsed }]),
  });
  return judgeCase(detector, prepareCase('tests/one.hit.json', parsed, detector.learn)).failures;
}

describe('a case', () => {
  it('may say that a rule cannot judge, or that it must be able to', () => {
    const text = rule('signinlogs', 'context.first.country: true');
    expect(failures(text, { fires: [], records: [signIn], notAssessable: ['one'] })).toEqual([]);
    expect(failures(text, { fires: [], records: [signIn], assessable: ['one'] })).toEqual(['one should be able to judge and is not']);
    const known = rule('signinlogs', 'status.errorCode: 0');
    expect(failures(known, { fires: ['one'], records: [signIn], assessable: ['one'] })).toEqual([]);
    expect(failures(known, { fires: ['one'], records: [signIn], notAssessable: ['one'] })).toEqual([
      'one should be reported as not assessable and is not',
    ]);
  });
  it('without a sign-in is one of a tenant whose sign-ins cannot be read, or come late if it says so', () => {
    const unread = rule('auditlogs', 'context.tenant.signInsUnread: true');
    const late = rule('auditlogs', 'context.tenant.signInsLate: true');
    expect(failures(unread, { fires: ['one'], records: [method] })).toEqual([]);
    expect(failures(late, { fires: [], records: [method] })).toEqual([]);
    expect(failures(unread, { fires: [], records: [method], signInsLate: true })).toEqual([]);
    expect(failures(late, { fires: ['one'], records: [method], signInsLate: true })).toEqual([]);
    expect(failures(unread, { fires: [], records: [signIn, method] })).toEqual([]);
  });
  it('names owners of networks by documentation numbers, which stand for the guard’s own table', () => {
    const text = rule('signinlogs', "context.network.owner: 'Dom Tehniki Ltd'");
    const record = { ...signIn, autonomousSystemNumber: 64_496 };
    expect(failures(text, { fires: ['one'], records: [record], networks: { '64496': 'Dom Tehniki Ltd' } })).toEqual([]);
    expect(failures(text, { fires: [], records: [record] })).toEqual([]);
    expect(campaignCase.safeParse({ title: 't', kind: 'hit', fires: [], records: [record], networks: { '3320': 'x' } }).success).toBe(
      false,
    );
  });
  it('whose record is of no log says which', () => {
    expect(failures(rule('signinlogs', 'status.errorCode: 0'), { fires: [], records: [{ id: 'x' }] })).toEqual([
      expect.stringMatching(/^record 1 cannot be read: /),
    ]);
  });
});
