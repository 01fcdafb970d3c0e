import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import { consent, context, signIn } from './samples.ts';

const read = (raw: unknown) => {
  const activity = readRecord(raw, context);
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
};

describe('diagnostic-settings records', () => {
  const outer = {
    time: '2026-09-01T10:01:00Z',
    category: 'SignInLogs',
    resultType: '50126',
    callerIpAddress: '192.0.2.10',
    location: 'CH',
  };

  it.each(['SignInLogs', 'NonInteractiveUserSignInLogs', 'ServicePrincipalSignInLogs', 'ManagedIdentitySignInLogs'])(
    '%s hold Graph’s record',
    (category) => {
      expect(read({ ...outer, category, properties: signIn }).views[0]?.record).toBe(signIn);
    },
  );

  it('may hold it as JSON text', () => {
    expect(read({ ...outer, properties: JSON.stringify(signIn) })).toEqual(read(signIn));
  });

  it('lend what only the outer record has', () => {
    const { status: _status, ipAddress: _address, ...bare } = signIn;
    expect(read({ ...outer, properties: bare }).views[0]?.record).toMatchObject({
      status: { errorCode: 50126 },
      ipAddress: '192.0.2.10',
      location: { countryOrRegion: 'CH' },
    });
    const audit = { ...consent, activityDateTime: undefined, activityDisplayName: undefined };
    const record = read({
      time: consent.activityDateTime,
      category: 'AuditLogs',
      operationName: 'Consent to application',
      properties: audit,
    });
    expect(record.id).toBe(read(consent).id);
  });

  it('are skipped where properties are unreadable', () => {
    expect(readRecord({ ...outer, properties: '{"id":' }, context)).toEqual({ skipped: 'its properties are neither an object nor JSON' });
  });
});

