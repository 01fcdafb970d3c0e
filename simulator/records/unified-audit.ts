// A record of the unified audit log in its own spelling (reference: Management Activity API schema and real records of 2021). Used by worlds/ and attacks/.
import { guid } from '../worlds/random.ts';

export interface UnifiedFacts {
  readonly key: string;
  readonly time: number;
  readonly tenant: string;
  readonly operation: string;
  readonly workload: 'Exchange' | 'AzureActiveDirectory' | 'SharePoint' | 'OneDrive';
  /** 1 Exchange admin, 2 Exchange item, 6 SharePoint file, 15 sign-in, 50 mail items accessed. */
  readonly recordType: number;
  readonly user: { readonly id: string; readonly userPrincipalName: string };
  readonly address: string;
  readonly objectId?: string;
  /** Exchange admin cmdlets: parameter names and values as text. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** One record; CreationTime carries no Z, as the service writes it. */
export function unifiedRecord(facts: UnifiedFacts): Readonly<Record<string, unknown>> {
  const exchangeAdmin = facts.recordType === 1;
  return {
    Id: guid('unified', facts.key),
    CreationTime: new Date(facts.time).toISOString().slice(0, 19),
    RecordType: facts.recordType,
    Operation: facts.operation,
    OrganizationId: facts.tenant,
    UserType: exchangeAdmin ? 2 : 0,
    UserKey: facts.user.id,
    UserId: facts.user.userPrincipalName,
    Workload: facts.workload,
    ResultStatus: exchangeAdmin ? 'True' : 'Succeeded',
    ObjectId: facts.objectId ?? '',
    ClientIP: exchangeAdmin ? `${facts.address}:52378` : facts.address,
    ...(facts.parameters && { Parameters: Object.entries(facts.parameters).map(([Name, Value]) => ({ Name, Value })) }),
    ...facts.more,
  };
}
