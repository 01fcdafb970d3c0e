// A directory event as the unified audit log repeats it (RecordType 8), from the same record in Graph's spelling (real records of 2021). Used by attacks/.
import { guid } from '../worlds/random.ts';

type Json = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
/** Graph writes values as JSON texts; the unified audit writes scalars bare. */
const bare = (value: unknown): string => {
  if (typeof value !== 'string') return '';
  const parsed: unknown = JSON.parse(value);
  return typeof parsed === 'string' ? parsed : JSON.stringify(parsed, null, 2);
};
/** Parties are described by several entries each: prefixed id, id, kind, name. */
const party = (kind: string, id: unknown, more: readonly Json[]): readonly Json[] => [
  { ID: `${kind}_${id}`, Type: 2 },
  { ID: id, Type: 2 },
  { ID: kind, Type: 2 },
  ...more,
];

/** Only what Core Directory writes is repeated: registrations of sign-in methods are not. */
export function unifiedDirectoryRecord(audit: Json, tenant: string): Json {
  const by = (audit.initiatedBy as { readonly user: Json | null }).user ?? {};
  const [target = {}] = list(audit.targetResources);
  return {
    Id: guid('unified', 'directory', audit.id as string),
    CreationTime: String(audit.activityDateTime).slice(0, 19),
    RecordType: 8,
    // Most end with a full stop; one ends with a blank, which comes with it.
    Operation: String(audit.activityDisplayName).endsWith(' ') ? audit.activityDisplayName : `${audit.activityDisplayName}.`,
    OrganizationId: tenant,
    UserType: 0,
    UserKey: '10032001266C162C@contoso.example',
    UserId: by.userPrincipalName,
    Workload: 'AzureActiveDirectory',
    ResultStatus: audit.result === 'success' ? 'Success' : 'Failure',
    ObjectId: target.id,
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      {
        Name: 'additionalDetails',
        Value: JSON.stringify(Object.fromEntries(list(audit.additionalDetails).map(({ key, value }) => [key, value]))),
      },
      { Name: 'extendedAuditEventCategory', Value: target.type },
    ],
    ModifiedProperties: list(target.modifiedProperties).map(({ displayName, oldValue, newValue }) => ({
      Name: displayName,
      OldValue: bare(oldValue),
      NewValue: bare(newValue),
    })),
    Actor: party('User', by.id, [{ ID: by.userPrincipalName, Type: 5 }]),
    ActorContextId: tenant,
    ActorIpAddress: by.ipAddress,
    InterSystemsId: audit.correlationId,
    IntraSystemId: guid('intra', audit.id as string),
    SupportTicketId: '',
    Target: party(String(target.type), target.id, [{ ID: target.displayName, Type: 1 }]),
    TargetContextId: tenant,
  };
}
