// `tenant-guard tenants …`: which tenants are under guard, and how: adding, pausing, removing, policy. The running guard reads the registry at its next minute; nothing restarts. Called by cli/main.ts.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { TenantEntry } from '../../src/contracts/policy.ts';
import { clean } from '../../src/incidents/text.ts';
import { ConflictError } from '../../src/store/store.ts';
import { keepDaysUsual, type Registry, UnknownTenantError } from '../../src/tenants/registry.ts';
import { plural } from '../check/table.ts';
import type { Command, Terminal } from '../command.ts';
import { openRegistry } from '../tenants/open-registry.ts';
import { NoStoreError } from '../tenants/open-store.ts';
import { PolicyError, policyChange, policyLines, settable } from '../tenants/policy-change.ts';
import { troubleWith } from '../tenants/trouble.ts';

const help = `Usage: tenant-guard tenants ACTION … [--storage WHERE]

  list [--json]                        all tenants, removed ones too while their data is kept
  add ID NAME [NAME=VALUE …]           put a tenant under guard; its last 30 days are read first. Group, channels and cadence are
                                       those of the first tenant unless you say otherwise; it rehearses until live=true
  pause ID, resume ID                  stop reading and acting, go on
  remove ID [--keep-days N]            stop, and delete the tenant's data after N days (${keepDaysUsual}); evidence has its own retention.
                                       Adding it again before that keeps everything
  policy ID [NAME=VALUE …]             show the policy, or change it

NAME is one of ${settable.join(', ')}.

  --storage WHERE  the data account's table address, with your azd or az sign-in, or a connection string.
                   Else TG_DATA_STORAGE or TG_DATA_TABLE_URI; else the guard that runs on this computer

What is changed here counts from the guard's next minute on. Exit codes: 0 done, 2 not done.`;

interface Asked {
  readonly registry: Registry;
  readonly words: readonly string[];
  readonly keepDays: number | undefined;
  readonly json: boolean;
}
type Action = (asked: Asked, terminal: Terminal) => Promise<void>;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function idOf([first]: readonly string[]): string {
  const id = z.guid().safeParse(first);
  if (!id.success) throw new UsageError('Name the tenant by its id, a GUID: tenants list shows those under guard.');
  return id.data;
}
function only(words: readonly string[], most: number): void {
  const odd = words[most];
  if (odd !== undefined) throw new UsageError(`${JSON.stringify(odd.slice(0, 80))} is not understood.`);
}

const until = ({ eraseAt, erasing, erasedAt }: TenantEntry): string => {
  if (erasedAt !== undefined) return `, data deleted ${erasedAt.slice(0, 10)}`;
  if (erasing === true) return ', data is being deleted';
  return eraseAt === undefined ? '' : `, data kept until ${eraseAt.slice(0, 16).replace('T', ' ')} UTC`;
};
const line = (entry: TenantEntry): string =>
  `${entry.tenant}  ${entry.status}${until(entry)}${entry.status === 'active' && !entry.policy.live ? ', dry run' : ''}  ${clean(entry.name, 80)}`;

function setStatus(status: 'active' | 'paused', done: string): Action {
  return async ({ registry, words }, { out }) => {
    only(words, 1);
    const { name } = await registry.update(idOf(words), (entry) => ({ ...entry, status }));
    out(`${clean(name, 80)}: ${done}`);
  };
}

/** Group, channels and cadence of a new tenant are the installation's: without a group nobody could look at it. It rehearses, and protects nobody yet. */
async function modelOf(registry: Registry): Promise<TenantEntry['policy'] | undefined> {
  const entries = await registry.list();
  return (entries.find(({ seededFrom }) => seededFrom !== undefined) ?? entries[0])?.policy;
}

/** A channel may be named before it is set up; nobody should have to find out from a card that does not come. */
async function tellMissing(registry: Registry, channels: TenantEntry['policy']['channels'], out: Terminal['out']): Promise<void> {
  if (channels.length === 0) return;
  const missing = await registry.missingChannels(channels);
  if (missing === undefined) out('WARNING: whether these channels are set up is not known yet: the guard says so at its next start.');
  for (const name of missing ?? [])
    out(
      `WARNING: channel ${clean(name, 40)} is not set up on the guard: its cards go to the home channel until it is (“Cards in Teams” in docs/deploy.md).`,
    );
}

