// What context is made from, and by whom it is asked for. Implemented by context.ts, held by the detector.
import type { Activity } from '../../contracts/activity.ts';
import type { Context } from '../../contracts/context.ts';
import type { DirectoryFacts, UserBaseline } from '../../contracts/detection.ts';
import type { ForeignIndicators } from '../../contracts/indicators.ts';
import type { NetworkTable } from '../../contracts/networks.ts';
import type { IndicatorIndex } from '../indicators/indicator-index.ts';
import type { ReportedIndex } from '../indicators/reported.ts';
import type { Sighting } from './first-seen.ts';
import type { KnownValues } from './known-values.ts';
import type { Observed } from './observed.ts';

export interface ContextSources {
  readonly indicators: IndicatorIndex;
  readonly enoughHistoryDays: number;
  /** Whose network an address is; absent: only the record's own word counts. */
  readonly networks?: NetworkTable | undefined;
}
export interface AboutUser {
  readonly baseline: UserBaseline | undefined;
  readonly facts: DirectoryFacts | undefined;
  /** Nothing of the tenant's sign-ins can be read. */
  readonly signInsUnread: boolean | 'late';
  readonly reported?: ReportedIndex | undefined;
  readonly foreign?: ForeignIndicators | undefined;
}
export interface ContextMaker {
  /** What was found in baselines, for whoever learns over them. */
  readonly known: KnownValues;
  of(activity: Activity, observed: Observed, user: AboutUser): Context;
  /** What a successful sign-in teaches; undefined for everything else. */
  sighting(observed: Observed): Sighting | undefined;
}
