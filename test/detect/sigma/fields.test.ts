import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapes, type View } from '../../../src/contracts/activity.ts';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { readField, resolveField } from '../../../src/detect/sigma/fields/resolve.ts';
import { parseRule } from '../../../src/detect/sigma/parse.ts';
import { judgeItem } from './inline-rules.ts';

const signIn: View = {
  shape: 'sign-in',
  record: {
    createdDateTime: '2026-09-01T10:00:00Z',
    userPrincipalName: 'anna@contoso.example',
    appDisplayName: 'OfficeHome',
    ipAddress: '192.0.2.9',
    status: { errorCode: 50126, failureReason: 'Invalid username or password.', additionalDetails: null },
    location: { countryOrRegion: 'CH', city: 'Bern' },
    deviceDetail: { operatingSystem: 'Linux', trustType: null },
    authenticationProtocol: 'deviceCode',
    networkLocationDetails: [],
  },
};
const audit: View = {
  shape: 'directory-audit',
  record: {
    activityDisplayName: 'Update application – Certificates and secrets management ',
    result: 'success',
    resultReason: 'User registered Authenticator App with Notification and Code',
    loggedByService: 'Authentication Methods',
    initiatedBy: { app: null, user: { id: 'u1', displayName: null, userPrincipalName: 'anna@contoso.example', ipAddress: '192.0.2.9' } },
    targetResources: [
      {
        id: 't1',
        displayName: 'Microsoft Graph',
        type: 'ServicePrincipal',
        modifiedProperties: [{ displayName: 'AppRole.Value', oldValue: null, newValue: '"Mail.Read"' }],
      },
      {
        id: 't2',
        displayName: 'Mailer',
        type: 'Other',
        modifiedProperties: [
          { displayName: 'ConsentContext.IsAdminConsent', oldValue: '[]', newValue: '"[\\"False\\"]"' },
          { displayName: 'Role.DisplayName', oldValue: '"Reader"', newValue: '"Global Administrator"' },
        ],
      },
    ],
    additionalDetails: [{ key: 'User-Agent', value: 'axios/1.7' }],
  },
};
const unified: View = {
  shape: 'unified-audit',
  record: {
    Operation: 'New-InboxRule',
    Workload: 'Exchange',
    ResultStatus: 'True',
    UserId: 'anna@contoso.example',
    ClientIP: '192.0.2.9:4711',
    Parameters: [
      { Name: 'Name', Value: '.' },
      { Name: 'ForwardTo', Value: 'x@example.com' },
    ],
    ExtendedProperties: [{ Name: 'RequestType', Value: 'Cmsi:Cmsi' }],
    ModifiedProperties: [{ Name: 'Role.DisplayName', NewValue: 'Global Administrator', OldValue: 'Reader' }],
    DeviceProperties: [{ Name: 'OS', Value: 'Linux' }],
    Actor: [
      { ID: 'anna@contoso.example', Type: 5 },
      { ID: 'u1', Type: 0 },
    ],
    AppAccessContext: { ClientAppId: 'c1' },
    lowerCase: { Inner: [{ deep: 7 }] },
  },
};
const connector: View = {
  shape: 'inbound-connector',
  record: {
    change: 'created',
    id: 'c1',
    name: 'in',
    changed: ['Enabled'],
    before: null,
    after: { Enabled: true, SenderDomains: [], SenderIPAddresses: ['203.0.113.1', '203.0.113.2'] },
  },
};

