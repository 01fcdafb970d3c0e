// Made-up records in the spellings that the tests of this folder read.

export const signIn = {
  id: '11111111-0000-4000-8000-000000000001',
  createdDateTime: '2026-09-01T10:00:00.1234567Z',
  userDisplayName: 'Ada Example',
  userPrincipalName: 'Ada@contoso.example',
  userId: 'AAAAAAAA-0000-4000-8000-000000000001',
  appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
  appDisplayName: 'OfficeHome',
  ipAddress: '192.0.2.10',
  correlationId: '22222222-0000-4000-8000-000000000001',
  status: { errorCode: 0 },
};

export const consent = {
  id: 'Directory_x',
  activityDateTime: '2026-09-01T10:05:00Z',
  activityDisplayName: 'Consent to application',
  correlationId: '33333333-0000-4000-8000-000000000001',
  initiatedBy: {
    user: { id: 'aaaaaaaa-0000-4000-8000-000000000001', userPrincipalName: 'ada@contoso.example', ipAddress: '192.0.2.10' },
    app: null,
  },
  targetResources: [
    {
      id: 'bbbbbbbb-0000-4000-8000-000000000001',
      displayName: 'Upgrade helper',
      type: 'ServicePrincipal',
      modifiedProperties: [
        { displayName: 'ConsentContext.IsAdminConsent', oldValue: null, newValue: '"False"' },
        { displayName: 'TargetId.ServicePrincipalNames', oldValue: null, newValue: '"cccccccc-0000-4000-8000-000000000001"' },
      ],
    },
  ],
};

/** The same event through the unified audit. */
export const unifiedConsent = {
  CreationTime: '2026-09-01T10:05:00',
  Id: '44444444-0000-4000-8000-000000000001',
  Operation: 'Consent to application.',
  RecordType: 8,
  ResultStatus: 'Success',
  UserKey: '10032000AAAAAAAA@contoso.example',
  UserType: 0,
  Workload: 'AzureActiveDirectory',
  ObjectId: 'cccccccc-0000-4000-8000-000000000001',
  UserId: 'ada@contoso.example',
  ExtendedProperties: [
    { Name: 'additionalDetails', Value: '{"User-Agent":"Mozilla/5.0"}' },
    { Name: 'extendedAuditEventCategory', Value: 'ServicePrincipal' },
  ],
  ModifiedProperties: [
    { Name: 'ConsentContext.IsAdminConsent', NewValue: 'False', OldValue: '' },
    { Name: 'Roles', NewValue: '[\r\n  true\r\n]', OldValue: '[]' },
    { Name: 'TargetId.ServicePrincipalNames', NewValue: 'cccccccc-0000-4000-8000-000000000001', OldValue: '' },
  ],
  Actor: [
    { ID: 'ada@contoso.example', Type: 5 },
    { ID: '10032000AAAAAAAA', Type: 3 },
    { ID: '18ed3507-a475-4ccb-b669-d66bc9f2a36e', Type: 2 },
    { ID: 'User_aaaaaaaa-0000-4000-8000-000000000001', Type: 2 },
    { ID: 'aaaaaaaa-0000-4000-8000-000000000001', Type: 2 },
    { ID: 'User', Type: 2 },
  ],
  ActorIpAddress: '192.0.2.10',
  InterSystemsId: '33333333-0000-4000-8000-000000000001',
  Target: [
    { ID: 'ServicePrincipal_bbbbbbbb-0000-4000-8000-000000000001', Type: 2 },
    { ID: 'bbbbbbbb-0000-4000-8000-000000000001', Type: 2 },
    { ID: 'ServicePrincipal', Type: 2 },
    { ID: 'Upgrade helper', Type: 1 },
    { ID: 'cccccccc-0000-4000-8000-000000000001', Type: 2 },
  ],
};

/** The sign-in above through the unified audit. */
export const unifiedSignIn = {
  CreationTime: '2026-09-01T10:00:00',
  Id: '55555555-0000-4000-8000-000000000001',
  Operation: 'UserLoggedIn',
  RecordType: 15,
  ResultStatus: 'Success',
  UserKey: 'aaaaaaaa-0000-4000-8000-000000000001',
  UserType: 0,
  Workload: 'AzureActiveDirectory',
  ClientIP: '[2001:db8::1]:1234',
  ObjectId: '00000002-0000-0ff1-ce00-000000000000',
  UserId: 'ada@contoso.example',
  ApplicationId: '4765445b-32c6-49b0-83e6-1d93765276ca',
  ErrorNumber: '0',
  IntraSystemId: '11111111-0000-4000-8000-000000000001',
  InterSystemsId: '22222222-0000-4000-8000-000000000001',
  ExtendedProperties: [
    { Name: 'UserAgent', Value: 'Mozilla/5.0 (X11; Linux x86_64)' },
    { Name: 'RequestType', Value: 'OAuth2:Authorize' },
  ],
  DeviceProperties: [
    { Name: 'OS', Value: 'Linux' },
    { Name: 'BrowserType', Value: 'Chrome' },
    { Name: 'SessionId', Value: 'session-1' },
  ],
};

export const inboxRule = {
  CreationTime: '2026-09-01T10:10:00',
  Id: '66666666-0000-4000-8000-000000000001',
  Operation: 'New-InboxRule',
  RecordType: 1,
  ResultStatus: 'True',
  UserKey: '10032000AAAAAAAA',
  UserType: 2,
  Workload: 'Exchange',
  ClientIP: '192.0.2.10:52378',
  ObjectId: 'ada\\Invoices',
  UserId: 'ada@contoso.example',
  Parameters: [
    { Name: 'Name', Value: 'Invoices' },
    { Name: 'ForwardTo', Value: 'thief@example.net' },
  ],
};

export const context = { tenant: 'dddddddd-0000-4000-8000-000000000001', feed: 'export' };
