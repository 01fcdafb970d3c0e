// `tenant-guard campaign publish`, `rollback` and `list`: which packs a running guard works with. Called by commands/campaign.ts.
import { broughtPack } from '../../src/campaigns/brought.ts';
import { changesBetween } from '../../src/campaigns/changes.ts';
import { type Campaign, loadCampaigns, readCampaign, readPackFolder } from '../../src/campaigns/load.ts';
import { parsePackFiles, storable } from '../../src/campaigns/pack-files.ts';
import { PackRefusedError, type PublishDependencies, publishedPacksOf, publishPack, rollBack } from '../../src/campaigns/publish.ts';
import { testCampaign } from '../../src/campaigns/test.ts';
import type { PackFiles as StoredPackFiles } from '../../src/contracts/hunt.ts';
import type { PublishedPack } from '../../src/contracts/packs.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { plural, shown } from '../check/table.ts';
import type { Terminal } from '../command.ts';
import { CampaignError, packFolder, shippedCampaigns } from './pack.ts';

export interface Publishing extends PublishDependencies {
  readonly who: () => Promise<string>;
}

/** Tests, compares with what runs, and publishes; gives back what it published. Refuses (throws CampaignError) whatever a guard could not run as it stands. */
export async function publish(
  [word, odd]: readonly string[],
  { dryRun }: { readonly dryRun: boolean },
  deps: Publishing,
  { out }: Pick<Terminal, 'out'>,
): Promise<StoredPackFiles> {
  if (word === undefined || odd !== undefined) throw new CampaignError('Name one pack: campaign publish PACK.');
  const { campaign, content } = await tested(await packFolder(word));
  const { id } = campaign.manifest;
  if (id === broughtPack) throw new CampaignError(`${id} is the name of plain rules that are brought: tenant-guard rules publish FOLDER.`);
  const { campaigns: shipped } = await loadCampaigns(shippedCampaigns);
  const packs = await publishedPacksOf(deps);
  const before = packs.find(({ pack }) => pack === id);
  const running = await runningOf(deps, before, shipped, id);
  await refuseClashes(deps, campaign, packs, shipped);
  const changes = changesBetween(running.campaign, campaign);
  out(`${id}: ${campaign.cases.length} cases passed. In place of ${running.name}:`);
  for (const line of changes) out(`  ${shown(line)}`);
  if (changes.length === 0) out('  nothing that detection reads is different');
  if (dryRun) {
    out('Nothing is published: --dry-run.');
    return content;
  }
  const { version, unchanged } = await publishPack(deps, { campaign, content, by: await deps.who() });
  out(
    unchanged
      ? `Version ${version.version} of ${id} has this content and runs already.`
      : `Version ${version.version} of ${id} is published. Guards take it within a minute; the console says so, and what is wrong with it.`,
  );
  if (!unchanged) out(`To go back: tenant-guard campaign rollback ${id}`);
  return content;
}

async function tested(folder: string): Promise<{ campaign: Campaign; content: StoredPackFiles }> {
  const { files, problems: unread } = await readPackFolder(folder);
  const { campaign, problems } = readCampaign(folder, files);
  const told = [...unread, ...problems].map(({ file, line, message }) => `${shown(file)}:${line}: ${shown(message)}`);
  if (campaign === undefined || told.length > 0) throw new CampaignError(`The pack is not published:\n${told.join('\n')}`);
  const test = testCampaign(campaign);
  const failed = test.cases.filter(({ failures }) => failures.length > 0);
  const why = [
    ...test.problems.map(({ file, line, message }) => `${shown(file)}:${line}: ${shown(message)}`),
    ...failed.flatMap(({ file, failures }) => failures.map((failure) => `${shown(file)}: ${shown(failure)}`)),
    ...test.untested.map((rule) => `${rule}: no case makes it fire`),
    ...(campaign.rules.length === 0 ? ['it holds no rule'] : []),
  ];
  if (why.length > 0) throw new CampaignError(`The pack is not published, since its tests fail:\n${why.join('\n')}`);
  return { campaign, content: storable(campaign.manifest.id, files) };
}

async function contentOf({ store }: PublishDependencies, { pack, current }: PublishedPack): Promise<Campaign | undefined> {
  const content = current === 0 ? undefined : await store.packs.content(pack, current);
  return content === undefined ? undefined : parsePackFiles(content).campaign;
}

