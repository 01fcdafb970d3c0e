// Publishing a pack and going back. The content is written first, once and for ever; then one small blob says that it runs. Called by `tenant-guard campaign publish` and `rollback`.
import type { Clock } from '../contracts/clock.ts';
import type { PackFiles as StoredPackFiles } from '../contracts/hunt.ts';
import type { PackVersion, PublishedPack, PublishedPacks } from '../contracts/packs.ts';
import { ConflictError, type Store } from '../store/store.ts';
import { digestOf } from './published.ts';

export interface PublishDependencies {
  readonly store: Pick<Store, 'packs'>;
  readonly clock: Clock;
}

/** What stands in the way of publishing or of going back; the message is for people. */
export class PackRefusedError extends Error {
  override readonly name = 'PackRefusedError';
}

export interface Publication {
  readonly version: PackVersion;
  /** That content runs already. */
  readonly unchanged: boolean;
}

/** What people are told of it; a campaign fits. */
interface Described {
  readonly manifest: { readonly title: string };
  readonly rules: readonly unknown[];
  readonly indicators: readonly unknown[];
}

const tries = 5;
const mostVersions = 100;

async function currentOf({ store }: PublishDependencies): Promise<{ value: PublishedPacks; etag?: string }> {
  const found = await store.packs.current();
  return found === undefined || found === 'unchanged' ? { value: { v: 1, packs: [] } } : found;
}

/** What was ever published, by pack. */
export const publishedPacksOf = async (deps: PublishDependencies): Promise<readonly PublishedPack[]> => (await currentOf(deps)).value.packs;

/** Of two publishers at once the later one reads again: nobody's version is lost. */
async function change<T>(
  deps: PublishDependencies,
  decide: (packs: readonly PublishedPack[]) => Promise<{ next: PublishedPack | undefined; result: T }>,
  write: (value: PublishedPacks, etag: string | undefined) => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const { value, etag } = await currentOf(deps);
    const { next, result } = await decide(value.packs);
    if (next === undefined) return result;
    const packs = [...value.packs.filter(({ pack }) => pack !== next.pack), next].sort((a, b) => (a.pack < b.pack ? -1 : 1));
    try {
      await write({ v: 1, packs }, etag);
      return result;
    } catch (cause) {
      if (!(cause instanceof ConflictError) || attempt === tries) throw cause;
    }
  }
}

/**
 * The caller has tested the pack. The same content twice is one version; a publisher that died half-way is repeated.
 */
export async function publishPack(
  deps: PublishDependencies,
  {
    campaign,
    content,
    by,
    staged = false,
  }: {
    readonly campaign: Described;
    readonly content: StoredPackFiles;
    readonly by: string;
    /** Of plain rules: they are to count first. The same content that alerts until now is another version then. */
    readonly staged?: boolean;
  },
): Promise<Publication> {
  const digest = digestOf(content);
  const { store, clock } = deps;
  return change<Publication>(
    deps,
    async (packs) => {
      const known = packs.find(({ pack }) => pack === content.pack);
      const running = known?.versions.find(({ version }) => version === known.current);
      if (running?.digest === digest && (running.staged ?? false) === staged)
        return { next: undefined, result: { version: running, unchanged: true } };
      let number = Math.max(0, ...(known?.versions ?? []).map(({ version }) => version)) + 1;
      for (; !(await store.packs.putContent('packs.put-content', number, content)); number++) {
        const there = await store.packs.content(content.pack, number);
        // Written by a publisher that did not come to its end: the very same may be taken.
        if (there !== undefined && digestOf(there) === digest) break;
      }
      const version: PackVersion = {
        version: number,
        digest,
        title: campaign.manifest.title.slice(0, 300),
        at: new Date(clock.now()).toISOString(),
        by: by.slice(0, 200),
        rules: campaign.rules.length,
        indicators: campaign.indicators.length,
        ...(staged && { staged }),
      };
      const versions = [...(known?.versions ?? []), version].slice(-mostVersions);
      return { next: { pack: content.pack, current: number, versions }, result: { version, unchanged: false } };
    },
    (value, etag) => store.packs.putCurrent('packs.put-current', value, etag),
  );
}

/**
 * @param to a version, or undefined for the one published before the running one; before the first there is the shipped pack, or nothing: 0
 * @returns the version that runs now. Throws PackRefusedError
 */
export async function rollBack(
  deps: PublishDependencies,
  pack: string,
  to?: number,
): Promise<{ readonly from: number; readonly to: number }> {
  return change(
    deps,
    async (packs) => {
      const known = packs.find((one) => one.pack === pack);
      if (known === undefined) throw new PackRefusedError(`Nothing was ever published as ${pack}.`);
      const numbers = known.versions.map(({ version }) => version);
      if (to !== undefined && to !== 0 && !numbers.includes(to))
        throw new PackRefusedError(`${pack} has no version ${to}; there are ${numbers.join(', ')}.`);
      if (to === undefined && known.current === 0)
        throw new PackRefusedError(`No published version of ${pack} runs: there is nothing to roll back.`);
      const target = to ?? Math.max(0, ...numbers.filter((version) => version < known.current));
      const result = { from: known.current, to: target };
      return { next: target === known.current ? undefined : { ...known, current: target }, result };
    },
    (value, etag) => deps.store.packs.putCurrent('packs.roll-back', value, etag),
  );
}