describe('Log Analytics rows', () => {
  const row = {
    Type: 'SigninLogs',
    'CreatedDateTime [UTC]': '9/1/2026, 10:00:00.123 AM',
    Id: signIn.id,
    UserId: signIn.userId,
    UserPrincipalName: signIn.userPrincipalName,
    AppId: signIn.appId,
    AppDisplayName: 'OfficeHome',
    IPAddress: '192.0.2.10',
    CorrelationId: signIn.correlationId,
    ResultType: '0',
    Status_dynamic: '{"errorCode":0,"additionalDetails":"MFA"}',
    Status_string: '',
    LocationDetails_dynamic: '{"city":"Bern","countryOrRegion":"CH"}',
    DeviceDetail: '{"OperatingSystem":"Windows 10"}',
    IsInteractive: 'TRUE',
    AutonomousSystemNumber: '64496',
    UserAgent: '',
    query_added: 'x',
  };

  it('become the sign-in that Graph spells', () => {
    const activity = read(row);
    expect(activity).toMatchObject({ id: read(signIn).id, time: read(signIn).time, subject: read(signIn).subject });
    expect(activity.views[0]?.record).toEqual({
      id: signIn.id,
      createdDateTime: '9/1/2026, 10:00:00.123 AM',
      userId: signIn.userId,
      userPrincipalName: signIn.userPrincipalName,
      appId: signIn.appId,
      appDisplayName: 'OfficeHome',
      ipAddress: '192.0.2.10',
      correlationId: signIn.correlationId,
      status: { errorCode: 0, additionalDetails: 'MFA' },
      location: { city: 'Bern', countryOrRegion: 'CH' },
      deviceDetail: { operatingSystem: 'Windows 10' },
      isInteractive: true,
      autonomousSystemNumber: 64496,
    });
  });

  it('take code and country from the flat columns where the nested ones are gone', () => {
    const record = read({ ...row, Status_dynamic: '', LocationDetails_dynamic: '', Location: 'CH', ResultType: '50057' }).views[0]?.record;
    expect(record).toMatchObject({ status: { errorCode: 50057 }, location: { countryOrRegion: 'CH' } });
  });

  it('take the time of the first authentication step where a query dropped the columns', () => {
    const { 'CreatedDateTime [UTC]': _time, ...rest } = row;
    const steps = JSON.stringify([{ authenticationStepDateTime: '2026-09-01T10:00:00.123+00:00' }]);
    expect(read({ ...rest, AuthenticationDetails: steps }).time).toBe(read(signIn).time);
  });

  it('are undated, and say so, where no time is left', () => {
    const { 'CreatedDateTime [UTC]': _time, ...rest } = row;
    expect(readRecord(rest, context)).toEqual({ skipped: 'it has no time (createdDateTime is missing)' });
    expect(readRecord(rest, { ...context, undatedAt: 7 })).toMatchObject({ time: 7, undated: true });
    expect(readRecord({ ...rest, 'TimeGenerated [Local Time]': '9/1/2026, 12:00:00.000 PM' }, { ...context, undatedAt: 7 })).toEqual({
      skipped: 'its times are in a local zone that the file does not tell: export again in UTC',
    });
  });

  it('become the directory audit that Graph spells', () => {
    const activity = read({
      Type: 'AuditLogs',
      TimeGenerated: consent.activityDateTime,
      OperationName: consent.activityDisplayName,
      CorrelationId: consent.correlationId,
      InitiatedBy: JSON.stringify(consent.initiatedBy),
      TargetResources: JSON.stringify(consent.targetResources),
    });
    const graph = read(consent);
    expect([activity.id, activity.subject, activity.actor]).toEqual([graph.id, graph.subject, graph.actor]);
  });

  it('become the unified-audit record that OfficeActivity renamed', () => {
    const activity = read({
      Type: 'OfficeActivity',
      RecordType: 'ExchangeAdmin',
      UserType: 'Admin',
      'Start_Time [UTC]': '9/1/2026, 10:10:00.000 AM',
      Operation: 'New-InboxRule',
      OfficeWorkload: 'Exchange',
      OfficeObjectId: 'ada\\Invoices',
      OfficeId: '66666666-0000-4000-8000-000000000001',
      UserId: 'ada@contoso.example',
      UserId_: 'ada@contoso.example',
      ResultStatus: 'TRUE',
      ExternalAccess: 'FALSE',
      Parameters: '[{"Name":"ForwardTo","Value":"thief@example.net"}]',
    });
    expect(activity).toMatchObject({ id: 'audit:66666666-0000-4000-8000-000000000001', time: Date.parse('2026-09-01T10:10:00Z') });
    expect(activity.views[0]?.record).toMatchObject({
      RecordType: 1,
      UserType: 2,
      Workload: 'Exchange',
      ResultStatus: 'True',
      ExternalAccess: false,
      Parameters: [{ Name: 'ForwardTo', Value: 'thief@example.net' }],
    });
  });

  it('are refused where they are the result of a query', () => {
    expect(
      readRecord({ Type: 'SigninLogs', 'StartTime [UTC]': '9/1/2026, 10:00:00.000 AM', IPAddress: '192.0.2.10', count_: '4' }, context),
    ).toEqual({
      skipped:
        'it is the result of a query over SigninLogs and no record of it: its columns (Type, StartTime [UTC], IPAddress, count_) name no single event',
    });
  });

  it('may be the PascalCase objects of Graph PowerShell', () => {
    const activity = read({
      Id: signIn.id,
      CreatedDateTime: '/Date(1788256800123)/',
      UserId: signIn.userId,
      UserPrincipalName: signIn.userPrincipalName,
      AppId: signIn.appId,
      AppDisplayName: 'OfficeHome',
      CorrelationId: signIn.correlationId,
      Status: { ErrorCode: 50126, FailureReason: 'wrong' },
    });
    expect(activity.id).toBe(read(signIn).id);
    expect(activity.views[0]?.record).toMatchObject({ status: { errorCode: 50126, failureReason: 'wrong' } });
  });
});

