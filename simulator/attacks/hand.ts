// What a step of an attack is given to write with. Made by attacker.ts for bring-app.ts and mail-flow-steps.ts.
import type { AuditTarget } from '../records/directory-audit.ts';
import type { TenantState, User } from '../tenant-state.ts';
import type { Random } from '../worlds/random.ts';

export interface AuditDetails {
  readonly service: 'Core Directory' | 'Authentication Methods';
  readonly category: 'UserManagement' | 'ApplicationManagement' | 'DirectoryManagement' | 'Policy';
  readonly operation: 'Add' | 'Update' | 'Assign';
  readonly reason?: string;
  readonly targets: readonly AuditTarget[];
  readonly correlation?: string;
}
export interface UnifiedDetails {
  readonly objectId?: string;
  readonly workload?: 'SharePoint';
  readonly parameters?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}
export interface Hand {
  readonly tenant: TenantState;
  readonly run: string;
  readonly random: Random;
  readonly victim: User;
  readonly audit: (time: number, activity: string, facts: AuditDetails) => void;
  readonly unified: (time: number, operation: string, recordType: number, facts: UnifiedDetails) => void;
}
