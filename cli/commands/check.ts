// `tenant-guard check FILE|FOLDER…`: runs detection over exported logs, offline. Called by cli/main.ts.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { openNetworks } from '../../src/campaigns/networks.ts';
import { loadRules, ruleSource } from '../../src/campaigns/rules.ts';
import { reasonOf, walk } from '../../src/collect/exports/walk.ts';
import { FeedError } from '../../src/collect/indicator-feeds/guarded-fetch.ts';
import type { FeedEntry, ForeignIndicators } from '../../src/contracts/indicators.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { community } from '../../src/detect/findings.ts';
import { createForeignIndicators } from '../../src/detect/indicators/feeds/foreign-index.ts';
import { ocsfVersion } from '../../src/detect/ocsf.ts';
import type { RulebookProblem } from '../../src/detect/sequences/rulebook.ts';
import { findingLine, ocsfLine, summaryLine } from '../check/json-lines.ts';
import { rulesReport } from '../check/rules-report.ts';
import { type CheckResult, runCheck } from '../check/run.ts';
import { reportLines, shown } from '../check/table.ts';
import type { Command, Terminal } from '../command.ts';
import { readSource } from '../indicators/read-source.ts';

/** Whose network an address is. */
const shippedNetworks = fileURLToPath(new URL('../../data/networks.br', import.meta.url));
const shippedCampaigns = fileURLToPath(new URL('../../campaigns', import.meta.url));

const help = `Usage: tenant-guard check FILE|FOLDER… [--format table|json|ocsf] [--rules PATH]… [--campaigns DIR] [--tenant ID] [--verbose]

Searches exported logs for the campaigns, offline: nothing is sent anywhere, and no rights in a tenant are needed.
Reads what Microsoft's tools export, also packed with gzip: Graph JSON (arrays, pages, NDJSON), the Entra admin
centre's JSON and CSV, diagnostic-settings records, Log Analytics rows, unified-audit CSV and JSON.
In folders only .json .jsonl .ndjson .csv .log .txt (and .gz of these) are read.

  --json           for programs: one line of JSON per finding, then a summary (the same as --format json)
  --format ocsf    for other tools: one OCSF event per line (Detection Finding, class 2004, schema ${ocsfVersion}); the summary goes to stderr
  --rules PATH     further Sigma rules, correlations and filters: a .yml, a folder or a .zip, as often as you like
  --indicators F   an indicator feed: a STIX 2.1, MISP or CSV file (docs/indicators.md), as often as you like
  --campaigns DIR  campaign folders instead of the shipped ones
  --verbose        name every rule that cannot match here
  --tenant ID      tenant id for the finding ids, to compare with those of a running guard

Exit codes: 0 nothing found, 1 findings, 2 something could not be read (even if there are findings).`;

const formats = ['table', 'json', 'ocsf'] as const;
type Format = (typeof formats)[number];

interface Options {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly rules: readonly string[];
  readonly indicators: readonly string[];
  readonly campaigns: string;
  readonly tenant: string | undefined;
  readonly verbose: boolean;
}

function optionsOf(args: readonly string[]): Options | Error {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        format: { type: 'string' },
        rules: { type: 'string', multiple: true, default: [] },
        indicators: { type: 'string', multiple: true, default: [] },
        campaigns: { type: 'string', default: shippedCampaigns },
        tenant: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    });
    if (positionals.length === 0) return new Error('check needs at least one file or folder.');
    const { json, rules, indicators, campaigns, tenant, verbose } = values;
    const format = formats.find((known) => known === (values.format ?? (json ? 'json' : 'table')));
    if (format === undefined || (json && format !== 'json'))
      return new Error(`--format is one of ${formats.join(', ')}; --json is --format json.`);
    return { paths: positionals, format, rules, indicators, campaigns, tenant, verbose };
  } catch (cause) {
    // parseArgs goes on with advice about `--`: the first sentence says what is wrong.
    return new Error(cause instanceof Error ? (cause.message.split(/\. |\n/, 1)[0] ?? cause.message) : String(cause));
  }
}

