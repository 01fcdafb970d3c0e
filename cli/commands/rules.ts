// `tenant-guard rules …`: how much noise each rule makes, which are silent, what is staged or excluded, and changing that. Called by cli/main.ts.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { contentOf, createPublishedPacks } from '../../src/campaigns/published.ts';
import { exclusionDaysMost } from '../../src/contracts/doubt.ts';
import { ConflictError, type Store } from '../../src/store/store.ts';
import { createRegistry, UnknownTenantError } from '../../src/tenants/registry.ts';
import type { Command, Terminal } from '../command.ts';
import { printCheckedRules } from '../rules/check.ts';
import { decide, history } from '../rules/decide.ts';
import { type LoadedRule, RulesError, type RulesTools } from '../rules/deps.ts';
import { excludeByName, include, listExclusions } from '../rules/exclusions.ts';
import { listRules } from '../rules/noise.ts';
import { publishRules, rollBackRules } from '../rules/publish.ts';
import { NoStoreError, openStore } from '../tenants/open-store.ts';
import { troubleWith } from '../tenants/trouble.ts';

const help = `Usage: tenant-guard rules [ACTION …] [--storage WHERE]

  list [--tenant ID] [--staged | --silent] [--json]
                                  noise of every rule per 1,000 users and day, over all tenants or in one; staged ones, or those
                                  that were silent for 180 days (the default action)
  promote RULE [--reason TEXT]    shows the figures of a staged rule and asks; then it alerts
  stage RULE [--reason TEXT]      shows the figures and asks; then it counts and alerts nobody
  reset RULE                      what its pack says counts again
  history                         who decided what, when, and what the figures were
  exclusions TENANT               what is hidden in a tenant, by whom, until when, how much
  exclude TENANT RULE SUBJECT --reason TEXT [--days N]
                                  hide what a rule says about one subject (user:…, app:…) for N days (30; ${exclusionDaysMost} at most)
  include TENANT ID --reason TEXT take an exclusion back

  publish PATH [--dry-run] [--verbose]
                                  let the guard run plain Sigma rules, as others wrote them: a .yml, a folder or a .zip, in the place of
                                  those published so before; a file that cannot be read is named and left out. They are staged
                                  until you promote them, each by its id
  check PATH [--json]             each rule of such a path: whether it loads, whether it can match here, and if not, why; nothing is sent
  rollback [--to VERSION]         the rules that were published before; 0 is none of them

  --yes            don't ask
  --storage WHERE  as in tenant-guard tenants

A running guard follows within a minute. Exit codes: 0 done, 1 not agreed to, or a part was left out, 2 not done.`;

const options = {
  tenant: { type: 'string' },
  staged: { type: 'boolean', default: false },
  silent: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  reason: { type: 'string' },
  days: { type: 'string', default: '30' },
  yes: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  to: { type: 'string' },
  storage: { type: 'string' },
} as const;

interface Asked {
  readonly words: readonly string[];
  readonly tenant: string | undefined;
  readonly only: 'staged' | 'silent' | undefined;
  readonly json: boolean;
  readonly reason: string | undefined;
  readonly days: number;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly to: string | undefined;
}
/** How many words each takes, and what it does. Resolves to false where the person did not agree. */
const actions: Readonly<Record<string, { readonly words: number; run(tools: RulesTools, asked: Asked): Promise<unknown> }>> = {
  list: { words: 0, run: (tools, asked) => listRules(tools, asked) },
  promote: { words: 1, run: (tools, asked) => decided(tools, asked, 'alert') },
  stage: { words: 1, run: (tools, asked) => decided(tools, asked, 'staged') },
  reset: { words: 1, run: (tools, asked) => decided(tools, asked, 'pack') },
  history: { words: 0, run: (tools) => history(tools) },
  exclusions: { words: 1, run: (tools, { words }) => listExclusions(tools, tenantOf(words[0])) },
  exclude: {
    words: 3,
    run: async (tools, { words: [tenant, rule, subject], days, reason }) =>
      excludeByName(tools, { tenant: tenantOf(tenant), rule, subject, days, reason: because(reason) }),
  },
  publish: {
    words: 1,
    run: async (tools, { words: [path], dryRun, verbose }) => {
      if (path === undefined) throw new RulesError('Name the rules: rules publish PATH.');
      return publishRules(tools, { path, dryRun, verbose, shipped: await loadCampaigns(shippedCampaigns, { cases: false }) });
    },
  },
  rollback: {
    words: 0,
    run: async (tools, { to }) => {
      if (to !== undefined && !/^\d{1,6}$/.test(to)) throw new RulesError('--to wants the number of a version; 0 is none.');
      return rollBackRules(tools, to === undefined ? undefined : Number(to));
    },
  },
  include: {
    words: 2,
    run: async (tools, { words: [tenant, id], reason }) => include(tools, tenantOf(tenant), id, because(reason)),
  },
};

