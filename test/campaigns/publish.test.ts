// Publishing: versions, what a running guard takes and when, what breaks alone, going back; and a publisher that dies anywhere.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templateFiles } from '../../cli/campaign/template.ts';
import { broughtContent } from '../../src/campaigns/brought.ts';
import { createLive } from '../../src/campaigns/live.ts';
import { type LoadedCampaigns, loadCampaigns, readCampaign } from '../../src/campaigns/load.ts';
import { storable } from '../../src/campaigns/pack-files.ts';
import { PackRefusedError, publishedPacksOf, publishPack, rollBack } from '../../src/campaigns/publish.ts';
import { type Content, contentOf, createPublishedPacks } from '../../src/campaigns/published.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { packPoints } from '../scenarios/story/elsewhere.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { manualClock } from '../support/manual-clock.ts';

const start = Date.UTC(2026, 10, 24, 9);
const shipped: LoadedCampaigns = await loadCampaigns(join(import.meta.dirname, '../../campaigns/reported-addresses'));

/** A pack with as many rules as asked. */
function packOf(name: string, rules = 1) {
  const files = new Map(templateFiles({ name, id: '5b0a1c52-0000-4000-8000-000000000009', today: '2026-11-24' }));
  const text = files.get('rules/listed-address.yml') ?? '';
  for (let index = 2; index <= rules; index++)
    files.set(
      `rules/listed-address-${index}.yml`,
      text.replace(`name: ${name}-listed-address`, `name: ${name}-listed-address-${index}`).replace('0009', `00${10 + index}`),
    );
  const { campaign } = readCampaign(name, files);
  if (campaign === undefined) throw new Error('the template is no campaign');
  return { campaign, content: storable(name, files), by: 'nora@contoso.example' };
}

function setUp(backend: Backend = memoryBackend()) {
  const clock = manualClock(start);
  const at = (crash?: CrashInjector) => ({ store: createStore({ backend, crash }), clock });
  const deps = at();
  const published = createPublishedPacks(deps);
  const failures: unknown[] = [];
  const live = createLive<Content>({
    look: async () => {
      const what = await published.look();
      return { version: what.version, make: () => contentOf(shipped, what) };
    },
    fallback: () => contentOf(shipped, { version: 'unread', packs: [], problems: ['unread'] }),
    failed: (cause) => failures.push(cause),
    clock,
    everyMs: 20_000,
  });
  const running = async () => (await live.current()).packs.map(({ id, version }) => `${id} ${version}`);
  return { backend, clock, at, deps, live, running, failures };
}

