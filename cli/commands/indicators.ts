// `tenant-guard indicators check FILE|URL…`: what the guard would take of a feed, and what it would refuse and why. Called by cli/main.ts.
import { parseArgs } from 'node:util';
import { reasonOf } from '../../src/collect/exports/walk.ts';
import { createGuardedFetch, FeedError, type GuardedFetch } from '../../src/collect/indicator-feeds/guarded-fetch.ts';
import { type FeedKind, feedKinds } from '../../src/contracts/indicators.ts';
import { shown } from '../check/table.ts';
import type { Command, Terminal } from '../command.ts';
import { type ReadSource, readSource } from '../indicators/read-source.ts';

const help = `Usage: tenant-guard indicators check FILE|URL… [--kind KIND] [--own-domain NAME]… [--own-network RANGE]… [--json]

Reads indicator feeds as the guard would (docs/indicators.md), and says what it would take of them and what it would refuse,
by reason, with examples. A file is a STIX 2.1 bundle, a TAXII 2.1 envelope, a MISP event or a CSV. An https address is read
as a feed: nothing is sent there but the request.

  --kind KIND          stix, taxii, misp or csv; files tell theirs by themselves
  --own-domain NAME    a domain of yours, which no feed may call bad
  --own-network RANGE  an address or range of yours
  --json               for programs: one line of JSON per source

Exit codes: 0 all taken, 1 something refused, 2 a source could not be read.`;

interface Options {
  readonly sources: readonly string[];
  readonly kind: FeedKind | undefined;
  readonly domains: readonly string[];
  readonly networks: readonly string[];
  readonly json: boolean;
}

function optionsOf(args: readonly string[]): Options | Error {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        'own-domain': { type: 'string', multiple: true, default: [] },
        'own-network': { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
    const [action, ...sources] = positionals;
    if (action !== 'check')
      return new Error(
        action === undefined
          ? 'Say what to do: indicators check FILE.'
          : `There is no “indicators ${shown(action)}”, only “indicators check”.`,
      );
    if (sources.length === 0) return new Error('indicators check needs at least one file or address.');
    const kind = feedKinds.find((one) => one === values.kind);
    if (values.kind !== undefined && kind === undefined) return new Error(`--kind is one of ${feedKinds.join(', ')}.`);
    return { sources, kind, domains: values['own-domain'], networks: values['own-network'], json: values.json };
  } catch (cause) {
    return new Error(cause instanceof Error ? (cause.message.split(/\. |\n/, 1)[0] ?? cause.message) : String(cause));
  }
}

function linesOf(source: string, { kind, entries, refused, incomplete }: ReadSource): string[] {
  const byKind = [...Map.groupBy(entries, (entry) => entry.kind)].map(([name, list]) => `${name} ${list.length}`);
  const left = refused.reduce((sum, { count }) => sum + count, 0);
  return [
    `${shown(source)} (${kind}): ${entries.length} taken${byKind.length === 0 ? '' : ` (${byKind.join(', ')})`}, ${left} refused${left === 0 ? '.' : ':'}`,
    ...refused.map(({ reason, count, examples }) => {
      const some = examples.filter((example) => example !== '').map(shown);
      return `  ${String(count).padStart(6)}  ${shown(reason)}${some.length === 0 ? '' : `, such as ${some.slice(0, 3).join(' · ')}`}`;
    }),
    ...(entries.length + left > 0 ? [] : ['  It holds nothing that could be an indicator.']),
    ...(incomplete === undefined ? [] : [`  Not all of it: ${shown(incomplete)}.`]),
  ];
}

/** @param fetch for tests */
export async function indicatorsCommand(
  args: readonly string[],
  terminal: Terminal,
  { fetch = createGuardedFetch(), now = Date.now() }: { readonly fetch?: GuardedFetch; readonly now?: number } = {},
): Promise<number> {
  const options = optionsOf(args);
  if (options instanceof Error) {
    terminal.error(`${options.message}\nTry: tenant-guard indicators --help`);
    return 2;
  }
  let code = 0;
  for (const source of options.sources)
    try {
      const read = await readSource({
        source,
        kind: options.kind,
        own: { domains: options.domains, networks: options.networks },
        fetch,
        now,
      });
      const { entries, ...rest } = read;
      if (options.json) terminal.out(JSON.stringify({ source, taken: entries.length, ...rest }));
      else for (const line of linesOf(source, read)) terminal.out(line);
      if (entries.length === 0) code = 2;
      else if (read.refused.length > 0) code = Math.max(code, 1);
    } catch (cause) {
      terminal.error(`${shown(source)}: ${shown(cause instanceof FeedError ? cause.message : `it cannot be read: ${reasonOf(cause)}`)}.`);
      code = 2;
    }
  return code;
}

export const indicators: Command = {
  help,
  run: (args, terminal) => indicatorsCommand(args, terminal),
};