/** Asks no storage. */
const checkWord = 'check';
async function checked(terminal: Terminal, [path, odd]: readonly string[], json: boolean): Promise<boolean> {
  if (path === undefined) throw new RulesError('Name the rules: rules check PATH.');
  if (odd !== undefined) throw new RulesError(`${JSON.stringify(odd.slice(0, 80))} is not understood.`);
  return printCheckedRules(terminal, { path, json, shipped: await loadCampaigns(shippedCampaigns, { cases: false }) });
}

const decided = (tools: RulesTools, { words, reason }: Asked, effect: 'alert' | 'staged' | 'pack'): Promise<boolean> =>
  decide(tools, words[0], effect, reason ?? 'no reason was given');

function because(reason: string | undefined): string {
  if (reason === undefined || reason.trim().length < 3) throw new RulesError('Say why, in three letters or more: --reason TEXT.');
  return reason;
}
function tenantOf(word: string | undefined): string {
  const id = z.guid().safeParse(word);
  if (!id.success) throw new RulesError('Name the tenant by its id, a GUID: tenant-guard tenants list shows them.');
  return id.data.toLowerCase();
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RulesError(message.split(/\. |\n/, 1)[0] ?? message, { cause });
  }
}

const shippedCampaigns = fileURLToPath(new URL('../../campaigns', import.meta.url));

/** Those that ship, and what was published in their place. */
export async function rulesOf(store: Store): Promise<readonly LoadedRule[]> {
  const [shipped, published] = await Promise.all([
    loadCampaigns(shippedCampaigns, { cases: false }),
    createPublishedPacks({ store }).look(),
  ]);
  return contentOf(shipped, published).detector.rules();
}

/** @param made for tests: in the place of the storage that is named */
export async function runRules(
  args: readonly string[],
  terminal: Terminal,
  made?: Pick<RulesTools, 'store' | 'registry' | 'clock' | 'rules' | 'who'>,
): Promise<number> {
  try {
    const { values, positionals } = parsed(args);
    const [word = 'list', ...words] = positionals;
    if (word === checkWord) return (await checked(terminal, words, values.json)) ? 0 : 1;
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
    if (action === undefined) throw new RulesError(`rules knows: ${[...Object.keys(actions), checkWord].join(', ')}.`);
    const odd = words[action.words];
    if (odd !== undefined) throw new RulesError(`${JSON.stringify(odd.slice(0, 80))} is not understood.`);
    const days = /^\d{1,4}$/.test(values.days) ? Number(values.days) : Number.NaN;
    const only = values.staged ? 'staged' : values.silent ? 'silent' : undefined;
    const asked: Asked = {
      words,
      tenant: values.tenant === undefined ? undefined : tenantOf(values.tenant),
      only,
      json: values.json,
      reason: values.reason,
      days,
      dryRun: values['dry-run'],
      verbose: values.verbose,
      to: values.to,
    };
    return (await action.run({ ...(made ?? (await opened(values.storage))), terminal, yes: values.yes }, asked)) === false ? 1 : 0;
  } catch (cause) {
    const expected =
      cause instanceof RulesError || cause instanceof NoStoreError || cause instanceof UnknownTenantError || cause instanceof ConflictError;
    const message = cause instanceof Error ? cause.message : String(cause);
    terminal.error(expected ? message : troubleWith('The storage could not be read or changed', cause));
    if (cause instanceof RulesError) terminal.error('Try: tenant-guard rules --help');
    return 2;
  }
}

async function opened(storage: string | undefined): Promise<Pick<RulesTools, 'store' | 'registry' | 'clock' | 'rules' | 'who'>> {
  const { store, who } = await openStore({ given: storage, environment: process.env });
  const clock = { now: () => Date.now() };
  return { store, registry: createRegistry({ store, clock }), clock, rules: () => rulesOf(store), who };
}

export const rulesCommand: Command = {
  help,
  run: (args, terminal) => runRules(args, terminal),
};
