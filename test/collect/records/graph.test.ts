import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/collect/records/classify.ts';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import { consent, context, signIn } from './samples.ts';

const read = (raw: unknown) => {
  const activity = readRecord(raw, context);
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
};

describe('sign-ins as Graph spells them', () => {
  it('hands the record on as it is', () => {
    const activity = read(signIn);
    expect(activity).toMatchObject({
      id: 'signin:11111111-0000-4000-8000-000000000001',
      time: Date.parse('2026-09-01T10:00:00.123Z'),
      subject: 'user:aaaaaaaa-0000-4000-8000-000000000001',
      subjectName: 'Ada@contoso.example',
    });
    expect(activity.views).toHaveLength(1);
    expect(activity.views[0]).toMatchObject({ shape: 'sign-in' });
    expect(activity.views[0]?.record).toBe(signIn);
    expect(activity).not.toHaveProperty('actor');
  });

  it('leaves the subject unresolved where the record has no usable object id', () => {
    expect(read({ ...signIn, userId: '00000000-0000-0000-0000-000000000000' }).subject).toBe('unresolved:ada@contoso.example');
    expect(read({ ...signIn, userId: undefined }).subject).toBe('unresolved:ada@contoso.example');
  });

  it('takes the application for the subject of a service principal’s sign-in', () => {
    const activity = read({ ...signIn, userId: '', userPrincipalName: '', servicePrincipalId: 'eeeeeeee-0000-4000-8000-000000000001' });
    expect(activity.subject).toBe('app:4765445b-32c6-49b0-83e6-1d93765276ca');
  });

  it('gives one id to a sign-in without request id, each time', () => {
    const { id: _id, ...without } = signIn;
    expect(read(without).id).toBe(read({ ...without }).id);
    expect(read(without).id).not.toBe(read({ ...without, ipAddress: '192.0.2.11' }).id);
  });

  it.each([
    [{ ...signIn, createdDateTime: 'soon' }, 'createdDateTime "soon" is no time'],
    [{ ...signIn, createdDateTime: '' }, 'it has no time (createdDateTime is missing)'],
    [
      { ...signIn, userId: 7, userPrincipalName: null, appId: {} },
      'it names neither user nor application (userId, userPrincipalName and appId are missing)',
    ],
  ])('says why it skips one', (raw, skipped) => {
    expect(readRecord(raw, context)).toEqual({ skipped });
  });

  it('keeps visible time and origin', () => {
    const activity = readRecord(signIn, { ...context, visibleAt: 5, origin: { file: 'a.json', record: 3 } });
    expect(activity).toMatchObject({ visibleAt: 5, origin: { file: 'a.json', record: 3 } });
  });
});

