// `tenant-guard campaign test`: runs the packs' own cases, and with --mutate asks of every condition whether a case needs it. Called by commands/campaign.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Campaign } from '../../src/campaigns/load.ts';
import { type Mutation, mutate } from '../../src/campaigns/mutate.ts';
import { type CampaignTest, testCampaign } from '../../src/campaigns/test.ts';
import type { Indicator } from '../../src/detect/indicators/indicator.ts';
import { shown } from '../check/table.ts';
import type { Terminal } from '../command.ts';
import { packsOf } from './pack.ts';

export interface TestOptions {
  readonly mutate: boolean;
  readonly json: boolean;
}
type Tested = CampaignTest & { readonly mutation?: Mutation };

const passes = ({ cases, untested, problems }: CampaignTest): boolean =>
  problems.length === 0 && untested.length === 0 && cases.every(({ failures }) => failures.length === 0);

/** Exit code: 0 everything passed, 1 a case failed, a rule is untested or a mutant survived, 2 something could not be read. */
export async function testPacks(words: readonly string[], options: TestOptions, terminal: Terminal): Promise<number> {
  const loaded = await packsOf(words);
  const tests = loaded.campaigns.map((campaign): Tested => {
    const test = testCampaign(campaign);
    // A pack that fails already notices nothing more.
    return options.mutate && passes(test) ? { ...test, mutation: mutate(campaign, placesOf(campaign)) } : test;
  });
  const problems = [...loaded.problems, ...tests.flatMap((test) => test.problems)];
  if (options.json)
    for (const { problems: _, ...test } of tests)
      terminal.out(JSON.stringify({ type: 'campaign', ...test, passed: passes({ ...test, problems: _ }) }));
  else for (const test of tests) for (const line of report(test, options.mutate)) terminal.out(line);
  for (const problem of problems) terminal.error(`${shown(problem.file)}:${problem.line}: ${shown(problem.message)}`);
  const summary = summaryOf(tests, problems.length);
  if (options.json) terminal.out(JSON.stringify({ type: 'summary', ...summary, problemList: problems }));
  else {
    const { passed, failed, untested, mutants, survivors, implied } = summary;
    const mutation = options.mutate
      ? `, ${mutants - survivors - implied} of ${mutants} mutants noticed${implied > 0 ? `, ${implied} implied` : ''}`
      : '';
    terminal.out(`${passed} passed, ${failed} failed, ${untested} rules that no case makes fire${mutation}, ${problems.length} problems`);
  }
  if (problems.length > 0 || tests.length === 0) return 2;
  return summary.failed + summary.untested + summary.survivors + summary.wrong > 0 ? 1 : 0;
}

function summaryOf(tests: readonly Tested[], problems: number) {
  const cases = tests.flatMap((test) => test.cases);
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const sum = (count: (test: Tested) => number): number => tests.reduce((total, test) => total + count(test), 0);
  return {
    campaigns: tests.length,
    passed: cases.length - failed,
    failed,
    untested: sum(({ untested }) => untested.length),
    mutants: sum(({ mutation }) => mutation?.mutants ?? 0),
    survivors: sum(({ mutation }) => mutation?.survivors.length ?? 0),
    implied: sum(({ mutation }) => mutation?.implied.length ?? 0),
    wrong: sum(({ mutation }) => mutation?.wrong.length ?? 0),
    problems,
  };
}

function report({ campaign, cases, untested, mutation }: Tested, mutates: boolean): string[] {
  const lines = [campaign];
  for (const { title, file, failures } of cases) {
    const name = file.slice(file.lastIndexOf('/') + 1).split('.')[0];
    lines.push(
      `  ${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${shown(title)}`,
      ...failures.map((failure) => `         ${shown(failure)}`),
    );
  }
  for (const rule of untested) lines.push(`  NONE ${rule}: no case makes it fire`);
  if (mutates && mutation === undefined) lines.push('  no mutants are tried before its cases pass');
  for (const { file, line, without } of mutation?.survivors ?? [])
    lines.push(`  LIVES ${shown(file)}:${line}: without ${shown(without)} every case still passes`);
  for (const { file, line, without } of mutation?.wrong ?? [])
    lines.push(`  CLAIM ${shown(file)}:${line}: ${shown(without)} is called implied, and a case needs it or nothing of that name is there`);
  return lines;
}

/** Indicators do not carry their place: it is looked up for the report. */
function placesOf({ dir }: Campaign): (indicator: Indicator) => { file: string; line: number } {
  const texts = ['indicators.csv', 'indicators.json'].flatMap((name) => {
    const file = join(dir, name);
    try {
      return [{ file, lines: readFileSync(file, 'utf8').split('\n') }];
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
      throw cause;
    }
  });
  return ({ id }) => {
    const name = id.slice(id.indexOf('/') + 1);
    for (const { file, lines } of texts) {
      const at = lines.findIndex((line) => line.includes(`,${name},`) || line.includes(`"${name}"`));
      if (at >= 0) return { file, line: at + 1 };
    }
    return { file: texts[0]?.file ?? dir, line: 1 };
  };
}
