// Risk detections and Defender's alerts: what is asked, what a missing licence answers, and whom an alert is about.
import { describe, expect, it } from 'vitest';
import { riskDetections } from '../../../src/collect/graph/risk-detections.ts';
import { securityAlerts } from '../../../src/collect/graph/security-alerts.ts';
import { broken, fakeGraph, now, refused } from './fake-graph.ts';

const span = { from: now - 3_600_000, to: now };
const ada = '00000000-0000-4000-8000-000000000001';
const unlicensed = refused(
  403,
  'Forbidden',
  'GET /identityProtection/riskDetections: Your tenant is not licensed for this feature. Please upgrade your subscription to access it.',
);
const risk = {
  id: 'R1',
  requestId: 'REQ-1',
  riskEventType: 'attackerinTheMiddle',
  riskLevel: 'high',
  activityDateTime: '2026-03-08T12:00:00Z',
  detectedDateTime: '2026-03-09T09:30:00Z',
  userId: ada,
  userPrincipalName: 'ada@contoso.example',
};
const alert = (evidence: readonly unknown[]) => ({
  id: 'A1',
  title: 'A user was contained by attack disruption',
  serviceSource: 'microsoft365Defender',
  severity: 'high',
  createdDateTime: '2026-03-09T03:04:00Z',
  lastUpdateDateTime: '2026-03-09T09:30:00Z',
  evidence,
});
const account = (fields: Readonly<Record<string, unknown>>) => ({
  '@odata.type': '#microsoft.graph.security.userEvidence',
  userAccount: fields,
});

describe('risk detections', () => {
  it('are asked for by when they were detected, 500 a page, in no order', async () => {
    const { asked, context } = fakeGraph(() => [[risk]]);
    const read = await riskDetections.read(context, span);
    expect(asked[0]?.options.query).toEqual({
      $filter: 'detectedDateTime ge 2026-03-09T09:00:00.000Z and detectedDateTime lt 2026-03-09T10:00:00.000Z',
      $top: '500',
    });
    expect(read).toMatchObject({ outcome: { status: 'complete' }, readTo: now });
    expect(read.activities[0]).toMatchObject({ id: 'risk:r1', subject: `user:${ada}`, time: Date.UTC(2026, 2, 8, 12) });
  });
  it('need Entra ID P2: the refusal is a missing licence, not a missing permission', async () => {
    const { context } = fakeGraph(() => unlicensed);
    expect((await riskDetections.read(context, span)).outcome).toEqual({ status: 'unlicensed', sku: 'Entra ID P2' });
  });
  it('a missing permission stays one', async () => {
    const { context } = fakeGraph(() => refused(403, 'Forbidden', 'Insufficient privileges to complete the operation.'));
    expect((await riskDetections.read(context, span)).outcome).toEqual({ status: 'denied', permission: 'IdentityRiskEvent.Read.All' });
  });
  it('an interrupted read has read nothing for sure: the mark stays, what came is kept', async () => {
    const { context } = fakeGraph(() => [[risk], broken(refused(503, 'Busy'))]);
    const read = await riskDetections.read(context, span);
    expect(read).toMatchObject({ outcome: { status: 'incomplete' }, readTo: span.from });
    expect(read.activities).toHaveLength(1);
  });
});

describe('alerts of Microsoft Defender', () => {
  it('are asked for by when they last changed, so that what Defender did later is read too', async () => {
    const { asked, context } = fakeGraph(() => [[alert([account({ azureAdUserId: ada, userPrincipalName: 'ada@contoso.example' })])]]);
    const read = await securityAlerts.read(context, span);
    expect(asked[0]?.options.query).toEqual({
      $filter: 'lastUpdateDateTime ge 2026-03-09T09:00:00.000Z and lastUpdateDateTime lt 2026-03-09T10:00:00.000Z',
    });
    expect(read.activities[0]).toMatchObject({
      id: 'alert:a1',
      subject: `user:${ada}`,
      subjectName: 'ada@contoso.example',
      time: Date.UTC(2026, 2, 9, 3, 4),
    });
  });
  it.each([
    ['a person by name only', [account({ userPrincipalName: 'Ada@contoso.example' })], 'unresolved:ada@contoso.example'],
    [
      'an application',
      [{ appId: '00000000-0000-4000-8000-0000000000b2', displayName: 'Mail Backup' }],
      'app:00000000-0000-4000-8000-0000000000b2',
    ],
    ['a person before a device', [{ deviceDnsName: 'pc-1' }, account({ azureAdUserId: ada })], `user:${ada}`],
    ['nobody', [{ deviceDnsName: 'pc-1' }, null, 'x'], 'tenant:00000000-0000-4000-8000-0000000000aa'],
  ])('with %s as evidence', async (_what, evidence, subject) => {
    const { context } = fakeGraph(() => [[alert(evidence)]]);
    expect((await securityAlerts.read(context, span)).activities[0]?.subject).toBe(subject);
  });
  it('without a Defender plan it is a missing licence', async () => {
    const { context } = fakeGraph(() => unlicensed);
    expect((await securityAlerts.read(context, span)).outcome).toMatchObject({ status: 'unlicensed' });
  });
});