describe('directory audits as Graph spells them', () => {
  it('is about the application, with the user who consented as actor', () => {
    expect(read(consent)).toMatchObject({
      subject: 'app:cccccccc-0000-4000-8000-000000000001',
      subjectName: 'Upgrade helper',
      actor: 'user:aaaaaaaa-0000-4000-8000-000000000001',
      actorName: 'ada@contoso.example',
    });
  });

  it('is about the application that a grant is for, not about the resource that it opens', () => {
    const activity = read({
      ...consent,
      activityDisplayName: 'Add app role assignment to service principal',
      targetResources: [
        {
          id: '8429eb5c-0000-4000-8000-000000000001',
          displayName: 'Office 365 Exchange Online',
          type: 'ServicePrincipal',
          modifiedProperties: [
            { displayName: 'ServicePrincipal.DisplayName', newValue: '"Sync tool"' },
            { displayName: 'ServicePrincipal.AppId', newValue: '"cccccccc-0000-4000-8000-000000000002"' },
            { displayName: 'TargetId.ServicePrincipalNames', newValue: '"https://outlook.example;00000002-0000-0ff1-ce00-000000000000"' },
          ],
        },
      ],
    });
    expect(activity).toMatchObject({ subject: 'app:cccccccc-0000-4000-8000-000000000002', subjectName: 'Sync tool' });
  });

  it('is about the user whose method was registered, who is no actor of his own', () => {
    const activity = read({
      ...consent,
      activityDisplayName: 'User registered security info',
      targetResources: [{ id: 'aaaaaaaa-0000-4000-8000-000000000001', type: 'User', userPrincipalName: 'ada@contoso.example' }],
    });
    expect(activity.subject).toBe('user:aaaaaaaa-0000-4000-8000-000000000001');
    expect(activity).not.toHaveProperty('actor');
  });

  it('is about whoever did it where the target is no person and no object of its own', () => {
    const activity = read({ ...consent, targetResources: [{ id: 'x', type: 'Other', displayName: 'Authorization Policy' }] });
    expect(activity.subject).toBe('user:aaaaaaaa-0000-4000-8000-000000000001');
  });

  it.each([
    [{ id: 'g', type: 'Group' }, 'Add member to group', 'group:g'],
    [{ id: 'd', type: 'Device' }, 'Add device', 'device:d'],
    [{ id: null, type: null, displayName: 'Fabrikam.example' }, 'Add unverified domain', 'domain:fabrikam.example'],
    [{ type: 'User', userPrincipalName: 'Bo@contoso.example' }, 'Update user', 'unresolved:bo@contoso.example'],
  ])('knows what kind of object %j is', (target, activityDisplayName, subject) => {
    expect(read({ ...consent, activityDisplayName, targetResources: [target] }).subject).toBe(subject);
  });

  it('names an application that did it by its service principal where the app id is missing', () => {
    const initiatedBy = {
      user: null,
      app: { appId: null, displayName: 'Tool', servicePrincipalId: 'ffffffff-0000-4000-8000-000000000001' },
    };
    expect(read({ ...consent, initiatedBy }).actor).toBe('app:ffffffff-0000-4000-8000-000000000001');
  });

  it('is about the tenant where the record names nobody', () => {
    expect(read({ ...consent, initiatedBy: 5, targetResources: 'none' }).subject).toBe(`tenant:${context.tenant}`);
  });

  it('has the same id whatever dashes and blanks its operation is written with', () => {
    const named = (activityDisplayName: string) => read({ ...consent, activityDisplayName }).id;
    expect(named('Update application – Certificates and secrets management ')).toBe(
      named('Update application - Certificates and secrets management'),
    );
  });
});

describe('records of logs that no rule reads', () => {
  it.each([
    [{ id: '1', activityDateTime: '2026-09-01T10:00:00Z', provisioningAction: 'create' }],
    [{ id: '1', riskLastUpdatedDateTime: '2026-09-01T10:00:00Z', riskLevel: 'high' }],
    [{ time: '2026-09-01T10:00:00Z', category: 'MicrosoftGraphActivityLogs', properties: {} }],
    [{ TimeGenerated: '2026-09-01T10:00:00Z', Type: 'AzureActivity', OperationName: 'Delete' }],
  ])('are understood, without a view: %j', (raw) => {
    expect(read(raw).views).toEqual([]);
  });
});

describe('classify', () => {
  it.each([
    [5, 'it is no record but "5"'],
    [null, 'it is no record but "an object"'],
    [[signIn], 'it is no record but a list'],
    [{}, 'its fields (none) are those of no log that is known here'],
    [{ name: 'x', createdDateTime: '2026-09-01T10:00:00Z' }, 'its fields (name, createdDateTime) are those of no log that is known here'],
  ])('says why %j is no record', (raw, unknown) => {
    expect(classify(raw)).toEqual({ unknown });
  });

  it('tells a risk detection', () => {
    const risk = { id: 'r', riskEventType: 'anomalousToken', activityDateTime: '2026-09-01T10:00:00Z', userId: signIn.userId };
    expect(read(risk)).toMatchObject({ id: 'risk:r', subject: 'user:aaaaaaaa-0000-4000-8000-000000000001' });
    expect(read(risk).views[0]?.shape).toBe('risk-detection');
  });
});
