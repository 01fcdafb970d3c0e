// What a parsed rule is: the types that the parser makes, the engine compiles, and findings quote. No code.
import type { Shape } from '../../contracts/activity.ts';
import type { Severity } from '../../contracts/finding.ts';
import type { Expression } from './condition.ts';
import type { Guard } from './guard-attributes.ts';
import type { Scalar } from './yaml-tree.ts';

/** One line of a selection: `field|modifier|modifier: value` or a keyword (no field). */
export interface Item {
  readonly field: string | undefined;
  readonly modifiers: readonly string[];
  readonly values: readonly Scalar[];
  readonly line: number;
}

/** Alternatives, of which each is a list of items that must all hold. */
export interface Selection {
  readonly name: string;
  readonly line: number;
  readonly alternatives: readonly (readonly Item[])[];
}

export interface Detection {
  readonly selections: readonly Selection[];
  /** Several conditions are alternatives. */
  readonly condition: Expression;
  readonly conditionLine: number;
}

/** What rules and correlations share. */
interface Heading {
  /** What findings call it: in our packs the rule's `name`, else its `id`, else its name or file. */
  readonly key: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly status: string | undefined;
  readonly level: Severity | undefined;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsepositives: readonly string[];
  readonly author: string | undefined;
  readonly date: string | undefined;
  /** The `tenant-guard` attributes. */
  readonly guard: Guard;
  readonly file: string;
  readonly line: number;
  /** A rule of our own packs: may name nothing unknown. */
  readonly strict: boolean;
}

export interface LogSource {
  readonly product?: string | undefined;
  readonly service?: string | undefined;
  readonly category?: string | undefined;
}

export interface SigmaRule extends Heading {
  readonly kind: 'rule';
  readonly logSource: LogSource;
  /** The shape of record that it reads; undefined where none of ours is meant. */
  readonly shape: Shape | undefined;
  readonly detection: Detection;
  /** Set where the rule asks for something that no engine of this kind can give (an old aggregation, a look-around in a regular expression). */
  readonly unsupported: string | undefined;
}

export const correlationTypes = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const;
export type CorrelationType = (typeof correlationTypes)[number];
export const comparisons = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type Comparison = (typeof comparisons)[number];

/** Tuning from outside: its condition must hold too for the rules that it names to match. */
export interface SigmaFilter extends Heading {
  readonly kind: 'filter';
  readonly logSource: LogSource;
  /** The shape of record that it reads; undefined where none of ours is meant: then no rule here is filtered. */
  readonly shape: Shape | undefined;
  /** Names or ids of rules, or every rule of its log source. */
  readonly rules: readonly string[] | 'any';
  readonly detection: Detection;
  readonly unsupported: string | undefined;
}

export interface SigmaCorrelation extends Heading {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Names or ids of the rules (or correlations) that it counts, in the order written. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  /** All checks must hold. Temporal correlations may have none: then every rule must occur. */
  readonly condition: {
    /** value_*: the field, or for value_count several, whose combinations are counted. */
    readonly fields: readonly string[];
    readonly checks: readonly { readonly comparison: Comparison; readonly value: number }[];
    /** value_percentile: which one, above 0 and up to 100. */
    readonly percentile: number | undefined;
  };
  /** Alias -> rule name -> field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** True: the rules it counts also give findings of their own. */
  readonly generate: boolean;
}

export type SigmaDocument = SigmaRule | SigmaCorrelation | SigmaFilter;
