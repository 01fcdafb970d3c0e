// All rules of all campaigns in one book: names resolved, correlations turned into sequences, and which rules speak only through a sequence. Built once by the detector.
import type { CampaignManifest } from '../../contracts/campaign.ts';
import type { Finding } from '../../contracts/finding.ts';
import { applyFilters } from '../sigma/filters.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaFilter, SigmaRule } from '../sigma/rule.ts';
import { stageOf } from '../stage.ts';
import { baseRules } from './occurrences.ts';
import { type CountTest, passes, type Sequence } from './sequence.ts';

export interface RulebookProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  /** The rule is right, but can match nothing here: why. */
  readonly cannotMatch?: string;
}

/** Rules that belong together. Without a manifest: rules brought by path. */
export interface RuleSet {
  readonly manifest: CampaignManifest | undefined;
  readonly rules: readonly SigmaDocument[];
}

export interface BookedRule {
  readonly rule: SigmaRule;
  readonly manifest: CampaignManifest | undefined;
  /** False if it speaks only through sequences that say `generate: false`. */
  readonly speaks: boolean;
  /** The sequences that count it. */
  readonly sequences: readonly BookedSequence[];
}

export interface BookedSequence {
  readonly rule: SigmaCorrelation;
  readonly manifest: CampaignManifest | undefined;
  readonly sequence: Sequence;
  readonly speaks: boolean;
  /** By base rule: what is read of its hits. */
  readonly reads: ReadonlyMap<string, Reads>;
}

export interface Reads {
  readonly title: string;
  /** How far the attack was when this happened. */
  readonly stage: Finding['stage'];
  /** Everybody does it: it says something only together with the rest. */
  readonly ordinary: boolean;
  /** The fields that make up the group. */
  readonly groupBy: readonly string[];
  /** The field whose values are counted or computed; value_count may count combinations of several. */
  readonly value: readonly string[];
  /** What the nested correlations that count it, by key, read of it besides. */
  readonly nested: readonly NestedReads[];
}

export interface NestedReads {
  readonly of: string;
  readonly value: readonly string[];
  /** Absent where it groups as the outermost one does. */
  readonly groupBy?: readonly string[];
}

export interface Rulebook {
  readonly rules: ReadonlyMap<string, BookedRule>;
  readonly sequences: ReadonlyMap<string, BookedSequence>;
  readonly problems: readonly RulebookProblem[];
}

type Item = SigmaRule | SigmaCorrelation;
interface Entry<T extends Item> {
  readonly rule: T;
  readonly manifest: CampaignManifest | undefined;
}

/** Never throws: a rule that cannot be booked is left out, and its problem says why. */
export function createRulebook(sets: readonly RuleSet[]): Rulebook {
  const problems: RulebookProblem[] = [];
  const report = (rule: Item, message: string) => problems.push({ file: rule.file, line: rule.line, message });
  const entries = new Map<string, Entry<Item>>();
  for (const { manifest, rules } of tuned(sets, problems))
    for (const rule of rules) {
      const other = entries.get(rule.key);
      if (other !== undefined) report(rule, `a rule called "${rule.key}" exists already in ${other.rule.file}`);
      else entries.set(rule.key, { rule, manifest });
    }
  const byReference = new Map<string, Entry<Item>>();
  for (const entry of entries.values())
    for (const name of [entry.rule.id, entry.rule.name, entry.rule.key])
      if (name !== undefined && !byReference.has(name)) byReference.set(name, entry);

  const sequences = new Map<string, Omit<BookedSequence, 'speaks'>>();
  for (const { rule, manifest } of entries.values()) {
    if (rule.kind !== 'correlation') continue;
    try {
      const sequence = sequenceOf(rule, byReference, [], { left: mostParts });
      const reads = new Map(baseRules(sequence).map((base) => [base, readsOf(rule, base, byReference)]));
      sequences.set(rule.key, { rule, manifest, sequence, reads });
    } catch (cause) {
      report(rule, cause instanceof Error ? cause.message : String(cause));
    }
  }

  const silent = silentKeys(sequences.values(), byReference);
  const bookedSequences = new Map([...sequences].map(([key, entry]) => [key, { ...entry, speaks: !silent.has(key) }]));
  const rules = new Map<string, BookedRule>();
  for (const [key, { rule, manifest }] of entries)
    if (rule.kind === 'rule') {
      const counting = [...bookedSequences.values()].filter(({ speaks, reads }) => speaks && reads.has(key));
      rules.set(key, { rule, manifest, speaks: !silent.has(key), sequences: counting });
    }
  return { rules, sequences: bookedSequences, problems };
}

