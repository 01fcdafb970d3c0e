// The packs that run: those that ship, and in their place or beside them what was published. Content from the container is data like any other: a broken pack disables itself alone. Called by the composition root.
import { createHash } from 'node:crypto';
import type { CampaignManifest } from '../contracts/campaign.ts';
import type { PackFiles } from '../contracts/hunt.ts';
import type { NetworkTable } from '../contracts/networks.ts';
import type { PublishedPacks } from '../contracts/packs.ts';
import { createDetector, type Detector } from '../detect/detector.ts';
import { BrokenPackError } from '../store/packs.ts';
import type { Store } from '../store/store.ts';
import { broughtPack, readBrought } from './brought.ts';
import type { Campaign, LoadedCampaigns } from './load.ts';
import { parsePackFiles } from './pack-files.ts';
import type { LoadedRules } from './rules.ts';

/** One pack as this process runs it. */
export interface LivePack {
  readonly id: string;
  readonly title: string;
  /** 0: the one that ships. */
  readonly version: number;
  readonly rules: number;
  readonly problems: readonly string[];
}

/** What detection works with. Fits where rounds are handed a detector and campaigns. */
export interface Content {
  readonly detector: Detector;
  readonly campaigns: readonly CampaignManifest[];
  readonly packs: readonly LivePack[];
}

/** What was published, read as far as it can be. */
export interface Published {
  readonly version: string;
  readonly packs: readonly {
    readonly id: string;
    readonly version: number;
    /** Undefined: nothing of it can be used, or it is a folder of plain rules. */
    readonly campaign: Campaign | undefined;
    /** Plain rules that were brought. */
    readonly brought?: LoadedRules;
    /** Whether those count first. */
    readonly staged?: boolean;
    readonly problems: readonly string[];
  }[];
  /** Of the list itself. */
  readonly problems: readonly string[];
}

export const digestOf = (content: PackFiles): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

const nothing: Published = { version: 'none', packs: [], problems: [] };

