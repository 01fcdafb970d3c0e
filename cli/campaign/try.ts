// `tenant-guard campaign try PACK FILE…`: what a pack would say of exported logs, and how often. Called by commands/campaign.ts.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { networksIn } from '../../src/campaigns/networks.ts';
import { loadRules, ruleSource } from '../../src/campaigns/rules.ts';
import { walk } from '../../src/collect/exports/walk.ts';
import { createDetector, type Detector } from '../../src/detect/detector.ts';
import { findingLine } from '../check/json-lines.ts';
import { type CheckResult, runCheck } from '../check/run.ts';
import { plural, reportLines, shown } from '../check/table.ts';
import type { Terminal } from '../command.ts';
import { Logged, noiseOf, type RuleNoise } from './noise.ts';
import { CampaignError, packFolder } from './pack.ts';

interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const networks = networksIn(fileURLToPath(new URL('../../data/networks.br', import.meta.url)));

/** A campaign folder, or plain Sigma rules: a file, a folder, a ZIP archive. */
async function detectorOf(word: string): Promise<{ detector: Detector; problems: readonly Problem[] }> {
  const path = await packFolder(word);
  const isCampaign =
    statSync(path).isDirectory() && (existsSync(join(path, 'campaign.yml')) || !hasRules(await loadRules(ruleSource(path))));
  if (isCampaign) {
    const { campaigns, problems } = await loadCampaigns(path);
    if (campaigns.length === 0)
      throw new CampaignError(
        problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n') || `There is no campaign in ${path}.`,
      );
    const detector = createDetector({ campaigns, networks });
    return { detector, problems: [...problems, ...detector.problems] };
  }
  const { files, placeholders, problems } = await loadRules(ruleSource(path));
  const detector = createDetector({ campaigns: [], extraRules: files, placeholders, networks });
  return { detector, problems: [...problems, ...detector.problems] };
}
const hasRules = ({ files }: { readonly files: readonly unknown[] }): boolean => files.length > 0;

/** Exit code: 0 tried, whatever it found; 2 a part of the pack or of the logs could not be read. */
export async function tryPack([word, ...paths]: readonly string[], json: boolean, terminal: Terminal): Promise<number> {
  if (word === undefined || paths.length === 0)
    throw new CampaignError('Name a pack, and the files or folders to try it on: campaign try PACK FILE….');
  const { detector, problems } = await detectorOf(word);
  if (detector.rules().length === 0) throw new CampaignError(`${word} holds no rule that can be read.`);
  for (const { file, line, message } of problems) terminal.error(`${shown(file)}:${line}: ${shown(message)}`);
  const walked = await walk(paths);
  const logged = new Logged();
  const checked = await runCheck({ files: walked.files.map(({ file }) => file), detector: logged.watching(detector) });
  const nothing =
    walked.files.length === 0 && walked.failed.length === 0 ? paths.map((file) => ({ file, reason: 'it holds no export files' })) : [];
  const result: CheckResult = { ...checked, refused: [...walked.failed, ...nothing, ...checked.refused] };
  const noise = noiseOf(result.findings, logged);
  if (json) {
    for (const finding of result.findings) terminal.out(findingLine(finding));
    const { users, days } = logged;
    terminal.out(
      JSON.stringify({
        type: 'noise',
        users,
        days,
        read: result.read,
        ...noise,
        refused: result.refused,
        skipped: result.skipped.count,
      }),
    );
  } else {
    for (const line of reportLines(result, terminal)) terminal.out(line);
    for (const line of noiseLines(noise.rules, noise.per1000UsersAndDay, logged)) terminal.out(line);
  }
  return result.refused.length > 0 || result.skipped.count > 0 || problems.length > 0 ? 2 : 0;
}

function noiseLines(rules: readonly RuleNoise[], all: number | undefined, { users, days }: Logged): string[] {
  const over = `${plural(users, 'user')} on ${plural(days, 'day')}`;
  const said = (value: number | undefined): string => (value === undefined ? 'not known' : value.toFixed(2));
  const width = Math.max(4, ...rules.map(({ rule }) => rule.length));
  return [
    '',
    `Noise, of ${over}: ${all === undefined ? 'not known, as nobody’s records were read' : `${said(all)} findings per 1,000 users and day`}.`,
    ...(rules.length === 0 ? [] : [`${'RULE'.padEnd(width)}  FINDINGS  SUBJECTS  PER 1,000 USERS AND DAY`]),
    ...rules.map(
      (one) =>
        `${one.rule.padEnd(width)}  ${String(one.findings).padStart(8)}  ${String(one.subjects).padStart(8)}  ${said(one.per1000UsersAndDay).padStart(23)}  ${one.severity}${one.effect === 'alert' ? '' : `, ${one.effect}`}`,
    ),
  ];
}