/**
 * The sets without their filters, which are joined to the rules. A pack's filters reach its own rules only: content from elsewhere must not silence other packs.
 * Those that somebody brought by path are his own tuning, and reach all.
 */
function tuned(
  sets: readonly RuleSet[],
  problems: RulebookProblem[],
): { manifest: CampaignManifest | undefined; rules: readonly Item[] }[] {
  const filtersOf = ({ rules }: RuleSet) => rules.filter((rule): rule is SigmaFilter => rule.kind === 'filter');
  const brought = sets.filter(({ manifest }) => manifest === undefined).flatMap(filtersOf);
  const itemsOf = ({ rules }: RuleSet) => rules.filter((rule): rule is Item => rule.kind !== 'filter');
  if (!sets.some((set) => filtersOf(set).length > 0)) return sets.map((set) => ({ manifest: set.manifest, rules: itemsOf(set) }));
  const owner = new Map<SigmaRule, RuleSet>();
  for (const set of sets) for (const rule of set.rules) if (rule.kind === 'rule') owner.set(rule, set);
  const own = new Map<SigmaRule, SigmaRule>();
  for (const set of sets) {
    if (set.manifest === undefined) continue;
    const rules = [...owner].filter(([, its]) => its === set).map(([rule]) => rule);
    const applied = applyFilters(rules, filtersOf(set));
    problems.push(...applied.problems);
    for (const [index, rule] of rules.entries()) own.set(rule, applied.rules[index] ?? rule);
  }
  const all = [...owner.keys()];
  const applied = applyFilters(
    all.map((rule) => own.get(rule) ?? rule),
    brought,
  );
  problems.push(...applied.problems);
  const final = new Map(all.map((rule, index) => [rule, applied.rules[index] ?? rule]));
  return sets.map((set) => ({
    manifest: set.manifest,
    rules: itemsOf(set).map((rule) => (rule.kind === 'rule' ? (final.get(rule) ?? rule) : rule)),
  }));
}

/** Sigma: what a correlation counts gives no findings of its own, unless a correlation that counts it says `generate: true`. */
function silentKeys(sequences: Iterable<Omit<BookedSequence, 'speaks'>>, byReference: ReadonlyMap<string, Entry<Item>>): Set<string> {
  const counted = new Set<string>();
  const generated = new Set<string>();
  for (const { rule } of sequences)
    for (const name of rule.rules) {
      const key = byReference.get(name)?.rule.key;
      if (key !== undefined) (rule.generate ? generated : counted).add(key);
    }
  return counted.difference(generated);
}

type Lookup = ReadonlyMap<string, Entry<Item>>;

/** Unfolded: nested correlations that name many each would otherwise multiply without end. */
const mostParts = 500;

function sequenceOf(rule: SigmaCorrelation, byReference: Lookup, above: readonly SigmaCorrelation[], budget: { left: number }): Sequence {
  const path = () => [...above, rule].map(({ key }) => key).join(' > ');
  if (above.some(({ key }) => key === rule.key)) throw new Error(`the correlation counts itself: ${path()}`);
  if (above.length > 4) throw new Error(`correlations are nested too deep: ${path()}`);
  budget.left -= rule.rules.length;
  if (budget.left < 0) throw new Error(`the correlation unfolds into more than ${mostParts} rules`);
  const parts = rule.rules.map((name) => {
    const found = byReference.get(name)?.rule;
    if (found === undefined) throw new Error(`there is no rule called "${name}"`);
    return found.kind === 'rule' ? found.key : sequenceOf(found, byReference, [...above, rule], budget);
  });
  const names = parts.map((part) => (typeof part === 'string' ? part : part.name));
  if (new Set(names).size < names.length) throw new Error('the correlation names a rule twice');
  const test = testOf(rule, parts.length);
  if (rule.type.startsWith('temporal') && !canPass(test, parts.length))
    throw new Error(`its condition cannot hold: it counts ${parts.length} rules`);
  const [outermost = rule] = above;
  return {
    name: rule.key,
    kind: rule.type,
    parts,
    timespan: rule.timespan,
    test,
    ...(rule.condition.percentile === undefined ? {} : { percentile: rule.condition.percentile }),
    ...(groupsAlike(rule, outermost) ? {} : { ownGroups: true }),
  };
}