describe('reading fields', () => {
  it.each<[View, string, unknown]>([
    [signIn, 'status.errorCode', 50126],
    [signIn, 'ResultType', 50126],
    [signIn, 'properties.status.errorCode', 50126],
    [signIn, 'RESULTTYPE', 50126],
    [signIn, 'Location', 'CH'],
    [signIn, 'LocationDetails.city', 'Bern'],
    [signIn, 'ResultDescription', ['Failure', 'Invalid username or password.']],
    [signIn, 'Username', 'anna@contoso.example'],
    [signIn, 'properties.message', ['deviceCode', 'Device Code']],
    [signIn, 'ActivityDetails', ['Sign-in activity', 'Sign-ins']],
    [signIn, 'deviceDetail.trustType', undefined],
    [signIn, 'deviceDetail.deviceId', undefined],
    [signIn, 'userAgent', undefined],
    [signIn, 'no.such.field', undefined],
    [audit, 'OperationName', 'Update application - Certificates and secrets management'],
    [audit, 'properties.message', 'Update application - Certificates and secrets management'],
    [audit, 'Initiatied.By', ['anna@contoso.example', 'u1']],
    [audit, 'InitiatedBy.user.userPrincipalName', 'anna@contoso.example'],
    [audit, 'TargetResources.displayName', ['Microsoft Graph', 'Mailer']],
    [audit, 'TargetResources[0].displayName', ['Microsoft Graph', 'Mailer']],
    [audit, 'targetResources{}.id', ['t1', 't2']],
    [audit, 'targetResources.type', ['ServicePrincipal', 'Service Principal', 'Other']],
    [audit, 'Target', ['Microsoft Graph', 'Mailer', 't1', 't2']],
    [audit, 'AppRole.Value', ['"Mail.Read"', 'Mail.Read']],
    [audit, 'ConsentContext.IsAdminConsent', ['"[\\"False\\"]"', '["False"]', 'False']],
    [audit, 'modifiedProperties.Role.DisplayName.oldValue', ['"Reader"', 'Reader']],
    [audit, 'UserAgent', 'axios/1.7'],
    [audit, 'additionalDetails.User-Agent', 'axios/1.7'],
    [audit, 'Status', ['success', 'User registered Authenticator App with Notification and Code']],
    [audit, 'ipAddress', '192.0.2.9'],
    [unified, 'Operation', 'New-InboxRule'],
    [unified, 'eventName', 'New-InboxRule'],
    [unified, 'status', ['True', 'success']],
    [unified, 'ForwardTo', 'x@example.com'],
    [unified, 'forwardto', 'x@example.com'],
    [unified, 'Parameters.ForwardTo', 'x@example.com'],
    [unified, 'Parameters.Name', ['Name', 'ForwardTo']],
    [unified, 'Parameters.Value', ['.', 'x@example.com']],
    [unified, 'ExtendedProperties.ForwardTo', undefined],
    [unified, 'RequestType', 'Cmsi:Cmsi'],
    [unified, 'OS', 'Linux'],
    [unified, 'Role.DisplayName', 'Global Administrator'],
    [unified, 'Role.DisplayName.OldValue', 'Reader'],
    [unified, 'Actor.ID', ['anna@contoso.example', 'u1']],
    [unified, 'AppAccessContext.ClientAppId', 'c1'],
    [unified, 'LOWERCASE.Inner.deep', 7],
    [unified, 'constructor', undefined],
    [unified, '__proto__.polluted', undefined],
    [connector, 'change', 'created'],
    [connector, 'after.SenderIPAddresses', ['203.0.113.1', '203.0.113.2']],
    [connector, 'senderipaddresses', ['203.0.113.1', '203.0.113.2']],
    [connector, 'Enabled', true],
    [connector, 'SenderDomains', undefined],
    [connector, 'before.Enabled', undefined],
  ])('%#: %2$s', (view, name, expected) => {
    expect(readField(view, {}, name)).toEqual(expected);
  });

  it('context fields come from the context, for every shape', () => {
    for (const shape of shapes)
      expect(readField({ shape, record: {} }, { 'context.user.role': 'finance' }, 'Context.User.Role')).toBe('finance');
    expect(readField(signIn, {}, 'context.user.role')).toBeUndefined();
    expect(readField(signIn, { 'context.indicator.domain': [] }, 'context.indicator.domain')).toBeUndefined();
  });

  it('never throws, and never reads what is not the record’s own, whatever the record', () => {
    const names = [
      'constructor',
      '__proto__',
      'status.errorCode',
      'targetResources.modifiedProperties.newValue',
      'AppRole.Value',
      'additionalDetails.x',
      'Parameters.ForwardTo',
      'a.b.c',
      'InitiatedBy',
      'Status',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.dictionary(
          fc.constantFrom('status', 'targetResources', 'initiatedBy', 'additionalDetails', 'Parameters', 'a', '__proto__', 'result'),
          fc.jsonValue(),
        ),
        (shape, record) => {
          for (const name of names) expect(typeof readField({ shape, record }, {}, name)).not.toBe('function');
        },
      ),
    );
  });

  it('a record nested deeper than the stack is still read', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 50_000; level++) deep = [deep];
    expect(() => readField({ shape: 'directory-audit', record: { targetResources: deep } }, {}, 'targetResources')).not.toThrow();
  });
});

describe('operations', () => {
  it.each([
    ['Disable Strong Authentication.', 'disable strong authentication', true],
    ['Disable Strong Authentication', 'Disable Strong Authentication.', true],
    ['Update application – Certificates and secrets management ', 'Update application - Certificates and secrets management', true],
    ['Update application - Certificates and secrets management', 'Update application — Certificates and secrets management.', true],
    ['Add  user', 'Add user', true],
    ['Add user to group.', 'Add user', false],
  ])('"%s" against the rule’s "%s" is %s', (operation, wanted, expected) => {
    expect(judgeItem(`Operation: '${wanted}'`, { Operation: operation }, { shape: 'unified-audit' })).toBe(expected);
    expect(judgeItem(`properties.message: '${wanted}'`, { activityDisplayName: operation }, { shape: 'directory-audit' })).toBe(expected);
  });

  it('a full stop before a wildcard stays one', () => {
    expect(judgeItem("Operation|startswith: 'Add user.'", { Operation: 'Add user to group.' }, { shape: 'unified-audit' })).toBe(false);
    expect(judgeItem("Operation|startswith: 'Add user.'", { Operation: 'Add user.' }, { shape: 'unified-audit' })).toBe(true);
  });
});

