// What rounds and their neighbours are handed by the composition root: ports only, named, so that two of one type cannot be mixed up.

import type { Feed } from '../collect/feed.ts';
import type { DirectoryReader } from '../collect/graph/directory-facts.ts';
import type { Clock, Ids } from '../contracts/clock.ts';
import type { ForeignIndicators } from '../contracts/indicators.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { Detector } from '../detect/detector.ts';
import type { CampaignLabel } from '../incidents/severity.ts';
import type { Store } from '../store/store.ts';
import type { Connect } from '../tenants/connect.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Limits } from './limits.ts';
import type { Stages } from './stages.ts';
import type { Tally } from './tally.ts';

/** Dotted event names, static message, fields {tenant, …}; object ids, never mail content. */
export type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void;

export interface RoundDependencies {
  readonly store: Store;
  readonly registry: Registry;
  readonly connect: Connect;
  readonly directory: DirectoryReader;
  readonly detector: Detector;
  readonly feeds: readonly Feed[];
  /** Titles and severity policies of the loaded campaigns, for an incident's labels. */
  readonly campaigns: readonly CampaignLabel[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** What the services allow. Absent: nothing is held back. */
  readonly limits?: Limits;
  /** Rules whose stage people decided. Absent: the packs' own. */
  readonly stages?: Stages;
  /** What foreign feeds list by now. Absent: none is read. */
  readonly foreign?: () => Promise<ForeignIndicators | undefined>;
}

/** What one lane of one tenant is handed: feeds as the tenant's policy has them, a connection that counts, the marks as they were when the lane was leased. */
export interface LaneDependencies extends RoundDependencies {
  readonly states: readonly FeedState[];
  readonly tally: Tally;
}