/** @returns looks at what is published; one small read where nothing changed. Throws only where the storage does not answer. */
export function createPublishedPacks({ store }: { readonly store: Pick<Store, 'packs'> }): { look(): Promise<Published> } {
  const read = new Map<string, Published['packs'][number]>();
  let last: Published = nothing;

  async function packOf({ pack: id, current, versions }: PublishedPacks['packs'][number]): Promise<Published['packs'][number]> {
    const { digest, staged = false } = versions.find(({ version }) => version === current) ?? {};
    const key = `${id} ${current} ${digest} ${staged}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const made = { ...(await readPack(store, id, current, digest)), staged };
    read.set(key, made);
    return made;
  }

  return {
    async look() {
      let found: Awaited<ReturnType<Store['packs']['current']>>;
      try {
        found = await store.packs.current(last.version);
      } catch (cause) {
        if (!(cause instanceof BrokenPackError)) throw cause;
        // What ran goes on running: the list is no reason to look for less.
        last = { ...last, version: `broken after ${last.version.replace(/^(?:broken after )+/, '')}`, problems: [cause.message] };
        return last;
      }
      if (found === 'unchanged') return last;
      if (found === undefined) last = nothing;
      else {
        const running = found.value.packs.filter(({ current }) => current > 0);
        last = { version: found.etag, packs: await Promise.all(running.map(packOf)), problems: [] };
      }
      const held = new Set(last.packs);
      for (const [key, pack] of read) if (!held.has(pack)) read.delete(key);
      return last;
    },
  };
}

async function readPack(
  store: Pick<Store, 'packs'>,
  id: string,
  version: number,
  digest: string | undefined,
): Promise<Published['packs'][number]> {
  const unusable = (why: string) => ({ id, version, campaign: undefined, problems: [why] });
  try {
    const content = await store.packs.content(id, version);
    if (content === undefined) return unusable('its content is not there');
    if (content.pack !== id) return unusable(`its content is that of ${content.pack}`);
    if (digestOf(content) !== digest) return unusable('its content is not the one that was published');
    if (id === broughtPack) {
      const brought = await readBrought(content);
      return { id, version, campaign: undefined, brought, problems: brought.problems.map(told) };
    }
    const { campaign, problems } = parsePackFiles(content);
    // Under another id it would judge, and be listed, as a pack that it is not.
    return campaign === undefined || campaign.manifest.id !== id
      ? { id, version, campaign: undefined, problems: problems.map(told) }
      : { id, version, campaign, problems: problems.map(told) };
  } catch (cause) {
    if (!(cause instanceof BrokenPackError)) throw cause;
    return unusable(cause.message);
  }
}

/** Shipped packs first, so that no other pack takes the name of one of their rules; a published one stands where the shipped one of its id stood. */
export function contentOf(shipped: LoadedCampaigns, published: Published, networks?: NetworkTable): Content {
  const inPlace = new Map(published.packs.flatMap(({ id, campaign }) => (campaign === undefined ? [] : [[id, campaign] as const])));
  const shippedIds = new Set(shipped.campaigns.map(({ manifest }) => manifest.id));
  const running = [
    ...shipped.campaigns.map((campaign) => inPlace.get(campaign.manifest.id) ?? campaign),
    ...[...inPlace].filter(([id]) => !shippedIds.has(id)).map(([, campaign]) => campaign),
  ];
  const brought = published.packs.find((pack) => pack.brought !== undefined);
  const detector = createDetector({
    campaigns: running,
    ...(networks === undefined ? {} : { networks }),
    ...(brought?.brought === undefined
      ? {}
      : { extraRules: brought.brought.files, extraStaged: brought.staged === true, placeholders: brought.brought.placeholders }),
  });
  const toldOf = (dir: string): string[] =>
    [...shipped.problems, ...detector.problems]
      .filter(({ file }) => file.startsWith(`${dir}/`) || file.startsWith(`${dir}\\`))
      .map((one) => told({ ...one, file: one.file.slice(dir.length + 1) }));
  const packs = running.map(({ dir, manifest, rules }): LivePack => {
    const one = published.packs.find(({ id, campaign }) => id === manifest.id && campaign !== undefined);
    return {
      id: manifest.id,
      title: manifest.title,
      version: one?.version ?? 0,
      rules: rules.length,
      problems: [...(one?.problems ?? []), ...toldOf(dir), ...instead(published, manifest.id, shippedIds)],
    };
  });
  const unusable = published.packs.filter((pack) => pack.campaign === undefined && pack.brought === undefined && !shippedIds.has(pack.id));
  return {
    detector,
    campaigns: running.map(({ manifest }) => manifest),
    packs: [
      ...packs,
      ...(brought === undefined ? [] : [broughtOf(brought, detector)]),
      ...unusable.map(({ id, version, problems }) => ({ id, title: id, version, rules: 0, problems: ['nothing of it runs', ...problems] })),
      ...(published.problems.length === 0
        ? []
        : [{ id: 'published packs', title: '', version: 0, rules: 0, problems: published.problems }]),
    ],
  };
}

/** Rules of others often ask for logs that are not read here: they are counted by reason, and broken ones are named. */
function broughtOf({ id, version, problems }: Published['packs'][number], detector: Detector): LivePack {
  const own = detector.problems.filter(({ file }) => file.startsWith(`${id}/`));
  const silent = Map.groupBy(
    own.filter(({ cannotMatch }) => cannotMatch !== undefined),
    ({ cannotMatch }) => cannotMatch ?? '',
  );
  return {
    id,
    title: 'Sigma rules that were brought',
    version,
    rules: detector.rules().filter(({ campaign }) => campaign === id).length,
    problems: [
      ...problems,
      ...own.filter(({ cannotMatch }) => cannotMatch === undefined).map(told),
      ...[...silent].map(([why, rules]) => `${rules.length} cannot match here: ${why}`),
    ].slice(0, broughtProblemsMost),
  };
}

const broughtProblemsMost = 100;
const told = ({ file, line, message }: { readonly file: string; readonly line: number; readonly message: string }): string =>
  `${file}:${line}: ${message}`;

/** Why the shipped pack runs although one was published in its place. */
function instead({ packs }: Published, pack: string, shipped: ReadonlySet<string>): string[] {
  const broken = packs.find(({ id, campaign }) => id === pack && campaign === undefined);
  return broken === undefined || !shipped.has(pack)
    ? []
    : [`version ${broken.version} cannot be used, the shipped one runs: ${broken.problems.join('; ')}`];
}