async function runningOf(deps: PublishDependencies, before: PublishedPack | undefined, shipped: readonly Campaign[], id: string) {
  if (before !== undefined && before.current > 0) return { name: `version ${before.current}`, campaign: await contentOf(deps, before) };
  const campaign = shipped.find(({ manifest }) => manifest.id === id);
  return { name: campaign === undefined ? 'nothing' : 'the shipped pack', campaign };
}

/** Beside all that runs: a rule of another pack's name would be left out by every guard. */
async function refuseClashes(
  deps: PublishDependencies,
  campaign: Campaign,
  packs: readonly PublishedPack[],
  shipped: readonly Campaign[],
): Promise<void> {
  const published = await Promise.all(
    packs.filter(({ pack, current }) => current > 0 && pack !== campaign.manifest.id).map((pack) => contentOf(deps, pack)),
  );
  const inPlace = new Map(published.flatMap((one) => (one === undefined ? [] : [[one.manifest.id, one] as const])));
  const others = [...shipped.filter(({ manifest: { id } }) => id !== campaign.manifest.id && !inPlace.has(id)), ...inPlace.values()];
  const clashes = createDetector({ campaigns: [...others, campaign] }).problems.filter(({ file }) => file.startsWith(campaign.dir));
  if (clashes.length > 0)
    throw new CampaignError(
      `The pack is not published:\n${clashes.map(({ file, line, message }) => `${shown(file)}:${line}: ${shown(message)}`).join('\n')}`,
    );
}

export async function rollback(
  [id, odd]: readonly string[],
  to: number | undefined,
  deps: PublishDependencies,
  { out }: Pick<Terminal, 'out'>,
): Promise<void> {
  if (id === undefined || odd !== undefined) throw new CampaignError('Name one pack by its id: campaign rollback PACK.');
  try {
    const done = await rollBack(deps, id, to);
    const { campaigns: shipped } = await loadCampaigns(shippedCampaigns);
    const named = (version: number): string =>
      version > 0 ? `version ${version}` : shipped.some(({ manifest }) => manifest.id === id) ? 'the shipped pack' : 'nothing';
    out(`${id}: ${named(done.to)} runs instead of ${named(done.from)}. Guards take it within a minute.`);
  } catch (cause) {
    if (cause instanceof PackRefusedError) throw new CampaignError(cause.message, { cause });
    throw cause;
  }
}

interface Listed {
  readonly pack: string;
  readonly title: string;
  /** 0: the shipped one. */
  readonly version: number;
  readonly runs: boolean;
  readonly rules: number;
  readonly published?: { readonly at: string; readonly by: string };
  readonly versions: readonly number[];
}

/** What guards run by what is published; what one made of it stands on its console. */
export async function list(json: boolean, deps: PublishDependencies, { out }: Pick<Terminal, 'out'>): Promise<void> {
  const { campaigns: shipped } = await loadCampaigns(shippedCampaigns);
  const packs = await publishedPacksOf(deps);
  const rows = [
    ...shipped
      .filter(({ manifest }) => !packs.some(({ pack, current }) => pack === manifest.id && current > 0))
      .map(
        ({ manifest: { id, title }, rules }): Listed => ({
          pack: id,
          title,
          version: 0,
          runs: true,
          rules: rules.length,
          versions: packs.find(({ pack }) => pack === id)?.versions.map(({ version }) => version) ?? [],
        }),
      ),
    ...packs
      .filter(({ pack, current }) => current > 0 || !shipped.some(({ manifest }) => manifest.id === pack))
      .map(({ pack, current, versions }): Listed => {
        const one = versions.find(({ version }) => version === current);
        return {
          pack,
          title: one?.title ?? versions.at(-1)?.title ?? pack,
          version: current,
          runs: current > 0,
          rules: one?.rules ?? 0,
          ...(one === undefined ? {} : { published: { at: one.at, by: one.by } }),
          versions: versions.map(({ version }) => version),
        };
      }),
  ].sort((a, b) => (a.pack < b.pack ? -1 : 1));
  if (json) return out(JSON.stringify(rows, undefined, 2));
  const width = Math.max(...rows.map(({ pack }) => pack.length));
  for (const row of rows) out(`${row.pack.padEnd(width)}  ${standing(row)}`);
}

function standing({ version, runs, rules, published, versions }: Listed): string {
  if (!runs) return `off; published before: ${versions.join(', ')}`;
  if (published === undefined)
    return `shipped, ${plural(rules, 'rule')}${versions.length === 0 ? '' : `; published before: ${versions.join(', ')}`}`;
  return `version ${version}, ${plural(rules, 'rule')}, published ${published.at.slice(0, 16).replace('T', ' ')} UTC by ${shown(published.by)}`;
}
