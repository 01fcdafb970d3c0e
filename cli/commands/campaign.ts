// `tenant-guard campaign …`: what an analyst does with packs: make, test, try, publish, roll back. Called by cli/main.ts.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { HuntError } from '../../src/rounds/hunt/start.ts';
import type { Store } from '../../src/store/store.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { newPack } from '../campaign/new.ts';
import { CampaignError } from '../campaign/pack.ts';
import { list, type Publishing, publish, rollback } from '../campaign/publish.ts';
import { testPacks } from '../campaign/test.ts';
import { tryPack } from '../campaign/try.ts';
import type { Command, Terminal } from '../command.ts';
import { hunt } from '../hunt/run.ts';
import { NoStoreError, openStore } from '../tenants/open-store.ts';
import { troubleWith } from '../tenants/trouble.ts';

const help = `Usage: tenant-guard campaign ACTION …

  new NAME [--in DIR]                  a folder with one rule, one indicator and their cases, which passes its tests as it is
  test [PACK…] [--mutate] [--json]     run the cases of packs (default: the shipped ones) and name rules that no case makes fire;
                                       --mutate takes every condition and indicator away, one at a time, and names what no case misses
  try PACK FILE|FOLDER… [--json]       run one pack over exported logs: findings, and noise per 1,000 users and day
  publish PACK [--dry-run] [--hunt]    test a pack, say what it changes, and let the guard run it: versioned, within a minute, without a deployment;
                                       --hunt also searches the last 30 days that the guard keeps; with --dry-run only its price is said
  rollback PACK [--to VERSION]         let the guard run what ran before; 0 is the pack that ships, or none
  list [--json]                        which packs a guard runs, with their versions

PACK is a folder with campaign.yml, a folder of such folders, or the id of a shipped campaign; for try also plain Sigma rules
(a .yml, a folder, a .zip). docs/writing-campaigns.md tells how a pack comes to be.

  --storage WHERE  of publish, rollback and list: the data account's table address, with your azd or az sign-in, or a connection
                   string. Else TG_DATA_STORAGE or TG_DATA_TABLE_URI; else the guard that runs on this computer

Exit codes: 0 done, or everything passed; 1 a case failed, a rule is untested or a mutant survived; 2 something could not be read or done.`;

interface Asked {
  readonly words: readonly string[];
  readonly values: {
    readonly in: string;
    readonly mutate: boolean;
    readonly json: boolean;
    readonly 'dry-run': boolean;
    readonly hunt: boolean;
    readonly to?: string;
    readonly storage?: string;
  };
}
/** As `tenant-guard hunt` by itself. */
const huntDays = 30;

type Action = (asked: Asked, terminal: Terminal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  async new({ words, values }, terminal) {
    const [name, odd] = words;
    if (name === undefined || odd !== undefined) throw new CampaignError('Give the new campaign one name: campaign new NAME.');
    await newPack(name, values.in, { id: randomUUID(), today: new Date().toISOString().slice(0, 10) }, terminal);
    return 0;
  },
  test: ({ words, values }, terminal) => testPacks(words, values, terminal),
  async publish({ words, values }, terminal) {
    const tools = await opened(values);
    const dryRun = values['dry-run'];
    const content = await publish(words, { dryRun }, tools, terminal);
    if (values.hunt) {
      const wanted = { content, days: huntDays, tenants: [], yes: !dryRun, json: false, live: true };
      await hunt({ ...tools, registry: createRegistry(tools) }, wanted, tools.who, terminal);
    } else terminal.out(`To look for it in what is kept of the past: tenant-guard hunt ${words[0]}`);
    return 0;
  },
  async rollback({ words, values }, terminal) {
    const to = z.coerce.number().int().min(0).optional().safeParse(values.to);
    if (!to.success) throw new CampaignError('--to wants the number of a version; 0 is the pack that ships, or none.');
    await rollback(words, to.data, await opened(values), terminal);
    return 0;
  },
  async list({ words, values }, terminal) {
    if (words.length > 0) throw new CampaignError('campaign list takes no words.');
    await list(values.json, await opened(values), terminal);
    return 0;
  },
  try: ({ words, values }, terminal) => tryPack(words, values.json, terminal),
};

async function opened({ storage }: Asked['values']): Promise<Publishing & { readonly store: Store }> {
  const { store, who } = await openStore({ given: storage, environment: process.env });
  return { store, who, clock: { now: () => Date.now() } };
}

/** Options that only some actions have. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  new: ['in'],
  test: ['mutate', 'json'],
  try: ['json'],
  publish: ['dry-run', 'hunt', 'storage'],
  rollback: ['to', 'storage'],
  list: ['json', 'storage'],
};

function askedOf(args: readonly string[]): { action: string; asked: Asked } {
  let parsed: { values: Asked['values']; positionals: string[]; tokens: { kind: string; name?: string }[] };
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      tokens: true,
      options: {
        in: { type: 'string', default: '.' },
        mutate: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        hunt: { type: 'boolean', default: false },
        to: { type: 'string' },
        storage: { type: 'string' },
      },
    });
  } catch (cause) {
    // parseArgs goes on with advice about `--`: the first sentence says what is wrong.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CampaignError(message.split(/\. |\n/, 1)[0] ?? message, { cause });
  }
  const [action = '', ...words] = parsed.positionals;
  if (!Object.hasOwn(actions, action)) throw new CampaignError(`campaign knows: ${Object.keys(actions).join(', ')}.`);
  const odd = parsed.tokens.find(({ kind, name = '' }) => kind === 'option' && optionsOf[action]?.includes(name) !== true);
  if (odd !== undefined) throw new CampaignError(`campaign ${action} has no option --${odd.name}.`);
  return { action, asked: { words, values: parsed.values } };
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let usesStorage = false;
  try {
    const { action, asked } = askedOf(args);
    usesStorage = optionsOf[action]?.includes('storage') === true;
    return (await actions[action]?.(asked, terminal)) ?? 2;
  } catch (cause) {
    const expected = cause instanceof CampaignError || cause instanceof NoStoreError || cause instanceof HuntError;
    if (!expected && !usesStorage) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    // What the storage says is for people too: no right, no such account, not signed in.
    terminal.error(expected ? message : troubleWith('The storage could not be read or changed', cause));
    if (cause instanceof CampaignError) terminal.error('Try: tenant-guard campaign --help');
    return 2;
  }
}

export const campaign: Command = { help, run };
