// `tenant-guard rules check`: of each rule that somebody would bring, whether it loads, whether it can match here, and if not, why. Offline. Called by commands/rules.ts.
import type { LoadedCampaigns } from '../../src/campaigns/load.ts';
import { loadRules, ruleSource } from '../../src/campaigns/rules.ts';
import { reasonOf } from '../../src/collect/exports/walk.ts';
import { createDetector } from '../../src/detect/detector.ts';
import type { RulebookProblem } from '../../src/detect/sequences/rulebook.ts';
import { readRules } from '../../src/detect/sigma/parse.ts';
import type { SigmaCorrelation, SigmaDocument } from '../../src/detect/sigma/rule.ts';
import { rulesReport } from '../check/rules-report.ts';
import { shown } from '../check/table.ts';
import type { Terminal } from '../command.ts';
import { RulesError } from './deps.ts';

interface CheckedRule {
  readonly file: string;
  readonly line: number;
  /** Undefined: nothing of it could be read. */
  readonly title: string | undefined;
  readonly kind: SigmaDocument['kind'] | 'broken';
  readonly level: string | undefined;
  /** The records that it reads, where they are known here. */
  readonly log: string | undefined;
  /** `no`: it loads, and nothing here could make it fire. */
  readonly matches: 'yes' | 'no' | 'broken';
  readonly why: string | undefined;
}

/** @returns one row a rule, by file. Throws RulesError where the path cannot be read. */
async function checkRules(path: string, shipped: LoadedCampaigns) {
  const read = await loadRules(ruleSource(path)).catch((cause: unknown) => {
    throw new RulesError(`${shown(path)} cannot be read: ${reasonOf(cause)}.`, { cause });
  });
  const { files, placeholders } = read;
  const { problems: found } = createDetector({ campaigns: shipped.campaigns, extraRules: files, placeholders });
  const named = new Set(files.map(({ file }) => file));
  const problems = [...read.problems, ...found.filter(({ file }) => named.has(file))];
  const documents = files.flatMap(({ file, text }) => readRules(text, file).rules);
  const at = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}\n${line}`;
  const byPlace = new Map<string, RulebookProblem>(problems.map((one) => [at(one), one]));
  const silent = new Map<string, string>();
  for (const document of documents)
    if (document.kind === 'rule' && byPlace.get(at(document))?.cannotMatch !== undefined)
      for (const name of [document.key, document.id, document.name]) if (name !== undefined) silent.set(name, document.title);
  const rows = documents.map((document): CheckedRule => {
    const problem = byPlace.get(at(document));
    const broken = problem !== undefined && problem.cannotMatch === undefined;
    const hungry = document.kind === 'correlation' ? starved(document, silent) : undefined;
    const why = problem === undefined ? hungry : (problem.cannotMatch ?? problem.message);
    return {
      file: document.file,
      line: document.line,
      title: document.title,
      kind: document.kind,
      level: document.kind === 'filter' ? undefined : document.level,
      log: document.kind === 'rule' ? document.shape : undefined,
      matches: broken ? 'broken' : why === undefined ? 'yes' : 'no',
      why,
    };
  });
  const told = new Set(documents.map(at));
  const unread = problems
    .filter((one) => !told.has(at(one)))
    .map(
      ({ file, line, message }): CheckedRule => ({
        file,
        line,
        title: undefined,
        kind: 'broken',
        level: undefined,
        log: undefined,
        matches: 'broken',
        why: message,
      }),
    );
  return {
    files: files.length,
    problems,
    rows: [...rows, ...unread].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)),
  };
}

/** A correlation that waits for what cannot come. */
function starved({ type, rules }: SigmaCorrelation, silent: ReadonlyMap<string, string>): string | undefined {
  const without = rules.filter((name) => silent.has(name));
  const needsAll = type.startsWith('temporal');
  if (without.length === 0 || (!needsAll && without.length < rules.length)) return undefined;
  return `it counts "${silent.get(without[0] ?? '')}", which cannot match here`;
}

const longestTitle = 60;
const clipped = (text: string): string => (text.length > longestTitle ? `${text.slice(0, longestTitle - 1)}…` : text);

/** Prints the table and its sum. @returns whether all of it could be read */
export async function printCheckedRules(
  terminal: Pick<Terminal, 'out' | 'error'>,
  { path, json, shipped }: { readonly path: string; readonly json: boolean; readonly shipped: LoadedCampaigns },
): Promise<boolean> {
  const { files, rows, problems } = await checkRules(path, shipped);
  if (rows.length === 0) throw new RulesError(`${shown(path)} holds no rule.`);
  if (json) for (const row of rows) terminal.out(JSON.stringify(row));
  else {
    const cells = rows.map(({ matches, level, log, title, file, line, why }) => [
      matches,
      level ?? '-',
      log ?? '-',
      clipped(shown(title ?? '(not read)')),
      `${shown(file.startsWith(path) ? file.slice(path.length).replace(/^[\\/]/, '') || file : file)}:${line}`,
      why === undefined ? '' : shown(why),
    ]);
    const all = [['MATCHES', 'LEVEL', 'LOG', 'RULE', 'FILE', 'WHY NOT'], ...cells];
    const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
    for (const row of all)
      terminal.out(
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
  }
  const loaded = rows.filter(({ kind }) => kind === 'rule' || kind === 'correlation').length;
  for (const line of rulesReport([{ path, files }], loaded, problems, false, '')) terminal.error(line);
  return rows.every(({ matches }) => matches !== 'broken');
}
