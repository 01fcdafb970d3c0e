// What a sequence hangs on: the records that the rules it counts read, and whether enough of these rules can match at all. Pure; called by detector.ts.
import type { Shape } from '../contracts/activity.ts';
import type { Rulebook } from './sequences/rulebook.ts';
import type { SigmaCorrelation, SigmaRule } from './sigma/rule.ts';

type Rule = SigmaRule | SigmaCorrelation;
const counted = (book: Rulebook, { rules }: SigmaCorrelation): Rule[] =>
  [...book.rules.values(), ...book.sequences.values()]
    .map(({ rule }) => rule)
    .filter((one) => rules.some((name) => name === one.key || name === one.id || name === one.name));

/** Of a sequence: those of every rule that it counts, also through another sequence. A rule that cannot match reads none. */
export function shapesOf(book: Rulebook, rule: Rule, seen: ReadonlySet<string> = new Set()): Shape[] {
  if (rule.kind === 'rule') return rule.shape === undefined ? [] : [rule.shape];
  if (seen.has(rule.key)) return [];
  const within = new Set([...seen, rule.key]);
  return [...new Set(counted(book, rule).flatMap((one) => shapesOf(book, one, within)))];
}

/** Why nothing here could make it fire; a sequence waits for what cannot come. @param silent why a rule cannot match, if so */
export function whySilent(
  book: Rulebook,
  rule: Rule,
  silent: (rule: SigmaRule) => string | undefined,
  seen: ReadonlySet<string> = new Set(),
): string | undefined {
  if (rule.kind === 'rule') return silent(rule);
  if (seen.has(rule.key)) return undefined;
  const within = new Set([...seen, rule.key]);
  const all = counted(book, rule);
  const without = all.filter((one) => whySilent(book, one, silent, within) !== undefined);
  const first = without[0];
  const needsAll = rule.type.startsWith('temporal');
  return first === undefined || (!needsAll && without.length < all.length)
    ? undefined
    : `it counts "${first.title}", which cannot match here`;
}
