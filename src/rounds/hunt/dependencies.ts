// What hunts are handed by the composition root beside what rounds are.
import type { RoundDependencies } from '../dependencies.ts';
import type { HuntRules } from './rules.ts';

export interface HuntDependencies extends RoundDependencies {
  readonly huntRules: HuntRules;
}