const canPass = (test: CountTest, most: number): boolean =>
  Array.from({ length: most }, (_, index) => index + 1).some((count) => passes(test, count));
const groupsAlike = (one: SigmaCorrelation, other: SigmaCorrelation): boolean => one.groupBy.join('\n') === other.groupBy.join('\n');

/** Without a condition, temporal correlations ask for every part. */
function testOf(rule: SigmaCorrelation, parts: number): CountTest {
  if (rule.condition.checks.length === 0) return { gte: rule.type === 'temporal' ? parts : 1 };
  return Object.fromEntries(rule.condition.checks.map(({ comparison, value }) => [comparison, value]));
}

function readsOf(rule: SigmaCorrelation, base: string, byReference: Lookup): Reads {
  const found = byReference.get(base)?.rule;
  const fieldsFor = (of: SigmaCorrelation, names: readonly string[]) => names.map((name) => fieldFor(of, base, name, byReference) ?? name);
  return {
    title: found?.title ?? base,
    stage: stageOfBase(found),
    ordinary: found?.kind === 'rule' && found.level === 'informational',
    groupBy: fieldsFor(rule, rule.groupBy),
    value: fieldsFor(rule, rule.condition.fields),
    nested: nestedAbove(rule, base, byReference).flatMap((nested): NestedReads[] => {
      const value = fieldsFor(nested, nested.condition.fields);
      if (!groupsAlike(nested, rule)) return [{ of: nested.key, value, groupBy: fieldsFor(nested, nested.groupBy) }];
      return value.length === 0 ? [] : [{ of: nested.key, value }];
    }),
  };
}

/** The correlations below this one that count the base rule, directly or through others, each once. */
function nestedAbove(rule: SigmaCorrelation, base: string, byReference: Lookup): SigmaCorrelation[] {
  const found = rule.rules.flatMap((name) => {
    const part = byReference.get(name)?.rule;
    if (part?.kind !== 'correlation' || !countsBase(part, base, byReference)) return [];
    return [part, ...nestedAbove(part, base, byReference)];
  });
  return [...new Set(found)];
}

const countsBase = (rule: SigmaCorrelation, base: string, byReference: Lookup): boolean =>
  rule.rules.some((name) => {
    const part = byReference.get(name)?.rule;
    return part?.kind === 'correlation' ? countsBase(part, base, byReference) : part?.key === base;
  });

/**
 * The field that a name stands for in records of a base rule: this correlation's alias for that rule, or for the nested correlation through which it is
 * counted, or a nested one's alias. Undefined: no alias says.
 */
function fieldFor(rule: SigmaCorrelation, base: string, name: string, byReference: Lookup): string | undefined {
  const aliases = [...(rule.aliases.get(name) ?? [])].map(([written, field]) => ({ part: byReference.get(written)?.rule, field }));
  const direct = aliases.find(({ part }) => part?.key === base);
  if (direct !== undefined) return direct.field;
  for (const { part, field } of aliases)
    if (part?.kind === 'correlation' && countsBase(part, base, byReference)) return fieldFor(part, base, field, byReference) ?? field;
  for (const reference of rule.rules) {
    const part = byReference.get(reference)?.rule;
    if (part?.kind !== 'correlation' || !countsBase(part, base, byReference)) continue;
    const field = fieldFor(part, base, name, byReference);
    if (field !== undefined) return field;
  }
  return undefined;
}

/** A base rule that is missing was never matched, so nobody asks for its stage. */
function stageOfBase(rule: Item | undefined): Finding['stage'] {
  return rule === undefined ? 'attempt' : stageOf(rule);
}