describe('what nobody knows', () => {
  it('a field that an Entra record lacks altogether is not assessable, one that is empty is known', () => {
    expect(judgeItem('userAgent: axios', {})).toEqual(['userAgent']);
    expect(judgeItem('userAgent: axios', { userAgent: null })).toBe(false);
    expect(judgeItem('userAgent: axios', { userAgent: '' })).toBe(false);
    expect(judgeItem('userPrincipalName|startswith: admin', { userPrincipalName: '' })).toBe(false);
    expect(judgeItem('userAgent: null', {})).toEqual(['userAgent']);
    expect(judgeItem('deviceDetail.trustType: null', {})).toEqual(['deviceDetail.trustType']);
    expect(judgeItem('ForwardTo: null', {}, { shape: 'unified-audit' })).toBe(true);
  });

  it('a public rule’s word for a group of values finds every part', () => {
    expect(judgeItem("Status: 'Success'", { status: { errorCode: 0 } })).toBe(true);
    expect(judgeItem("Status: 'MFA Denied'", { status: { errorCode: 500121, additionalDetails: 'MFA denied' } })).toBe(true);
    expect(judgeItem("ResultDescription: 'Failure'", { status: { errorCode: 50140 } })).toBe(false);
    expect(
      judgeItem(
        "failure_status_reason: 'Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions'",
        { resultReason: 'Microsoft.online.Security.userConsentBlockedForRiskyAppsExceptions' },
        { shape: 'directory-audit' },
      ),
    ).toBe(true);
  });
});

it('every alias and derived name leads somewhere', () => {
  for (const name of ['Identity', 'Category', 'RiskLevel', 'MfaDetail', 'IPAddress', 'Resource'])
    expect(resolveField('sign-in', name)?.known, name).toBe(true);
  for (const name of ['Identity', 'AADOperationType', 'Actor', 'Result', 'modifiedProperties.newValue'])
    expect(resolveField('directory-audit', name)?.known, name).toBe(true);
  expect(resolveField('unified-audit', 'SomethingNew')).toMatchObject({ known: false });
  expect(resolveField('sign-in', 'SomethingNew')).toBeUndefined();
});

describe('alerts of Defender', () => {
  const alert = {
    id: 'da1',
    title: 'Impossible travel activity',
    serviceSource: 'microsoftDefenderForCloudApps',
    status: 'new',
    severity: 'medium',
    evidence: [{ userAccount: { userPrincipalName: 'ann@contoso.example' } }],
  };
  const fires = (service: string, selection: string, record: Record<string, unknown> = alert): boolean => {
    const rule = parseRule(
      `title: Alert\nlogsource: { product: m365, service: ${service} }\ndetection:\n  selection: { ${selection} }\n  condition: selection`,
      'alert.yml',
    );
    if (rule.kind !== 'rule') throw new Error('expected a rule');
    const activity = {
      id: 'a',
      tenant: 't',
      feed: 'export',
      time: 0,
      subject: 'user:1',
      views: [{ shape: 'security-alert', record }],
    } as const;
    return compile([rule]).match(activity, {}).length === 1;
  };
  it('answer public rules that know them as records of the compliance centre', () => {
    const rule = "eventSource: SecurityComplianceCenter, eventName: 'Impossible travel activity', status: success";
    for (const service of ['threat_management', 'threat_detection']) expect(fires(service, rule)).toBe(true);
    expect(fires('threat_management', rule, { ...alert, serviceSource: 'microsoftDefenderForEndpoint' })).toBe(false);
    expect(fires('threat_management', rule, { ...alert, title: 'Mass download' })).toBe(false);
  });
  it('are read by their own names', () => {
    expect(fires('security-alerts', 'status: new, evidence.userAccount.userPrincipalName: ann@contoso.example')).toBe(true);
    expect(fires('security-alerts', 'status: success')).toBe(false);
  });
});

it.each(shapes)('every shape of record has fields that rules can name: %s', (shape) => {
  expect(
    resolveField(shape, shape === 'sign-in' ? 'appId' : 'id')?.known ??
      resolveField(shape, 'Name')?.known ??
      resolveField(shape, 'Operation')?.known,
  ).toBe(true);
});
