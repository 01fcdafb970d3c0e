// `tenant-guard hunt …`: searches what the guard keeps of the past, in all tenants, for any pack. Called by cli/main.ts.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readPackFiles } from '../../src/campaigns/pack-files.ts';
import { HuntError } from '../../src/rounds/hunt/start.ts';
import { createRegistry, UnknownTenantError } from '../../src/tenants/registry.ts';
import { CampaignError, packFolder } from '../campaign/pack.ts';
import type { Command, Terminal } from '../command.ts';
import { cancel, hunt, listHunts, showHunt } from '../hunt/run.ts';
import { NoStoreError, openStore } from '../tenants/open-store.ts';
import { troubleWith } from '../tenants/trouble.ts';

const help = `Usage: tenant-guard hunt PACK [--days N] [--tenant ID]… [--yes]
       tenant-guard hunt list | show ID | cancel ID

Searches what the guard keeps of the past for a pack, whether or not the guard runs it: in all tenants, on the guard's own workers,
day by day, through crashes and restarts. Without --yes it only says what that would cost.

What is found is marked as found in retrospect. It joins open incidents; a new one opens only for what is high or critical.
One card per channel tells of the whole hunt; nobody is called for each finding.

  --days N         how far back from today, 1 to 365 (30); no further than the tenant's retention
  --tenant ID      this tenant only; may be given more than once
  --yes            start it
  --json           for programs: one line of JSON for each thing that is said
  --storage WHERE  the data account's table address, with your azd or az sign-in, or a connection string.
                   Else TG_DATA_STORAGE or TG_DATA_TABLE_URI; else the guard that runs on this computer

PACK is a folder with campaign.yml, or the id of a shipped campaign. To search exported logs instead: tenant-guard campaign try.
Exit codes: 0 started or done, 1 only the price was asked for, 2 not done.`;

async function run(args: readonly string[], terminal: Terminal, environment = process.env): Promise<number> {
  try {
    const { values, positionals } = parsed(args);
    const [word, id, odd] = positionals;
    if (word === undefined) throw new HuntError('Name a pack: hunt PACK.');
    const isAction = ['show', 'cancel'].includes(word);
    if (odd !== undefined || (!isAction && id !== undefined) || (isAction && id === undefined))
      throw new HuntError(isAction ? `hunt ${word} wants the id of one hunt.` : 'hunt takes one pack.');
    const content = word === 'list' || isAction ? undefined : await contentOf(word);
    const { store, who } = await openStore({ given: values.storage, environment });
    const clock = { now: () => Date.now() };
    const tools = { store, clock, registry: createRegistry({ store, clock }) };
    if (word === 'show' && id !== undefined) await showHunt(tools, id, values.json, terminal);
    else if (word === 'cancel' && id !== undefined) await cancel(tools, id, terminal);
    else if (content === undefined) await listHunts(tools, values.json, terminal);
    else
      return await hunt(tools, { content, days: values.days, tenants: values.tenant, yes: values.yes, json: values.json }, who, terminal);
    return 0;
  } catch (cause) {
    const expected = [HuntError, NoStoreError, CampaignError, UnknownTenantError].some((kind) => cause instanceof kind);
    const message = cause instanceof Error ? cause.message : String(cause);
    terminal.error(expected ? message : troubleWith("The guard's data could not be read or changed", cause));
    if (cause instanceof HuntError) terminal.error('Try: tenant-guard hunt --help');
    return 2;
  }
}

async function contentOf(word: string) {
  const folder = await packFolder(word);
  try {
    return await readPackFiles(folder);
  } catch (cause) {
    throw new CampaignError(`${word} is no pack: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
}

const days = z.coerce.number().int().min(1).max(365);

function parsed(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        days: { type: 'string', default: '30' },
        tenant: { type: 'string', multiple: true, default: [] },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        storage: { type: 'string' },
      },
    });
    const number = days.safeParse(values.days);
    if (!number.success) throw new HuntError('--days wants a whole number, 1 to 365.');
    return { values: { ...values, days: number.data }, positionals };
  } catch (cause) {
    if (cause instanceof HuntError) throw cause;
    // parseArgs goes on with advice about `--`: the first sentence says what is wrong.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HuntError(message.split(/\. |\n/, 1)[0] ?? message, { cause });
  }
}

export const huntCommand: Command = { help, run };
