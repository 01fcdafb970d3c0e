// Mutation of packs: takes every condition away, one at a time, and sees whether a case notices. Called by `campaign test --mutate`.
import { createDetector } from '../detect/detector.ts';
import type { Indicator } from '../detect/indicators/indicator.ts';
import type { SigmaDocument } from '../detect/sigma/rule.ts';
import { judgeCase, networksOf, type PreparedCase, prepareCase } from './cases.ts';
import type { Campaign } from './load.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly rule: string | undefined;
  readonly without: string;
}
export interface Mutation {
  readonly campaign: string;
  /** How many were tried; all but the survivors and the implied were noticed. */
  readonly mutants: number;
  readonly survivors: readonly Survivor[];
  /** Survivors of which their rule says that no case can need them, and why. */
  readonly implied: readonly (Survivor & { readonly why: string })[];
  /** What a rule calls implied, and a case notices or nobody takes away. */
  readonly wrong: readonly Survivor[];
}

/**
 * Only for packs whose cases pass. Of a rule's mutants only those rules are compiled that hang together with it: what it does to others is nothing.
 * @param indicatorPlace where an indicator is written, for the report
 */
export function mutate(campaign: Campaign, indicatorPlace: (indicator: Indicator) => { file: string; line: number }): Mutation {
  const whole = createDetector({ campaigns: [campaign], networks: networksOf(campaign.cases) });
  // Short ones first: most mutants are noticed before the long ones are judged.
  const cases = campaign.cases
    .map(({ file, case: one }) => prepareCase(file, one, whole.learn))
    .sort((a, b) => a.input.activities.length - b.input.activities.length);
  const kin = kinship(campaign.rules);
  const claims = campaign.rules.flatMap(({ file, line, key, guard }) => guard.implied.map((one) => ({ file, line, rule: key, ...one })));
  const survivors: Survivor[] = [];
  const implied: Mutation['implied'][number][] = [];
  const noticedClaims = new Set<string>();
  let mutants = 0;
  for (const mutant of mutantsOf({ ...campaign, indicatorPlace })) {
    mutants++;
    const { file, line, rule, without } = mutant;
    const claim = claims.find((one) => one.rule === rule && one.without === without);
    if (noticed(campaign, mutant, cases, kin)) {
      if (claim !== undefined) noticedClaims.add(nameOf(claim));
    } else if (claim === undefined) survivors.push({ file, line, rule, without });
    else implied.push({ file, line, rule, without, why: claim.why });
  }
  const lived = new Set(implied.map(nameOf));
  const wrong = claims
    .filter((claim) => noticedClaims.has(nameOf(claim)) || !lived.has(nameOf(claim)))
    .map(({ file, line, rule, without }) => ({ file, line, rule, without }));
  return { campaign: campaign.manifest.id, mutants, survivors, implied, wrong };
}

const nameOf = ({ rule, without }: Pick<Survivor, 'rule' | 'without'>): string => `${rule} ${without}`;

function noticed(campaign: Campaign, mutant: Mutant, cases: readonly PreparedCase[], kin: (key: string) => ReadonlySet<string>): boolean {
  const { rule, rules, indicators } = mutant;
  const family = rule === undefined ? undefined : kin(rule);
  const within = (key: string): boolean => family === undefined || family.has(key);
  const detector = createDetector({
    campaigns: [{ manifest: campaign.manifest, indicators, rules: rules.filter(({ key, kind }) => kind === 'filter' || within(key)) }],
    networks: networksOf(campaign.cases),
  });
  const likely = [...(family ?? [])].map((key) => key.slice(campaign.manifest.id.length + 1));
  const near = (one: PreparedCase): boolean => likely.includes(one.file.slice(one.file.lastIndexOf('/') + 1).split('.')[0] ?? '');
  const fails = (one: PreparedCase): boolean => judgeCase(detector, one, within).failures.length > 0;
  // The rule's own cases first: one of them nearly always notices.
  return cases.filter(near).some(fails) || cases.filter((one) => !near(one)).some(fails);
}

/** Rules that hang together, because a sequence counts them or they are filtered together. */
function kinship(rules: readonly SigmaDocument[]): (key: string) => ReadonlySet<string> {
  const byName = new Map<string, string>();
  for (const { key, id, name } of rules) for (const word of [key, id, name]) if (word !== undefined) byName.set(word, key);
  const ties = new Map<string, Set<string>>(rules.map(({ key }) => [key, new Set()]));
  for (const rule of rules) {
    if (rule.kind === 'rule') continue;
    const named = rule.rules === 'any' ? rules.map(({ key }) => key) : rule.rules.map((name) => byName.get(name) ?? name);
    for (const other of named) {
      ties.get(rule.key)?.add(other);
      ties.get(other)?.add(rule.key);
    }
  }
  const known = new Map<string, ReadonlySet<string>>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const family = new Set([key]);
    for (const one of family) for (const other of ties.get(one) ?? []) family.add(other);
    for (const one of family) known.set(one, family);
    return family;
  };
}
