// What containment is handed by the composition root. Used by press.ts, undo.ts, execute.ts and what they call.
import type { Clock, Ids } from '../contracts/clock.ts';
import type { Store } from '../store/store.ts';
import type { Connect } from '../tenants/connect.ts';
import type { Registry } from '../tenants/registry.ts';

export interface ContainTools {
  readonly store: Store;
  /** The policy is read fresh before every write: it is the kill switch. */
  readonly registry: Pick<Registry, 'entry'>;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Resolves after so many milliseconds; a test moves its clock instead. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Set by execute.ts for as long as it holds a containment: no new try begins later (epoch ms), since another worker may act once the lease has run out. */
  readonly until?: number;
}
