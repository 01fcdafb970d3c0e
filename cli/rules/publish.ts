// `tenant-guard rules publish` and `rollback`: plain Sigma rules, as others wrote them, for a guard that runs. Called by commands/rules.ts.
import { basename, relative } from 'node:path';
import { broughtContent, broughtPack, mostBroughtFiles } from '../../src/campaigns/brought.ts';
import type { LoadedCampaigns } from '../../src/campaigns/load.ts';
import { PackRefusedError, publishPack, rollBack } from '../../src/campaigns/publish.ts';
import { contentOf, createPublishedPacks } from '../../src/campaigns/published.ts';
import { type LoadedRules, loadRules, ruleSource } from '../../src/campaigns/rules.ts';
import { reasonOf } from '../../src/collect/exports/walk.ts';
import { community } from '../../src/detect/findings.ts';
import type { RulebookProblem } from '../../src/detect/sequences/rulebook.ts';
import { rulesReport } from '../check/rules-report.ts';
import { plural, shown } from '../check/table.ts';
import { RulesError, type RulesTools } from './deps.ts';

type Tools = Pick<RulesTools, 'store' | 'clock' | 'who' | 'terminal'>;

/**
 * Publishes the whole folder in the place of what was published so before. A file that cannot be read as rules is named and left out; the others run.
 * @returns whether all of it was published
 */
export async function publishRules(
  { store, clock, who, terminal }: Tools,
  {
    path,
    shipped,
    dryRun,
    verbose,
  }: { readonly path: string; readonly shipped: LoadedCampaigns; readonly dryRun: boolean; readonly verbose: boolean },
): Promise<boolean> {
  const read = await loadRules(ruleSource(path)).catch((cause: unknown) => {
    throw new RulesError(`${shown(path)} cannot be read: ${reasonOf(cause)}.`, { cause });
  });
  const { files, placeholders } = read;
  if (files.length > mostBroughtFiles)
    throw new RulesError(
      `${shown(path)} holds ${plural(files.length, 'file')}; ${mostBroughtFiles.toLocaleString('en')} at most are published. Nothing is. One file may hold many rules, with --- between them.`,
    );
  const published = await createPublishedPacks({ store }).look();
  // Beside all that runs, in the place of those that were published so before.
  const judged = (brought: LoadedRules) => {
    const pack = { id: broughtPack, version: 0, campaign: undefined, brought, staged: true, problems: [] };
    const { detector, packs } = contentOf(shipped, { ...published, packs: [...published.packs.filter(({ id }) => id !== pack.id), pack] });
    return { detector, others: packs.length - 1, rules: detector.rules().filter(({ campaign }) => campaign === community) };
  };
  const { detector, others, rules } = judged(read);
  const named = new Set(files.map(({ file }) => file));
  const problems: RulebookProblem[] = [...read.problems, ...detector.problems.filter(({ file }) => named.has(file))];
  for (const line of rulesReport(
    [{ path, files: files.length }],
    rules.length,
    problems,
    verbose,
    'tenant-guard rules check PATH names each of them.',
  ))
    terminal.error(line);
  if (rules.length === 0) throw new RulesError(`${shown(path)} holds no rule that can be read: nothing is published.`);
  const broken = new Set(problems.filter(({ cannotMatch }) => cannotMatch === undefined).map(({ file }) => file));
  const kept = files.filter(({ file }) => !broken.has(file));
  if (kept.length === 0) throw new RulesError(`Every file of ${shown(path)} has something that cannot be read: nothing is published.`);
  const left = broken.size === 0 ? '' : ` ${plural(broken.size, 'file')} left out, named above.`;
  if (dryRun) {
    terminal.out(`Nothing is published: --dry-run.${left}`);
    return broken.size === 0;
  }
  const content = broughtContent(
    kept.map(({ file, text }) => ({ file: relative(path, file) || basename(file), text })),
    placeholders,
  );
  const running = broken.size === 0 ? rules : judged({ ...read, files: kept }).rules;
  const campaign = { manifest: { title: `Sigma rules of ${basename(path)}` }, rules: running, indicators: [] };
  const { version, unchanged } = await publishPack({ store, clock }, { campaign, content, by: await who(), staged: true });
  terminal.out(
    unchanged
      ? `Version ${version.version} of these rules runs already.${left}`
      : `Version ${version.version}: ${plural(running.length, 'rule')} beside ${plural(others, 'pack')}. Guards take them within a minute.${left}`,
  );
  if (!unchanged)
    terminal.out(
      'They count first and alert nobody: tenant-guard rules says how loud each is, and tenant-guard rules promote RULE lets it alert. To go back: tenant-guard rules rollback',
    );
  return broken.size === 0;
}

/** @param to a version; 0: none of them. Undefined: the one before */
export async function rollBackRules({ store, clock, terminal }: Tools, to: number | undefined): Promise<void> {
  try {
    const done = await rollBack({ store, clock }, broughtPack, to);
    const named = (version: number): string => (version === 0 ? 'none' : `version ${version}`);
    terminal.out(`Published rules: ${named(done.to)} instead of ${named(done.from)}. Guards follow within a minute.`);
  } catch (cause) {
    if (cause instanceof PackRefusedError) throw new RulesError(cause.message, { cause });
    throw cause;
  }
}
