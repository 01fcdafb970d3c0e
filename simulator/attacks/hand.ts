// What a step of an attack is given to write with. Made by attacker.ts for bring-app.ts and mail-flow-steps.ts.
import type { AuditTarget } from '../records/directory-audit.ts';
import type { SignInFacts } from '../records/sign-in.ts';
import type { TenantState, User } from '../tenant-state.ts';
import type { Browser, Network } from '../worlds/catalogue.ts';
import type { Random } from '../worlds/random.ts';

export interface AuditDetails {
  readonly service: 'Core Directory' | 'Authentication Methods' | 'Device Registration Service';
  readonly category: 'UserManagement' | 'ApplicationManagement' | 'DirectoryManagement' | 'Policy' | 'RoleManagement' | 'Device';
  readonly operation: 'Add' | 'Update' | 'Assign';
  readonly reason?: string;
  readonly targets: readonly AuditTarget[];
  readonly correlation?: string;
  /** Default: the victim, from the attacker's network, with the attacker's program. */
  readonly by?: { readonly user: SignInOf['user']; readonly address?: string; readonly userAgent?: string };
  readonly userAgent?: string;
}
export interface UnifiedDetails {
  readonly objectId?: string;
  readonly workload?: 'SharePoint';
  /** Default: the victim. */
  readonly user?: { readonly id: string; readonly userPrincipalName: string };
  readonly parameters?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}
/** A sign-in to be written; what is missing is the attacker's. */
export interface SignInOf
  extends Pick<SignInFacts, 'app' | 'resource' | 'protocol' | 'transfer' | 'token' | 'access' | 'homeTenant' | 'session'> {
  readonly user: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string };
  readonly error: number;
  readonly silent?: boolean;
  readonly factor?: string;
  readonly network?: Network;
  readonly browser?: Browser;
  readonly managed?: string;
}
export interface Hand {
  readonly tenant: TenantState;
  readonly run: string;
  readonly random: Random;
  readonly victim: User;
  readonly bystanders: readonly User[];
  /** The attack's own application, once it was brought: who else acts in its name. */
  readonly app: { readonly id: string; readonly servicePrincipal: string };
  /** Ids of the mail flow objects that this attack made. */
  readonly made: Set<string>;
  readonly record: (time: number, sign: SignInOf) => void;
  readonly audit: (time: number, activity: string, facts: AuditDetails) => void;
  readonly unified: (time: number, operation: string, recordType: number, facts: UnifiedDetails) => void;
}
