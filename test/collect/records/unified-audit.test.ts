import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import { consent, context, inboxRule, signIn, unifiedConsent, unifiedSignIn } from './samples.ts';

const read = (raw: unknown) => {
  const activity = readRecord(raw, context);
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
};

describe('a sign-in in the unified audit', () => {
  it('is the same activity as the sign-in that Graph gives', () => {
    expect(read(unifiedSignIn).id).toBe(read(signIn).id);
    expect(read(unifiedSignIn).subject).toBe(read(signIn).subject);
  });

  it('has the record as it came first, then Graph’s view of it', () => {
    const [first, second] = read(unifiedSignIn).views;
    expect(first?.record).toBe(unifiedSignIn);
    expect(second).toEqual({
      shape: 'sign-in',
      record: {
        id: '11111111-0000-4000-8000-000000000001',
        createdDateTime: '2026-09-01T10:00:00.000Z',
        correlationId: '22222222-0000-4000-8000-000000000001',
        userId: 'aaaaaaaa-0000-4000-8000-000000000001',
        userPrincipalName: 'ada@contoso.example',
        appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
        resourceId: '00000002-0000-0ff1-ce00-000000000000',
        ipAddress: '2001:db8::1',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
        status: { errorCode: 0 },
        deviceDetail: { operatingSystem: 'Linux', browser: 'Chrome' },
        sessionId: 'session-1',
        isInteractive: true,
      },
    });
    expect(second?.record).toBe(second?.record);
  });

  it.each([
    [{ Operation: 'UserLoginFailed', ErrorNumber: '50126' }, 50126],
    [{ Operation: 'UserLoginFailed', ErrorNumber: '0', LogonError: 'InvalidUserNameOrPassword' }, 50126],
    [{ Operation: 'UserLoginFailed', ErrorNumber: undefined, LogonError: 'BlockedByConditionalAccess' }, 53003],
    [{ Operation: 'UserLoginFailed', ErrorNumber: undefined, LogonError: 'SomethingNew' }, undefined],
    [{ Operation: 'UserLoginFailed', ErrorNumber: '0' }, undefined],
    [{ Operation: 'UserLoggedIn', ErrorNumber: '50140' }, 50140],
    [{ Operation: 'UserLoggedIn', ErrorNumber: undefined }, 0],
  ])('takes the outcome from the error number, never from ResultStatus: %j', (change, errorCode) => {
    const record = read({ ...unifiedSignIn, ...change }).views[1]?.record;
    expect(record?.['status']).toEqual(expect.objectContaining(errorCode === undefined ? {} : { errorCode }));
    expect(Object.hasOwn(Object(record?.['status']), 'errorCode')).toBe(errorCode !== undefined);
  });

  it('is about the address where nobody is named', () => {
    expect(read({ ...unifiedSignIn, UserId: 'Not Available', UserKey: 'Not Available' }).subject).toBe('address:[2001:db8::1]:1234');
  });
});

describe('a directory event in the unified audit', () => {
  it('is the same activity as Graph’s, about the same application, by the same user', () => {
    const graph = read(consent);
    const unified = read(unifiedConsent);
    expect([unified.id, unified.subject, unified.actor]).toEqual([graph.id, graph.subject, graph.actor]);
  });

  it('has Graph’s view of it with Graph’s spelling of values', () => {
    expect(read(unifiedConsent).views[1]).toMatchObject({
      shape: 'directory-audit',
      record: {
        activityDisplayName: 'Consent to application',
        category: 'ApplicationManagement',
        result: 'success',
        initiatedBy: {
          user: { id: 'aaaaaaaa-0000-4000-8000-000000000001', userPrincipalName: 'ada@contoso.example', ipAddress: '192.0.2.10' },
        },
        targetResources: [
          {
            id: 'bbbbbbbb-0000-4000-8000-000000000001',
            displayName: 'Upgrade helper',
            type: 'ServicePrincipal',
            modifiedProperties: [
              { displayName: 'ConsentContext.IsAdminConsent', oldValue: null, newValue: '"False"' },
              { displayName: 'Roles', oldValue: '[]', newValue: '[true]' },
              { displayName: 'TargetId.ServicePrincipalNames', oldValue: null, newValue: '"cccccccc-0000-4000-8000-000000000001"' },
            ],
          },
        ],
        additionalDetails: [{ key: 'User-Agent', value: 'Mozilla/5.0' }],
      },
    });
  });

  it('is the same when it is stored and read again', () => {
    const activity = read(unifiedConsent);
    expect(JSON.parse(JSON.stringify(activity))).toMatchObject({ views: [{ shape: 'unified-audit' }, { record: { result: 'success' } }] });
  });

  it('falls back to its own id without a correlation id', () => {
    expect(read({ ...unifiedConsent, InterSystemsId: undefined }).id).toBe('audit:44444444-0000-4000-8000-000000000001');
  });
});

