// `tenant-guard campaign test [DIR]`: runs the packs' own cases and says which passed. Called by cli/main.ts.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { type CampaignTest, testCampaign } from '../../src/campaigns/test.ts';
import { reasonOf } from '../../src/collect/exports/walk.ts';

export interface CommandOutput {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
}

const shipped = fileURLToPath(new URL('../../campaigns', import.meta.url));

export const campaignHelp = `Usage: tenant-guard campaign test [DIR]

Runs the test cases of every campaign below DIR (default: the shipped ones), or of the one campaign that DIR is.
Prints every case, and the rules that no case makes fire.

Exit codes: 0 everything passed, 1 a case failed or a rule is untested, 2 something could not be read.`;

/** Arguments after `campaign`. Gives the exit code. */
export async function campaignCommand(args: readonly string[], { out, error }: CommandOutput): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    out(campaignHelp);
    return 0;
  }
  const [action, dir = shipped, ...rest] = args;
  const odd = [dir, ...rest].find((word) => word.startsWith('-')) ?? rest[0];
  if (action !== 'test' || odd !== undefined) {
    error(action === 'test' ? `"${odd}" is not understood.` : 'campaign knows one action: test.');
    error(campaignHelp);
    return 2;
  }
  const loaded = await loadCampaigns(resolve(dir)).catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
  if (loaded instanceof Error) {
    error(`${dir} cannot be read: ${reasonOf(loaded)}.`);
    return 2;
  }
  const tests = loaded.campaigns.map(testCampaign);
  const problems = [...loaded.problems, ...tests.flatMap((test) => test.problems)];
  for (const test of tests) for (const line of report(test)) out(line);
  for (const problem of problems) error(`${problem.file}:${problem.line}: ${problem.message}`);
  const cases = tests.flatMap((test) => test.cases);
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const untested = tests.reduce((sum, test) => sum + test.untested.length, 0);
  out(`${cases.length - failed} passed, ${failed} failed, ${untested} rules that no case makes fire, ${problems.length} problems`);
  if (problems.length > 0 || tests.length === 0) return 2;
  return failed > 0 || untested > 0 ? 1 : 0;
}

function report({ campaign, cases, untested }: CampaignTest): string[] {
  const lines = [campaign];
  for (const { title, file, failures } of cases) {
    const name = file.slice(file.lastIndexOf('/') + 1).split('.')[0];
    lines.push(`  ${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${title}`, ...failures.map((failure) => `         ${failure}`));
  }
  for (const rule of untested) lines.push(`  NONE ${rule}: no case makes it fire`);
  return lines;
}