async function detectorOf({ campaigns, rules, verbose }: Options, terminal: Terminal) {
  // First, while nothing else is in memory: unpacking it takes 20 MB for a moment, which would come on top of all that is learnt.
  const networks = openNetworks(shippedNetworks);
  const loaded = await loadCampaigns(campaigns, { cases: false });
  const brought = await Promise.all(rules.map(async (path) => ({ path, ...(await loadRules(ruleSource(path))) })));
  const extraRules = brought.flatMap(({ files }) => files);
  // Without a rule nothing is looked for, and "0 findings" would be a lie.
  if (loaded.campaigns.length === 0 && loaded.problems.length === 0 && extraRules.length === 0)
    throw new Error(`there is no campaign in ${campaigns}`);
  const detector = createDetector({
    campaigns: loaded.campaigns,
    networks,
    extraRules,
    placeholders: Object.assign({}, ...brought.map(({ placeholders }) => placeholders)),
  });
  const broughtFiles = new Set(extraRules.map(({ file }) => file));
  const own = [...loaded.problems, ...detector.problems.filter(({ file }) => !broughtFiles.has(file))];
  const foreign: RulebookProblem[] = [
    ...brought.flatMap(({ problems }) => problems),
    ...detector.problems.filter(({ file }) => broughtFiles.has(file)),
  ];
  for (const { file, line, message } of own) terminal.error(`${shown(file)}:${line}: ${shown(message)}`);
  const sources = brought.map(({ path, files }) => ({ path, files: files.length }));
  const foreignRules = detector.rules().filter(({ campaign }) => campaign === community).length;
  for (const line of rulesReport(sources, foreignRules, foreign, verbose)) terminal.error(line);
  const unreadable = foreign.filter(({ cannotMatch }) => cannotMatch === undefined);
  return { detector, brokenRules: own.length + unreadable.length };
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = optionsOf(args);
  if (options instanceof Error) {
    terminal.error(`${options.message}\nTry: tenant-guard check --help`);
    return 2;
  }
  let rules: Awaited<ReturnType<typeof detectorOf>>;
  try {
    rules = await detectorOf(options, terminal);
  } catch (cause) {
    const path = cause instanceof Error && 'path' in cause ? `${shown(String(cause.path))}: ` : '';
    terminal.error(`The rules cannot be read: ${path}${reasonOf(cause)}.`);
    return 2;
  }
  const listed = await listedBy(options.indicators, terminal);
  const walked = await walk(options.paths);
  const progress = progressOver(
    walked.files.reduce((sum, { bytes }) => sum + 2 * bytes, 0),
    terminal,
  );
  const checked = await runCheck({
    files: walked.files.map(({ file }) => file),
    detector: rules.detector,
    foreign: listed.foreign,
    progress,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
  });
  terminal.progress?.('');
  const nothing =
    walked.files.length === 0 && walked.failed.length === 0
      ? options.paths.map((file) => ({ file, reason: 'it holds no export files' }))
      : [];
  const result: CheckResult = { ...checked, refused: [...walked.failed, ...nothing, ...checked.refused] };
  report(result, options.format, terminal);
  if (options.format === 'table' && walked.ignored.length > 0)
    terminal.error(
      `Ignored by their names: ${walked.ignored.slice(0, 10).map(shown).join(', ')}${walked.ignored.length > 10 ? ', …' : ''}`,
    );
  // A campaign of which a part did not load has not been looked for, nor has a rule that somebody brought and nobody could read.
  if (result.refused.length > 0 || result.skipped.count > 0 || rules.brokenRules > 0 || listed.unread > 0) return 2;
  return result.findings.length > 0 ? 1 : 0;
}

/** What was brought of feeds; what of them is refused is said by `indicators check`. */
async function listedBy(
  files: readonly string[],
  terminal: Terminal,
): Promise<{ readonly foreign: ForeignIndicators | undefined; readonly unread: number }> {
  const feeds: { feed: string; entries: readonly FeedEntry[] }[] = [];
  for (const file of files)
    try {
      // Of old exports what ended long ago counts too, so `now` is nobody's.
      const own = { domains: [], networks: [] };
      const fetch = () => Promise.reject(new FeedError('check reads files only'));
      const { name, entries, refused } = await readSource({ source: file, own, fetch, now: 0 });
      feeds.push({ feed: name, entries });
      const left = refused.reduce((sum, { count }) => sum + count, 0);
      if (left > 0) terminal.error(`${shown(file)}: ${left} of its entries are refused; tenant-guard indicators check says why.`);
    } catch (cause) {
      terminal.error(`${shown(file)}: ${shown(cause instanceof FeedError ? cause.message : reasonOf(cause))}.`);
    }
  return { foreign: feeds.length === 0 ? undefined : createForeignIndicators(feeds), unread: files.length - feeds.length };
}

function report(result: CheckResult, format: Format, terminal: Terminal): void {
  if (format === 'table') {
    for (const line of reportLines(result, terminal)) terminal.out(line);
    return;
  }
  for (const finding of result.findings) terminal.out(format === 'ocsf' ? ocsfLine(finding) : findingLine(finding));
  (format === 'ocsf' ? terminal.error : terminal.out)(summaryLine(result));
  for (const { file, reason } of result.refused) terminal.error(`${shown(file)}: ${shown(reason)}.`);
}

const progressEveryBytes = 8 * 1024 * 1024;

function progressOver(total: number, terminal: Terminal): (bytes: number) => void {
  let done = 0;
  let said = 0;
  return (bytes) => {
    done += bytes;
    if (terminal.progress === undefined || done - said < progressEveryBytes) return;
    said = done;
    terminal.progress(`${done * 2 < total ? 'Learning what is usual' : 'Searching'}: ${Math.min(100, Math.round((100 * done) / total))} %`);
  };
}

export const check: Command = { help, run };
