// What the unified audit adds to a sign-in, from the same record in Graph's spelling (real records of 2021). Used by worlds/ and attacks/.
import type { App, Browser } from '../worlds/catalogue.ts';

/** The unified audit's own fields of a sign-in, from the same record in Graph's spelling. */
export function signInExtras(
  record: Readonly<Record<string, unknown>>,
  app: App,
  browser: Browser,
  tenant: string,
): Readonly<Record<string, unknown>> {
  const status = record.status as { errorCode: number };
  return {
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: 'ResultStatusDetail', Value: status.errorCode === 0 ? 'Success' : 'UserError' },
      { Name: 'UserAgent', Value: browser.userAgent },
      { Name: 'RequestType', Value: 'Login:login' },
    ],
    ModifiedProperties: [],
    Actor: [
      { ID: record.userId, Type: 0 },
      { ID: record.userPrincipalName, Type: 5 },
    ],
    ActorContextId: tenant,
    ActorIpAddress: record.ipAddress,
    InterSystemsId: record.correlationId,
    IntraSystemId: record.id,
    SupportTicketId: '',
    Target: [{ ID: record.resourceId, Type: 0 }],
    TargetContextId: tenant,
    ApplicationId: app.id,
    DeviceProperties: [
      { Name: 'OS', Value: browser.system },
      { Name: 'BrowserType', Value: browser.browser.split(' ')[0] },
      { Name: 'SessionId', Value: record.sessionId },
    ],
    ErrorNumber: String(status.errorCode),
  };
}
