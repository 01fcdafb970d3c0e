// `tenant-guard timeline USER|SESSION`: one person's or session's raw story, from the guard's store or from exported logs. Called by cli/main.ts.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { walk } from '../../src/collect/exports/walk.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { createRegistry, UnknownTenantError } from '../../src/tenants/registry.ts';
import { shippedCampaigns } from '../campaign/pack.ts';
import { plural, shown } from '../check/table.ts';
import type { Command, Terminal } from '../command.ts';
import { NoStoreError, openStore } from '../tenants/open-store.ts';
import { troubleWith } from '../tenants/trouble.ts';
import { type Asked, askedOf, TimelineError } from '../timeline/asked.ts';
import { fileStory } from '../timeline/files.ts';
import { storyLines } from '../timeline/print.ts';
import { storedStory } from '../timeline/stored.ts';
import type { StoryLine } from '../timeline/story.ts';

const help = `Usage: tenant-guard timeline USER|SESSION [--days N] [--tenant ID] [--json]
       tenant-guard timeline USER|SESSION --from FILE|FOLDER…

Everything that was recorded of one person or one session, oldest first: when, what, the result, the place, the network, the
application and the browser, and below each record the findings that rest on it. "<" marks what was done to the person by somebody
else, "·" records that only name them.

USER is a UPN or an object id; SESSION a session id, correlation id, request id or unique token identifier.

  --days N         how far back, 1 to 365 (7)
  --tenant ID      of which tenant, where the guard watches more than ten
  --from           the words after USER are exported logs, as for check; findings are then those of the person's own records
  --json           for programs: one line of JSON per record; --raw adds the record as its source wrote it
  --storage WHERE  the data account's table address, with your azd or az sign-in, or a connection string.
                   Else TG_DATA_STORAGE or TG_DATA_TABLE_URI; else the guard that runs on this computer

Exit codes: 0 shown, 1 nothing was recorded, 2 something could not be read.`;

const mostTenants = 10;
const dayMs = 86_400_000;

interface Options {
  readonly asked: Asked;
  readonly files: readonly string[] | undefined;
  readonly days: number;
  readonly tenant: string | undefined;
  readonly json: boolean;
  readonly raw: boolean;
  readonly storage: string | undefined;
}

function optionsOf(args: readonly string[]): Options {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    // parseArgs goes on with advice about `--`: the first sentence says what is wrong.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new TimelineError(message.split(/\. |\n/, 1)[0] ?? message, { cause });
  }
  const [word, ...files] = parsed.positionals;
  const { from, json, raw, storage, tenant } = parsed.values;
  if (word === undefined) throw new TimelineError('Name a person or a session: timeline USER|SESSION.');
  if (from ? files.length === 0 : files.length > 0)
    throw new TimelineError(from ? '--from wants files or folders.' : 'timeline takes one person or session; files come after --from.');
  const days = z.coerce.number().int().min(1).max(365).safeParse(parsed.values.days);
  if (!days.success) throw new TimelineError('--days wants a whole number, 1 to 365.');
  return { asked: askedOf(word), files: from ? files : undefined, days: days.data, tenant, json, raw, storage };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      from: { type: 'boolean', default: false },
      days: { type: 'string', default: '7' },
      tenant: { type: 'string' },
      json: { type: 'boolean', default: false },
      raw: { type: 'boolean', default: false },
      storage: { type: 'string' },
    },
  });

async function run(args: readonly string[], terminal: Terminal, environment = process.env): Promise<number> {
  try {
    const options = optionsOf(args);
    return options.files === undefined
      ? await fromStore(options, terminal, environment)
      : await fromFiles(options.files, options, terminal);
  } catch (cause) {
    const expected = [TimelineError, NoStoreError, UnknownTenantError].some((kind) => cause instanceof kind);
    const message = cause instanceof Error ? cause.message : String(cause);
    terminal.error(expected ? message : troubleWith('The records could not be read', cause));
    if (cause instanceof TimelineError) terminal.error('Try: tenant-guard timeline --help');
    return 2;
  }
}

async function fromFiles(paths: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const walked = await walk(paths);
  const { lines, read, refused, skipped } = await fileStory(
    walked.files.map(({ file }) => file),
    options.asked.needle,
    async () => createDetector({ campaigns: (await loadCampaigns(shippedCampaigns, { cases: false })).campaigns }),
  );
  const unread = [...walked.failed, ...refused];
  for (const { file, reason } of unread) terminal.error(`Not read: ${shown(file)}: ${shown(reason)}.`);
  if (skipped > 0) terminal.error(`${plural(skipped, 'record')} could not be understood: tenant-guard check names them.`);
  tell(lines, options, terminal, `of ${plural(read, 'record')} in ${plural(walked.files.length, 'file')}`);
  return unread.length > 0 || skipped > 0 ? 2 : lines.length > 0 ? 0 : 1;
}

async function fromStore(options: Options, terminal: Terminal, environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { store } = await openStore({ given: options.storage, environment });
  const clock = { now: () => Date.now() };
  const registry = createRegistry({ store, clock });
  const entries = options.tenant === undefined ? await registry.list() : [{ tenant: options.tenant }];
  if (entries.length > mostTenants)
    throw new TimelineError(`The guard watches ${entries.length} tenants: say which one with --tenant ID (tenant-guard tenants list).`);
  const from = new Date(clock.now() - (options.days - 1) * dayMs).toISOString().slice(0, 10);
  const stories = [];
  for (const { tenant } of entries) stories.push(await storedStory(store, await registry.authorise(tenant, 'show'), options.asked, from));
  const lines = stories.flatMap((story) => story.lines).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const kept = Math.max(0, ...stories.map(({ days }) => days));
  tell(lines, options, terminal, `on ${plural(kept, 'kept day')} since ${from}`);
  return lines.length > 0 ? 0 : 1;
}

function tell(lines: readonly StoryLine[], { json, raw }: Options, terminal: Terminal, where: string): void {
  if (json) {
    for (const { record, ...line } of lines) terminal.out(JSON.stringify(raw ? { ...line, record } : line));
    return;
  }
  for (const line of storyLines(lines, terminal)) terminal.out(line);
  if (lines.length === 0) {
    terminal.out(`Nothing was recorded of them ${where}.`);
    return;
  }
  // As a case counts them: each once, however many records it rests on.
  const findings = new Set(lines.flatMap((line) => line.findings.filter(({ alerts }) => alerts).map(({ finding }) => finding))).size;
  terminal.out(`${plural(lines.length, 'record')} ${where}${findings === 0 ? '' : `; ${plural(findings, 'finding')} of a case on them`}.`);
}

export const timeline: Command = { help, run };
