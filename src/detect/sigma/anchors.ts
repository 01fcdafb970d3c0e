// Which field value leads to a rule: one necessary positive item per rule, the most selective there is. Called by dispatch.ts.
import type { Node } from './compile.ts';
import type { CompiledItem } from './items.ts';
import { equalText } from './tests-of-values.ts';
import type { Value } from './values.ts';

/** The rule can be yes or unknown only where this field meets one of these values (`negated`: none of them), or is unknown itself. */
export interface Anchor {
  readonly slot: number;
  readonly values: readonly Value[];
  readonly operation: boolean;
  readonly negated: boolean;
}
/** Anchors of which one must hold (several where alternatives lead to the rule). */
interface Choice {
  readonly anchors: readonly Anchor[];
  /** Higher: fewer records get through. */
  readonly score: number;
}

const fieldScore: ReadonlyMap<string, number> = new Map([
  ['activityDisplayName', 100],
  ['Operation', 100],
  ['riskEventType', 90],
  ['appId', 70],
  ['appDisplayName', 70],
  ['resourceId', 55],
  ['resourceDisplayName', 55],
  ['userAgent', 60],
  ['status.errorCode', 50],
  ['deviceDetail.operatingSystem', 15],
  ['authenticationProtocol', 50],
  ['loggedByService', 30],
  ['category', 25],
  ['Workload', 12],
  ['RecordType', 35],
]);
/**
 * Context that hardly any record has: a network that the person never used is the exception. Each has to be worked out, so rules share one where they can. Without a
 * score: what is rare is the habit's absence.
 */
const rarelyTrue: ReadonlyMap<string, number> = new Map([
  ['context.first.network', 6],
  ['context.first.country', 5.5],
  ['context.first.browser', 5],
  ['context.first.application', 4.5],
  ['context.travel.impossible', 6],
  ['context.app.woke', 6],
]);
const rarelyUntrue: ReadonlyMap<string, number> = new Map([
  ['context.habit.network', 6],
  ['context.habit.browser', 4],
]);
/** Values that most records share. */
const common: ReadonlySet<string> = new Set([
  '0',
  '1',
  'true',
  'false',
  'success',
  'failure',
  'exchange',
  'azureactivedirectory',
  'usermanagement',
  'created',
  'changed',
  'interactive',
  'singlefactorauthentication',
  '',
]);

/** A pattern of this length names one thing, such as one user agent. */
const longPattern = 60;

function valueScore(value: Value, operation: boolean): number {
  const equal = equalText(value, operation);
  if (equal !== undefined) return common.has(equal) ? 0.05 : 1;
  // `.` only asks whether anything is there: most records get through.
  if (value.kind === 'regex') return value.source.length < 3 ? 0.02 : value.source.length < longPattern ? 0.4 : 0.7;
  if (value.kind !== 'text') return 0.3;
  const length = value.tokens.reduce((sum, token) => sum + ('text' in token ? token.text.length : 0), 0);
  return length === 0 ? 0.02 : Math.min(0.7, 0.2 + length / 20);
}

function groupChoice(item: CompiledItem, values: readonly Value[]): Choice | undefined {
  const { field, slot } = item;
  if (field === undefined || slot === undefined || values.length === 0) return undefined;
  if (values.some(({ kind }) => kind === 'null' || kind === 'exists' || kind === 'field')) return undefined;
  const base = fieldScore.get(field.path) ?? (field.context ? 10 : field.scalar ? 40 : 15);
  const worst = Math.min(...values.map((value) => valueScore(value, field.operation)));
  const rare = isTrue(values) ? rarelyTrue.get(field.path) : undefined;
  return {
    anchors: [{ slot, values, operation: field.operation, negated: false }],
    score: rare ?? (base * worst) / (1 + Math.log10(values.length)),
  };
}

const isTrue = (values: readonly Value[]): boolean => values.length === 1 && values.every((value) => equalText(value, false) === 'true');

/** `not habit`, where the habit is one context field. */
function absence({ field, slot, groups, negated }: CompiledItem): Choice | undefined {
  const values = groups.flat();
  const score = field === undefined || negated || !isTrue(values) ? undefined : rarelyUntrue.get(field.path);
  return slot === undefined || score === undefined ? undefined : { anchors: [{ slot, values, operation: false, negated: true }], score };
}

const better = (choices: readonly (Choice | undefined)[]): Choice | undefined =>
  choices.reduce<Choice | undefined>(
    (best, choice) => (choice !== undefined && (best === undefined || choice.score > best.score) ? choice : best),
    undefined,
  );

function best(node: Node): Choice | undefined {
  if (node.op === 'or') {
    const all: Anchor[] = [];
    let score = Number.POSITIVE_INFINITY;
    for (const part of node.of) {
      const choice = best(part);
      if (choice === undefined) return undefined;
      all.push(...choice.anchors);
      score = Math.min(score, choice.score);
    }
    return { anchors: all, score };
  }
  return ranked(node)[0];
}

function ranked(node: Node): Choice[] {
  if (node.op === 'not') return node.of.op === 'item' ? [absence(node.of.item)].filter((choice) => choice !== undefined) : [];
  if (node.op === 'or') return [best(node)].filter((choice) => choice !== undefined);
  if (node.op !== 'item') return node.of.flatMap(ranked).sort((a, b) => b.score - a.score);
  const { item } = node;
  if (item.negated) return [];
  const choice = item.all ? better(item.groups.map((group) => groupChoice(item, group))) : groupChoice(item, item.groups.flat());
  return choice === undefined ? [] : [choice];
}

/**
 * Everything that is necessary for a rule, the most selective first: the second serves records that do not tell the first's field.
 * Empty where records of any kind could meet it.
 */
export function chooseAnchors(root: Node): (readonly Anchor[])[] {
  return ranked(root).map(({ anchors }) => anchors);
}
