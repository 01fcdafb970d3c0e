// All rules of all campaigns in one book: names resolved, correlations turned into sequences, and which rules speak only through a sequence. Built once by the detector.
import type { CampaignManifest } from '../../contracts/campaign.ts';
import type { Finding } from '../../contracts/finding.ts';
import type { SigmaCorrelation, SigmaRule } from '../sigma/rule.ts';
import { stageOf } from '../stage.ts';
import { baseRules } from './occurrences.ts';
import type { CountTest, Sequence } from './sequence.ts';

export interface RulebookProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Rules that belong together. Without a manifest: rules brought by path. */
export interface RuleSet {
  readonly manifest: CampaignManifest | undefined;
  readonly rules: readonly (SigmaRule | SigmaCorrelation)[];
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
  /** The fields that make up the group. */
  readonly groupBy: readonly string[];
  /** The field whose values are counted. */
  readonly value: string | undefined;
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
  for (const { manifest, rules } of sets)
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
      const sequence = sequenceOf(rule, byReference, []);
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

const kinds = new Set<string>(['temporal', 'temporal_ordered', 'event_count', 'value_count']);
const isKind = (type: string): type is Sequence['kind'] => kinds.has(type);

function sequenceOf(rule: SigmaCorrelation, byReference: ReadonlyMap<string, Entry<Item>>, above: readonly string[]): Sequence {
  if (!isKind(rule.type)) throw new Error(`correlations of type ${rule.type} are not evaluated; known: ${[...kinds].join(', ')}`);
  if (above.includes(rule.key)) throw new Error(`the correlation counts itself: ${[...above, rule.key].join(' > ')}`);
  if (above.length > 4) throw new Error(`correlations are nested too deep: ${[...above, rule.key].join(' > ')}`);
  const parts = rule.rules.map((name) => {
    const found = byReference.get(name)?.rule;
    if (found === undefined) throw new Error(`there is no rule called "${name}"`);
    if (found.kind === 'rule') return found.key;
    if (found.groupBy.join() !== rule.groupBy.join())
      throw new Error(`the correlation "${name}" that it counts must group by the same fields (${rule.groupBy.join(', ')})`);
    return sequenceOf(found, byReference, [...above, rule.key]);
  });
  if (new Set(rule.rules).size < rule.rules.length) throw new Error('the correlation names a rule twice');
  if (rule.type === 'value_count' && rule.condition.field === undefined) throw new Error('value_count needs condition.field');
  return { name: rule.key, kind: rule.type, parts, timespan: rule.timespan, test: testOf(rule, parts.length) };
}

/** Without a condition, temporal correlations ask for every part. */
function testOf(rule: SigmaCorrelation, parts: number): CountTest {
  if (rule.condition.checks.length === 0) return { gte: rule.type === 'temporal' ? parts : 1 };
  return Object.fromEntries(rule.condition.checks.map(({ comparison, value }) => [comparison, value]));
}

/** Fields for one base rule: an alias of the outermost correlation that has one for it, else the name as written. */
function readsOf(rule: SigmaCorrelation, base: string, byReference: ReadonlyMap<string, Entry<Item>>): Reads {
  const chain = correlationsAbove(rule, base, byReference);
  const fieldFor = (name: string): string => {
    for (const correlation of chain)
      for (const [written, field] of correlation.aliases.get(name) ?? []) if (byReference.get(written)?.rule.key === base) return field;
    return name;
  };
  const counting = chain.find(({ type }) => type === 'value_count')?.condition.field;
  return {
    title: byReference.get(base)?.rule.title ?? base,
    stage: stageOfBase(byReference.get(base)?.rule),
    groupBy: rule.groupBy.map(fieldFor),
    value: counting === undefined ? undefined : fieldFor(counting),
  };
}

/** The correlations from this one down to the one that counts the base rule. */
function correlationsAbove(rule: SigmaCorrelation, base: string, byReference: ReadonlyMap<string, Entry<Item>>): SigmaCorrelation[] {
  for (const name of rule.rules) {
    const found = byReference.get(name)?.rule;
    if (found?.key === base) return [rule];
    if (found?.kind !== 'correlation') continue;
    const below = correlationsAbove(found, base, byReference);
    if (below.length > 0) return [rule, ...below];
  }
  return [];
}

/** A base rule that is missing was never matched, so nobody asks for its stage. */
function stageOfBase(rule: Item | undefined): Finding['stage'] {
  return rule === undefined ? 'attempt' : stageOf(rule);
}
