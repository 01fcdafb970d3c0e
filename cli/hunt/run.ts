// What `tenant-guard hunt` does, given a store: plans, starts, shows and cancels hunts. Called by commands/hunt.ts; `campaign publish` starts one through here too.
import type { Finding } from '../../src/contracts/finding.ts';
import type { Hunt, HuntPart, HuntPrice, PackFiles } from '../../src/contracts/hunt.ts';
import { daysOf } from '../../src/rounds/hunt/end.ts';
import { cancelHunt, HuntError, type HuntTools, planHunt, startHunt } from '../../src/rounds/hunt/start.ts';
import { prices } from '../../src/tenants/prices.ts';
import { UnknownTenantError } from '../../src/tenants/registry.ts';
import { plural, shown } from '../check/table.ts';
import type { Terminal } from '../command.ts';

type Out = Pick<Terminal, 'out'>;
const mostShown = 100;

/** @example priceLine(…) === '30 days of 214 tenants: 812 MB as stored, about 22 minutes of computing in 236 executions, 9,800 storage operations; 0.02 US dollars at list prices of 2026-11-24' */
export function priceLine(hunt: Pick<Hunt, 'from' | 'to'>, price: HuntPrice): string {
  const megabytes = price.megabytes < 10 ? price.megabytes.toFixed(1) : Math.round(price.megabytes).toLocaleString('en');
  const time = price.seconds < 120 ? plural(price.seconds, 'second') : plural(Math.round(price.seconds / 60), 'minute');
  const operations = price.tableOperations + price.queueOperations + price.blobReads + price.blobWrites;
  return `${plural(daysOf(hunt), 'day')} of ${plural(price.tenants, 'tenant')}: ${megabytes} MB as stored, about ${time} of computing in ${plural(price.executions, 'execution')}, ${plural(operations, 'storage operation')}; ${price.dollars < 0.01 ? 'less than 0.01' : price.dollars.toFixed(2)} US dollars at list prices of ${prices.date}`;
}

export interface HuntWanted {
  readonly content: PackFiles;
  readonly days: number;
  readonly tenants: readonly string[];
  readonly yes: boolean;
  readonly json: boolean;
  readonly live?: boolean;
}

/** 0: started (or known), 1: only its price was asked for. */
export async function hunt(tools: HuntTools, wanted: HuntWanted, who: () => Promise<string>, { out }: Out): Promise<number> {
  const asked = {
    content: wanted.content,
    days: wanted.days,
    by: 'nobody yet',
    live: wanted.live === true,
    ...(wanted.tenants.length === 0 ? {} : { tenants: wanted.tenants }),
  };
  const planned = await planHunt(tools, asked);
  if (!wanted.yes && !planned.known) {
    if (wanted.json) out(JSON.stringify({ type: 'price', ...planned.price }));
    else {
      out(`${shown(planned.hunt.title)}. ${priceLine(planned.hunt, planned.price)}.`);
      out('Nothing is searched yet: add --yes.');
    }
    return 1;
  }
  const started = await startHunt(tools, { ...asked, by: await who() });
  if (wanted.json) {
    out(JSON.stringify({ type: 'hunt', ...started.hunt, known: started.known }));
    return 0;
  }
  if (!started.known) out(`${shown(started.hunt.title)}. ${priceLine(started.hunt, started.price)}.`);
  out(
    started.known
      ? `The same was started today already: hunt ${started.hunt.id} is ${started.hunt.status}.`
      : `Hunt ${started.hunt.id} begins within a minute. One card tells what it found.`,
  );
  out(`How far it is: tenant-guard hunt show ${started.hunt.id}`);
  return 0;
}

export async function listHunts({ store }: HuntTools, json: boolean, { out }: Out): Promise<void> {
  const hunts = await store.hunts.list();
  for (const one of hunts) {
    if (json) {
      out(JSON.stringify({ type: 'hunt', ...one }));
      continue;
    }
    out(
      `${one.id}  ${new Date(one.createdAt).toISOString().slice(0, 16).replace('T', ' ')}  ${one.status.padEnd(9)}  ${progressOf(one, await store.hunts.parts(one.id))}  ${shown(one.pack)}`,
    );
  }
  if (hunts.length === 0 && !json) out('Nobody hunted yet.');
}

function progressOf(one: Hunt, parts: readonly HuntPart[]): string {
  const over = parts.filter(({ status }) => status !== 'waiting').length;
  const days = parts.reduce((sum, part) => sum + part.days, 0);
  const all = one.tenants.length * daysOf(one);
  return `${over} of ${plural(one.tenants.length, 'tenant')}, ${Math.min(100, Math.floor((100 * days) / all))} % of the days`;
}

