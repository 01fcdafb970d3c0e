// A directory audit as Graph spells it (reference: live record of July 2026; security-info names from Microsoft's activity list). Used by worlds/, attacks/ and handlers that write.
import { guid, random } from '../worlds/random.ts';

export interface AuditTarget {
  readonly id: string;
  readonly displayName: string | null;
  readonly type: 'User' | 'ServicePrincipal' | 'Application' | 'Role' | 'Group' | 'Device' | 'Policy' | 'Other';
  readonly userPrincipalName?: string;
  /** Name, old value, new value: plain text here, JSON-encoded strings in the record as the service does. */
  readonly changes?: readonly (readonly [string, unknown, unknown])[];
}
type AuditInitiator =
  | {
      readonly user: {
        readonly id: string;
        readonly userPrincipalName: string;
        readonly displayName: string;
        readonly ipAddress: string | null;
      };
    }
  | { readonly app: { readonly displayName: string; readonly servicePrincipalId: string } };

export interface AuditFacts {
  readonly key: string;
  readonly time: number;
  readonly activity: string;
  readonly category:
    | 'UserManagement'
    | 'ApplicationManagement'
    | 'DirectoryManagement'
    | 'Policy'
    | 'RoleManagement'
    | 'Device'
    | 'GroupManagement';
  readonly service: 'Core Directory' | 'Authentication Methods' | 'Device Registration Service' | 'Azure MFA';
  readonly operation: 'Add' | 'Update' | 'Delete' | 'Assign' | 'Unassign';
  readonly reason?: string;
  readonly result?: 'success' | 'failure';
  readonly by: AuditInitiator;
  readonly targets: readonly AuditTarget[];
  readonly userAgent?: string;
  readonly correlation?: string;
}

const encoded = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** One record in Graph's spelling. App initiators have no app id, as the service leaves it out. */
export function auditRecord(facts: AuditFacts): Readonly<Record<string, unknown>> {
  const correlation = facts.correlation ?? guid('audit-correlation', facts.key);
  const tail = guid('audit', facts.key).slice(0, 5).toUpperCase();
  return {
    id: `${facts.service === 'Core Directory' ? 'Directory' : facts.service}_${correlation}_${tail}_${random('audit', facts.key).int(10_000_000, 99_999_999)}`,
    category: facts.category,
    correlationId: correlation,
    result: facts.result ?? 'success',
    resultReason: facts.reason ?? '',
    activityDisplayName: facts.activity,
    activityDateTime: new Date(facts.time).toISOString(),
    loggedByService: facts.service,
    operationType: facts.operation,
    initiatedBy:
      'user' in facts.by
        ? { user: { ...facts.by.user, roles: [] }, app: null }
        : { user: null, app: { appId: null, servicePrincipalName: null, ...facts.by.app } },
    targetResources: facts.targets.map((target) => ({
      id: target.id,
      displayName: target.displayName,
      type: target.type,
      userPrincipalName: target.userPrincipalName ?? null,
      groupType: null,
      modifiedProperties: (target.changes ?? []).map(([displayName, before, after]) => ({
        displayName,
        oldValue: encoded(before),
        newValue: encoded(after),
      })),
    })),
    additionalDetails: facts.userAgent === undefined ? [] : [{ key: 'User-Agent', value: facts.userAgent }],
  };
}
