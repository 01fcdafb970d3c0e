// What became of the rules that somebody brought, where not all of them can match: how many, each reason with its count, and each rule only if asked. Called by commands/check.ts.
import type { RulebookProblem } from '../../src/detect/sequences/rulebook.ts';
import { plural, shown } from './table.ts';

export interface BroughtRules {
  /** As the user named it. */
  readonly path: string;
  readonly files: number;
}

/**
 * @param problems of brought rules only
 * @param naming what names each rule that cannot match; empty where they are named already
 */
export function rulesReport(
  brought: readonly BroughtRules[],
  rules: number,
  problems: readonly RulebookProblem[],
  verbose: boolean,
  naming = '--verbose names each of them.',
): readonly string[] {
  if (brought.length === 0 || (problems.length === 0 && !verbose)) return [];
  const silent = problems.filter(({ cannotMatch }) => cannotMatch !== undefined);
  const broken = problems.filter(({ cannotMatch }) => cannotMatch === undefined);
  const lines = broken.map(({ file, line, message }) => `${shown(file)}:${line}: ${shown(message)}`);
  const from = brought.map(({ path, files }) => `${shown(path)} (${plural(files, 'file')})`).join(', ');
  lines.push(
    `Rules of ${from}: ${plural(rules, 'rule')}, of which ${rules - silent.length} can match here and ${silent.length} cannot; ${plural(broken.length, 'problem')}.`,
  );
  const reasons = [...Map.groupBy(silent, ({ cannotMatch }) => cannotMatch ?? '')].sort((a, b) => b[1].length - a[1].length);
  const most = verbose ? reasons.length : 10;
  for (const [why, of] of reasons.slice(0, most)) lines.push(`  ${String(of.length).padStart(5)}  ${shown(why)}`);
  if (reasons.length > most) lines.push(`         … and ${plural(reasons.length - most, 'more reason')}`);
  if (verbose) for (const { file, line, message } of silent) lines.push(`${shown(file)}:${line}: ${shown(message)}`);
  else if (silent.length > 0 && naming !== '') lines.push(`  ${naming}`);
  return lines;
}
