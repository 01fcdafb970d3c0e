// What one simulated tenant holds: directory objects behind replicas, Exchange's objects, and its three logs. Filled by worlds/, changed by handlers and attacks.
import { RecordLog } from './record-log.ts';
import { Replica } from './replica.ts';

type Json = Readonly<Record<string, unknown>>;

/** A person in Graph's spelling, plus what only the simulator knows. */
export interface User extends Json {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly jobTitle: string | null;
  readonly accountEnabled: boolean;
  readonly onPremisesSyncEnabled: boolean | null;
  readonly userType: 'Member' | 'Guest';
  readonly signInSessionsValidFromDateTime: string;
  /** Counts password changes: a thief holds the password of one generation. */
  readonly passwordGeneration: number;
}
/** An authentication method in Graph's spelling. Key: `{user id}/{method id}`. */
export interface Method extends Json {
  readonly '@odata.type': string;
  readonly id: string;
  readonly createdDateTime: string | null;
  readonly isDefault: boolean;
  readonly userId: string;
}
export interface Group extends Json {
  readonly id: string;
  readonly displayName: string;
  readonly securityEnabled: boolean;
  /** Object ids. */
  readonly memberIds: readonly string[];
}
interface RoleAssignment extends Json {
  readonly id: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
}
interface DirectoryApp extends Json {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
}
export interface PermissionGrant extends Json {
  readonly id: string;
  readonly clientId: string;
  readonly principalId: string | null;
  readonly scope: string;
}
interface AppRoleAssignment extends Json {
  readonly id: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}
export interface ExchangeObject extends Json {
  readonly Guid: string;
  readonly Name: string;
}

/** One search of the unified audit log; it has ended by `doneAt`. */
export interface AuditQuery {
  readonly id: string;
  readonly displayName: string | null;
  readonly from: number;
  readonly to: number;
  readonly doneAt: number;
}

/** Configuration that the guard takes snapshots of, beside applications and mail flow. */
export const settingKinds = [
  'authenticationMethods',
  'conditionalAccess',
  'domains',
  'federations',
  'inboxRules',
  'mailboxes',
  'mailboxPermissions',
  'organization',
  'outboundConnectors',
  'partners',
  'recipientPermissions',
  'relationships',
  'securityDefaults',
] as const;
export type Settings = Readonly<Record<(typeof settingKinds)[number], Replica<Json>>>;

/** What an administrator searched for once: a search stays to be looked at. */
export const savedAuditQuery: AuditQuery = {
  id: '00000000-0000-4000-8000-00000000a0d1',
  displayName: 'Everything',
  from: 0,
  to: Date.UTC(2100, 0, 1),
  doneAt: 0,
};

export interface TenantFacts {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Entra ID P1. */
  readonly licensed: boolean;
  /** Entra ID P2 and Microsoft Defender. */
  readonly protected: boolean;
}

export interface TenantState extends TenantFacts {
  readonly users: Replica<User>;
  readonly methods: Replica<Method>;
  readonly groups: Replica<Group>;
  readonly roleAssignments: Replica<RoleAssignment>;
  readonly servicePrincipals: Replica<DirectoryApp>;
  readonly applications: Replica<DirectoryApp>;
  readonly permissionGrants: Replica<PermissionGrant>;
  readonly appRoleAssignments: Replica<AppRoleAssignment>;
  readonly connectors: Replica<ExchangeObject>;
  readonly transportRules: Replica<ExchangeObject>;
  readonly settings: Settings;
  readonly signIns: RecordLog;
  readonly directoryAudits: RecordLog;
  readonly unifiedAudit: RecordLog;
  readonly riskDetections: RecordLog;
  readonly securityAlerts: RecordLog;
  /** Searches of the audit log, by id. */
  readonly auditQueries: Map<string, AuditQuery>;
  /** Whether the tenant writes its unified audit log, and who subscribed to it: `{app}/{content type}`. */
  readonly audit: { enabled: boolean; readonly subscriptions: Map<string, AuditSubscription> };
  /** How late its records come, where it is not as everywhere. Changed by `World.beLate`. */
  late?: Lateness | undefined;
}

/** This share of the records that nobody could read yet becomes visible later by up to so long. */
export interface Lateness {
  readonly share: number;
  readonly mostMs: number;
}

export interface AuditSubscription {
  readonly contentType: string;
  readonly startedAt: number;
  readonly enabled: boolean;
}

/** An empty tenant. `lag` tells the replica lag in milliseconds at every read. */
export function emptyTenant(facts: TenantFacts, lag: () => number): TenantState {
  return {
    ...facts,
    users: new Replica(lag),
    methods: new Replica(lag),
    groups: new Replica(lag),
    roleAssignments: new Replica(lag),
    servicePrincipals: new Replica(lag),
    applications: new Replica(lag),
    permissionGrants: new Replica(lag),
    appRoleAssignments: new Replica(lag),
    connectors: new Replica(lag),
    transportRules: new Replica(lag),
    settings: Object.fromEntries(settingKinds.map((kind) => [kind, new Replica(lag)])) as unknown as Settings,
    signIns: new RecordLog(),
    directoryAudits: new RecordLog(),
    unifiedAudit: new RecordLog(),
    riskDetections: new RecordLog(),
    securityAlerts: new RecordLog(),
    auditQueries: new Map([[savedAuditQuery.id, savedAuditQuery]]),
    audit: { enabled: true, subscriptions: new Map() },
  };
}

/** Finds a user by object id or UPN, as a reader sees it. */
export function readUser(tenant: TenantState, idOrUpn: string, now: number): User | undefined {
  const direct = tenant.users.read(idOrUpn.toLowerCase(), now);
  if (direct !== undefined) return direct;
  const name = idOrUpn.toLowerCase();
  return tenant.users.list(now).find(([, user]) => user.userPrincipalName.toLowerCase() === name)?.[1];
}

/** Role template ids that a principal holds, as the service itself knows. */
export const rolesOf = (tenant: TenantState, principalId: string): readonly string[] =>
  tenant.roleAssignments.all().flatMap(([, assignment]) => (assignment.principalId === principalId ? [assignment.roleDefinitionId] : []));