describe('a published pack', () => {
  it('is taken by a running guard within a minute, beside the shipped ones, without a restart', async () => {
    const { deps, live, running, clock } = setUp();
    expect(await running()).toEqual(['reported-addresses 0']);
    const before = await live.current();
    const { version, unchanged } = await publishPack(deps, packOf('spring-phish'));
    expect([version.version, unchanged, version.by, version.rules]).toEqual([1, false, 'nora@contoso.example', 1]);
    clock.advance(20_000);
    expect(await running()).toEqual(['reported-addresses 0', 'spring-phish 1']);
    const after = await live.current();
    expect(after.detector.rules().map(({ rule }) => rule)).toContain('spring-phish-listed-address');
    expect(after.detector).not.toBe(before.detector);
    clock.advance(60_000);
    expect((await live.current()).detector, 'nothing is made again while nothing changes').toBe(after.detector);
  });
  it('takes the place of the shipped pack of its id, and leaves it again', async () => {
    const { deps, running, clock } = setUp();
    await publishPack(deps, packOf('reported-addresses'));
    expect(await running()).toEqual(['reported-addresses 1']);
    await rollBack(deps, 'reported-addresses');
    clock.advance(20_000);
    expect(await running()).toEqual(['reported-addresses 0']);
  });
  it('of the same content is the same version; of another one the next; a version is never used twice', async () => {
    const { deps } = setUp();
    await publishPack(deps, packOf('spring-phish'));
    expect((await publishPack(deps, packOf('spring-phish'))).unchanged).toBe(true);
    expect((await publishPack(deps, packOf('spring-phish', 2))).version.version).toBe(2);
    expect(await rollBack(deps, 'spring-phish')).toEqual({ from: 2, to: 1 });
    expect((await publishPack(deps, packOf('spring-phish', 3))).version.version).toBe(3);
    expect(await rollBack(deps, 'spring-phish', 2)).toEqual({ from: 3, to: 2 });
    const [pack] = await publishedPacksOf(deps);
    expect(pack?.versions.map(({ version, rules }) => [version, rules])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
  it('is rolled back to nothing where nothing was before it, and no further', async () => {
    const { deps, running } = setUp();
    await publishPack(deps, packOf('spring-phish'));
    expect(await rollBack(deps, 'spring-phish')).toEqual({ from: 1, to: 0 });
    expect(await running()).toEqual(['reported-addresses 0']);
    await expect(rollBack(deps, 'spring-phish')).rejects.toThrow(PackRefusedError);
    await expect(rollBack(deps, 'spring-phish', 9)).rejects.toThrow('has no version 9');
    await expect(rollBack(deps, 'autumn-phish')).rejects.toThrow('Nothing was ever published as autumn-phish');
  });
  it('is not lost to somebody who publishes another one at the same moment', async () => {
    const { deps } = setUp();
    await Promise.all(['a', 'b', 'c'].map((name) => publishPack(deps, packOf(name))));
    await Promise.all([2, 3, 4].map((rules) => publishPack(deps, packOf('a', rules))));
    const packs = await publishedPacksOf(deps);
    expect(packs.map(({ pack }) => pack)).toEqual(['a', 'b', 'c']);
    expect(packs[0]?.versions.map(({ version }) => version)).toEqual([...new Set(packs[0]?.versions.map(({ version }) => version))]);
    expect(packs[0]?.versions.map(({ rules }) => rules).sort()).toEqual([1, 2, 3, 4]);
  });
});

describe('published plain rules', () => {
  const title = 'curl';
  const text = `title: ${title}\nid: 00000000-0000-4000-8000-000000000041\nlogsource: { product: azure, service: signinlogs }\ndetection: { selection: { userAgent|contains: curl }, condition: selection }\nlevel: medium\n`;
  const files = [{ file: 'curl.yml', text }];
  const rules = { campaign: { manifest: { title }, rules: files, indicators: [] }, content: broughtContent(files, {}), by: 'nora' };
  it('alert as before where they were published before rules were staged, and count first once published again; going back is going back', async () => {
    const { deps, live, clock } = setUp();
    const effect = async () => {
      clock.advance(20_000);
      return (await live.current()).detector.rules().find((rule) => rule.title === title)?.effect;
    };
    await publishPack(deps, rules);
    expect((await publishedPacksOf(deps))[0]?.versions[0]).not.toHaveProperty('staged');
    expect(await effect()).toBe('alert');
    const again = await publishPack(deps, { ...rules, staged: true });
    expect([again.unchanged, again.version.version, again.version.staged]).toEqual([false, 2, true]);
    expect(await effect()).toBe('staged');
    expect((await publishPack(deps, { ...rules, staged: true })).unchanged).toBe(true);
    await rollBack(deps, 'community');
    expect(await effect()).toBe('alert');
  });
});

describe('a publisher that dies', () => {
  for (const point of packPoints)
    for (const when of ['before', 'after'] as const)
      it(`${when} ${point} is repeated, and one version comes of it`, async () => {
        const { at, deps, running } = setUp();
        if (point === 'packs.roll-back') await publishPack(deps, packOf('spring-phish'));
        const work = (tools: typeof deps) =>
          point === 'packs.roll-back' ? rollBack(tools, 'spring-phish', 0) : publishPack(tools, packOf('spring-phish'));
        await expect(work(at(crashAt(point, when)))).rejects.toThrow(CrashError);
        expect((await publishedPacksOf(deps)).flatMap(({ versions }) => versions).length).toBeLessThan(2);
        await work(deps);
        const [pack] = await publishedPacksOf(deps);
        expect(pack?.versions.map(({ version }) => version)).toEqual([1]);
        expect(await running()).toEqual(['reported-addresses 0', ...(point === 'packs.roll-back' ? [] : ['spring-phish 1'])]);
      });
});

describe('what is broken', () => {
  const broken = async (change: (backend: Backend) => Promise<void>, pack = 'spring-phish') => {
    const world = setUp();
    await publishPack(world.deps, packOf(pack));
    await publishPack(world.deps, packOf('healthy'));
    await change(world.backend);
    return (await world.live.current()).packs;
  };
  const file = (pack: string) => `${pack}/000000000000001.json.gz`;

  it('disables itself alone and says why: content that is gone, no pack, or not what was published', async () => {
    const cases: [(backend: Backend) => Promise<void>, string][] = [
      [(backend) => backend.remove('packs', file('spring-phish')), 'its content is not there'],
      [
        async (backend) => void (await backend.put('packs', file('spring-phish'), Buffer.from('no gzip'), false)),
        'cannot be understood as a pack',
      ],
      [
        async (backend) => void (await backend.put('packs', file('spring-phish'), await bytesOf(backend, file('healthy')), false)),
        'its content is that of healthy',
      ],
    ];
    for (const [change, why] of cases) {
      const packs = await broken(change);
      expect(packs.map(({ id, rules }) => `${id} ${rules}`)).toEqual(['reported-addresses 2', 'healthy 1', 'spring-phish 0']);
      expect(packs.at(-1)?.problems.join(' ')).toContain(why);
    }
  });
  it('leaves the shipped pack of its id running', async () => {
    const packs = await broken((backend) => backend.remove('packs', file('reported-addresses')), 'reported-addresses');
    expect(packs.map(({ id, version, rules }) => [id, version, rules])).toEqual([
      ['reported-addresses', 0, 2],
      ['healthy', 1, 1],
    ]);
    expect(packs[0]?.problems).toEqual(['version 1 cannot be used, the shipped one runs: its content is not there']);
  });
  it('as one rule of a pack leaves the others of it running', async () => {
    const { deps, live } = setUp();
    const good = packOf('spring-phish', 2);
    const content = {
      ...good.content,
      files: good.content.files.map((one) =>
        one.path.endsWith('address-2.yml') ? { ...one, text: one.text.replace('status.errorCode', 'status.erorCode') } : one,
      ),
    };
    await publishPack(deps, { ...good, content });
    const { packs, detector } = await live.current();
    expect(packs.at(-1)).toMatchObject({ id: 'spring-phish', version: 1, rules: 1 });
    expect(packs.at(-1)?.problems[0]).toContain('spring-phish/rules/listed-address-2.yml:1: the field "status.erorCode" is not known');
    expect(detector.rules().map(({ rule }) => rule)).toContain('spring-phish-listed-address');
  });
  it('as the list itself leaves what ran running', async () => {
    const { deps, live, backend, clock } = setUp();
    await publishPack(deps, packOf('spring-phish'));
    await live.current();
    await backend.put('packs', 'current.json', Buffer.from('{"v":1,"packs":[{"pack":"../../etc"}]}'), false);
    clock.advance(20_000);
    const { packs } = await live.current();
    expect(packs.map(({ id, version }) => `${id} ${version}`)).toEqual(['reported-addresses 0', 'spring-phish 1', 'published packs 0']);
    expect(packs.at(-1)?.problems).toEqual(['The list of published packs cannot be understood']);
  });
  it('as the storage leaves what ran running, is told, and asked again', async () => {
    const memory = memoryBackend();
    let down = false;
    const failing: Backend = {
      ...memory,
      readVersion: async (...asked) => {
        if (down) throw new Error('The server is busy.');
        return memory.readVersion(...asked);
      },
    };
    const { deps, running, clock, failures } = setUp(failing);
    down = true;
    expect(await running()).toEqual(['reported-addresses 0', 'published packs 0']);
    down = false;
    await publishPack(deps, packOf('spring-phish'));
    clock.advance(20_000);
    expect(await running()).toEqual(['reported-addresses 0', 'spring-phish 1']);
    down = true;
    clock.advance(20_000);
    expect(await running()).toEqual(['reported-addresses 0', 'spring-phish 1']);
    expect(failures).toHaveLength(2);
  });
});

async function bytesOf(backend: Backend, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of (await backend.read('packs', name)) ?? []) parts.push(part);
  return Buffer.concat(parts);
}