/** How far it is, what it found, in which tenants. Throws HuntError if there is none. */
export async function showHunt(tools: HuntTools, id: string, json: boolean, { out }: Out): Promise<void> {
  const { store } = tools;
  const stored = await store.hunts.get(id);
  if (stored === undefined) throw new HuntError('There is no such hunt. tenant-guard hunt list names them.');
  const one = stored.value;
  const parts = await store.hunts.parts(id);
  const names = new Map((await tools.registry.list()).map(({ tenant, name }) => [tenant, name]));
  const findings = (await Promise.all(parts.filter(hasFound).map((part) => findingsOf(tools, part)))).flat();
  if (json) {
    out(JSON.stringify({ type: 'hunt', ...one }));
    for (const part of parts) out(JSON.stringify({ type: 'part', ...part }));
    for (const { finding } of findings) out(JSON.stringify({ type: 'finding', ...finding }));
    return;
  }
  const records = parts.reduce((sum, part) => sum + part.records, 0);
  const seconds = parts.reduce((sum, part) => sum + part.milliseconds, 0) / 1000;
  out(`${shown(one.title)} (${one.pack}, ${one.version}): ${one.status}, started by ${shown(one.by)}`);
  out(`${one.from} to ${one.to}: ${progressOf(one, parts)}; ${plural(records, 'record')} in ${seconds.toFixed(1)} s.`);
  out(foundLine(one, parts, findings.length));
  for (const part of [...parts].sort((a, b) => countOf(b) - countOf(a) || (a.tenant < b.tenant ? -1 : 1))) {
    const name = shown(names.get(part.tenant) ?? part.tenant);
    if (hasFound(part))
      out(
        `  ${name}: ${plural(countOf(part), 'finding')}${part.beyond > 0 ? `, ${plural(part.beyond, 'more', 'more')} not kept` : ''}; ${plural(part.opened, 'incident')} opened, ${part.joined} that were open hold more now`,
      );
    else if (part.status === 'skipped') out(`  ${name}: not searched: ${part.why ?? ''}`);
  }
  for (const { tenant, finding } of findings.slice(0, mostShown))
    out(
      `${finding.time.slice(0, 16).replace('T', ' ')} ${finding.severity.padEnd(13)} ${shown(names.get(tenant) ?? tenant)}: ${shown(finding.subjectName ?? finding.subject)}: ${shown(finding.title)}`,
    );
  if (findings.length > mostShown) out(`… and ${plural(findings.length - mostShown, 'more finding')}; --json has them all.`);
}

/** What came of it, as a person would say it: nothing in no tenant is no news. */
function foundLine({ status, tenants }: Hunt, parts: readonly HuntPart[], findings: number): string {
  const all = plural(tenants.length, 'tenant');
  const searched = parts.filter((part) => part.status === 'done').length;
  const known = parts.reduce((sum, part) => sum + part.known, 0);
  const found = findings > 0 ? `${plural(findings, 'finding')} in ${parts.filter(hasFound).length} of ${all}` : 'Nothing new';
  if (status === 'running')
    return `${findings === 0 && searched === 0 ? 'Nothing found yet' : `${found} so far`}: ${searched} of ${all} searched to the end.`;
  const unsearched = tenants.length - searched;
  const left = unsearched === 0 ? '' : ` ${plural(unsearched, 'tenant was', 'tenants were')} not searched to the end.`;
  if (searched === 0 && findings === 0) return `Nothing can be said:${left}`;
  const where = findings > 0 ? '' : ` in ${plural(searched, 'tenant')}`;
  return `${found}${where}.${known === 0 ? '' : ` ${plural(known, 'finding was', 'findings were')} known before.`}${left}`;
}

const countOf = ({ found }: HuntPart): number => found.alert + found.staged + found.targeted + found.note;
const hasFound = (part: HuntPart): boolean => countOf(part) > 0;

async function findingsOf({ store, registry }: HuntTools, part: HuntPart): Promise<{ tenant: string; finding: Finding }[]> {
  try {
    const scope = await registry.authorise(part.tenant, 'show');
    const all = await store.findings.all(scope);
    return all.filter(({ retrospect }) => retrospect === part.hunt).map((finding) => ({ tenant: part.tenant, finding }));
  } catch (error) {
    // Removed since: its data is nobody's.
    if (error instanceof UnknownTenantError) return [];
    throw error;
  }
}

export async function cancel(tools: HuntTools, id: string, { out }: Out): Promise<void> {
  const { title } = await cancelHunt(tools, id);
  out(
    `${shown(title)} is cancelled. Tenants that are being searched end with the day they are at; what was found by then stays, and one card tells of it.`,
  );
}