describe('Exchange events', () => {
  it('are about the user who made an inbox rule', () => {
    const activity = read(inboxRule);
    expect(activity).toMatchObject({ id: 'audit:66666666-0000-4000-8000-000000000001', subject: 'unresolved:ada@contoso.example' });
    expect(activity.views).toEqual([{ shape: 'unified-audit', record: inboxRule }]);
  });

  it('are about the mailbox that was changed, where it is named by object id', () => {
    const activity = read({ ...inboxRule, Operation: 'Set-Mailbox', ObjectId: 'eeeeeeee-0000-4000-8000-000000000001' });
    expect(activity).toMatchObject({ subject: 'user:eeeeeeee-0000-4000-8000-000000000001', actor: 'unresolved:ada@contoso.example' });
    expect(read({ ...inboxRule, Operation: 'Set-Mailbox', ObjectId: 'bo_12ab' }).subject).toBe('unresolved:ada@contoso.example');
  });

  it.each([
    ['New-InboundConnector', { ObjectId: 'Relay' }, 'connector:relay'],
    ['Set-InboundConnector', { ObjectId: '', Parameters: [{ Name: 'Identity', Value: 'Relay' }] }, 'connector:relay'],
    ['New-TransportRule', { ObjectId: '', Parameters: [{ Name: 'Name', Value: '.' }] }, 'transport-rule:.'],
    ['New-TransportRule', { ObjectId: '', Parameters: 'none' }, 'unresolved:ada@contoso.example'],
  ])('%s is about what it names', (Operation, change, subject) => {
    expect(read({ ...inboxRule, Operation, ...change }).subject).toBe(subject);
  });

  it.each([
    [{ UserId: 'ServicePrincipal_eeeeeeee-0000-4000-8000-000000000001' }, 'app:eeeeeeee-0000-4000-8000-000000000001'],
    [{ UserType: 5, UserId: 'eeeeeeee-0000-4000-8000-000000000001' }, 'app:eeeeeeee-0000-4000-8000-000000000001'],
    [{ UserKey: 'eeeeeeee-0000-4000-8000-000000000001' }, 'user:eeeeeeee-0000-4000-8000-000000000001'],
    [{ UserId: '', UserKey: '', ClientIP: '' }, `tenant:${context.tenant}`],
  ])('know applications, object ids and nobody: %j', (change, subject) => {
    expect(read({ ...inboxRule, ...change }).subject).toBe(subject);
  });
});

describe('exports of searches over the unified audit', () => {
  const row = {
    RecordType: 'ExchangeAdmin',
    CreationDate: '9/1/2026 10:10:00 AM',
    UserIds: 'ada@contoso.example',
    Operations: 'New-InboxRule',
  };

  it.each([
    ['AuditData as JSON text', { ...row, AuditData: JSON.stringify(inboxRule) }],
    ['AuditData as an object', { ...row, AuditData: inboxRule }],
    [
      'Graph’s audit query',
      { id: 'x', createdDateTime: '2026-09-01T10:10:00Z', auditLogRecordType: 'exchangeAdmin', auditData: inboxRule },
    ],
  ])('hold the record itself: %s', (_, raw) => {
    expect(read(raw)).toEqual(read(inboxRule));
  });

  it('lend their time to a record that has none', () => {
    const { CreationTime: _time, ...rest } = inboxRule;
    expect(read({ ...row, AuditData: rest }).time).toBe(Date.parse('2026-09-01T10:10:00Z'));
  });

  it.each([
    ['{"CreationTime":"2026-09', 'its AuditData is no JSON (cut off?)'],
    ['[]', 'its AuditData is no record'],
    [{ CreationTime: '2026-09-01T10:10:00' }, 'it has no operation (Operation is missing)'],
  ])('say what is wrong with AuditData %j', (AuditData, skipped) => {
    expect(readRecord({ ...row, AuditData }, context)).toEqual({ skipped });
  });
});