const actions: Readonly<Record<string, Action>> = {
  async list({ registry, words, json }, { out }) {
    only(words, 0);
    const entries = (await registry.all()).sort((a, b) => a.name.localeCompare(b.name));
    if (json) return out(JSON.stringify(entries, undefined, 2));
    for (const entry of entries) out(line(entry));
    if (entries.length === 0) out('No tenant is under guard.');
  },
  async add({ registry, words }, { out }) {
    const id = idOf(words);
    const [, name = '', ...settings] = words;
    if (name.trim() === '' || name.includes('=')) throw new UsageError('Name the tenant: tenants add ID NAME.');
    const change = policyChange(settings);
    const { responderGroup, channels, cadence } = (await modelOf(registry)) ?? {};
    const inherited = {
      ...(responderGroup === undefined ? {} : { responderGroup }),
      ...(channels === undefined ? {} : { channels }),
      ...(cadence === undefined ? {} : { cadence }),
    };
    const { policy } = await registry.add(id, clean(name, 120), inherited, change);
    await tellMissing(registry, policy.channels, out);
    out(
      `${clean(name, 80)} is under guard. Its first round comes within ${plural(Math.ceil(policy.cadence.fast / 60), 'minute')}, its digest within ten.`,
    );
    out('Both applications need consent there: see “Customer tenants” in docs/deploy.md.');
  },
  pause: setStatus('paused', 'paused. Nothing is read or changed; what was begun is ended.'),
  resume: setStatus('active', 'under guard again. What was missed is read first.'),
  async remove({ registry, words, keepDays }, { out }) {
    only(words, 1);
    const entry = await registry.remove(idOf(words), keepDays);
    out(`${clean(entry.name, 80)} is no longer under guard${until(entry)}. Evidence stays for its own time.`);
  },
  async policy({ registry, words }, { out }) {
    const id = idOf(words);
    const settings = words.slice(1);
    const change = policyChange(settings);
    const entry =
      settings.length > 0
        ? await registry.update(id, (before) => ({ ...before, policy: change(before.policy) }))
        : (await registry.all()).find(({ tenant, status }) => tenant === id.toLowerCase() && status !== 'removed');
    if (entry === undefined) throw new UnknownTenantError(`Tenant ${id} is not under guard`);
    for (const text of policyLines(entry.policy)) out(text);
    await tellMissing(registry, entry.policy.channels, out);
  },
};

async function run(args: readonly string[], terminal: Terminal, environment = process.env): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { storage: { type: 'string' }, json: { type: 'boolean', default: false }, 'keep-days': { type: 'string' } },
    });
    const [word = '', ...words] = positionals;
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
    if (action === undefined) throw new UsageError(`tenants knows: ${Object.keys(actions).join(', ')}.`);
    const keep = values['keep-days'];
    const keepDays = keep === undefined ? undefined : z.coerce.number().int().min(0).max(3650).safeParse(keep);
    if (keepDays?.success === false) throw new UsageError('--keep-days wants a whole number of days, 0 to 3650.');
    const registry = await openRegistry({ given: values.storage, environment });
    await action({ registry, words, keepDays: keepDays?.data, json: values.json }, terminal);
    return 0;
  } catch (cause) {
    const expected =
      cause instanceof UsageError ||
      cause instanceof PolicyError ||
      cause instanceof NoStoreError ||
      cause instanceof UnknownTenantError ||
      cause instanceof ConflictError;
    const message = cause instanceof Error ? cause.message : String(cause);
    terminal.error(expected ? message : troubleWith('The registry could not be read or changed', cause));
    if (cause instanceof UsageError) terminal.error('Try: tenant-guard tenants --help');
    return 2;
  }
}

export const tenants: Command = { help, run };