describe('rows of the Entra admin centre', () => {
  it('become the sign-in that Graph spells', () => {
    const activity = read({
      'Date (UTC)': '2026-09-01T10:00:00Z',
      'Request ID': signIn.id,
      'User agent': 'Mozilla/5.0',
      'Correlation ID': signIn.correlationId,
      'User ID': signIn.userId,
      User: 'Ada Example',
      Username: signIn.userPrincipalName,
      'Cross tenant access type': 'Service provider',
      'Authentication Protocol': 'Device code',
      Application: 'OfficeHome',
      'Application ID ': signIn.appId,
      'IP address': '192.0.2.10',
      Location: 'Bern, Bern, CH',
      Status: 'Success',
      'Sign-in error code': '',
      'Autonomous system  number': '64496',
      'Conditional Access': 'Not Applied',
      'Authentication requirement': 'Single-factor authentication',
      Compliant: 'No',
    });
    expect(activity.id).toBe(read(signIn).id);
    expect(activity.views[0]?.record).toMatchObject({
      appId: signIn.appId,
      userAgent: 'Mozilla/5.0',
      status: { errorCode: 0 },
      location: { city: 'Bern', countryOrRegion: 'CH' },
      crossTenantAccessType: 'serviceProvider',
      authenticationProtocol: 'deviceCode',
      autonomousSystemNumber: 64496,
      conditionalAccessStatus: 'notApplied',
      authenticationRequirement: 'singleFactorAuthentication',
      deviceDetail: { isCompliant: false },
    });
  });

  it('keep a failure’s code unknown where the row does not tell it', () => {
    const row = { 'Date (UTC)': '2026-09-01T10:00:00Z', 'Request ID': 'r', Username: 'ada@contoso.example', Status: 'Failure' };
    expect(read(row).views[0]?.record).not.toHaveProperty('status.errorCode');
  });

  it('become the directory audit that Graph spells', () => {
    const activity = read({
      'Date (UTC)': consent.activityDateTime,
      CorrelationId: consent.correlationId,
      Service: 'Core Directory',
      Category: 'ApplicationManagement',
      Activity: consent.activityDisplayName,
      Result: 'success',
      'User Agent': 'Mozilla/5.0',
      ActorType: 'User',
      ActorObjectId: 'aaaaaaaa-0000-4000-8000-000000000001',
      ActorUserPrincipalName: 'ada@contoso.example',
      IPAddress: '192.0.2.10',
      Target1Type: 'ServicePrincipal',
      Target1DisplayName: 'Upgrade helper',
      Target1ObjectId: 'bbbbbbbb-0000-4000-8000-000000000001',
      Target1ModifiedProperty1Name: 'TargetId.ServicePrincipalNames',
      Target1ModifiedProperty1OldValue: '',
      Target1ModifiedProperty1NewValue: '"cccccccc-0000-4000-8000-000000000001"',
      AdditionalDetail1Key: 'AppId',
      AdditionalDetail1Value: 'cccccccc-0000-4000-8000-000000000001',
    });
    const graph = read(consent);
    expect([activity.id, activity.subject, activity.actor]).toEqual([graph.id, graph.subject, graph.actor]);
    expect(activity.views[0]?.record['additionalDetails']).toEqual([
      { key: 'AppId', value: 'cccccccc-0000-4000-8000-000000000001' },
      { key: 'User-Agent', value: 'Mozilla/5.0' },
    ]);
  });

  it('name an application that did it', () => {
    const row = {
      'Date (UTC)': '2026-09-01T10:00:00Z',
      Activity: 'Update user',
      ActorType: 'Application',
      ActorDisplayName: 'Tool',
      ActorServicePrincipalId: 'ffffffff-0000-4000-8000-000000000001',
      Target1Type: 'User',
      Target1ObjectId: 'aaaaaaaa-0000-4000-8000-000000000001',
    };
    expect(read(row).actor).toBe('app:ffffffff-0000-4000-8000-000000000001');
  });
});
