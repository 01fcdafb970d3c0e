// campaign publish, rollback and list, against a store in memory; and the whole command against real storage.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newPack } from '../../cli/campaign/new.ts';
import { list, type Publishing, publish, rollback } from '../../cli/campaign/publish.ts';
import { campaign } from '../../cli/commands/campaign.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { manualClock } from '../support/manual-clock.ts';
import { remembering } from './terminal.ts';

const shipped = join(import.meta.dirname, '../../campaigns');
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'publish-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const fresh = (): Publishing => ({
  store: createStore({ backend: memoryBackend() }),
  clock: manualClock(Date.UTC(2026, 10, 24, 9)),
  who: async () => 'nora@contoso.example',
});
let deps: Publishing;
beforeEach(() => {
  deps = fresh();
});

async function pack(name: string): Promise<string> {
  await rm(join(root, name), { recursive: true, force: true });
  await newPack(name, root, { id: '5b0a1c52-0000-4000-8000-000000000009', today: '2026-11-24' }, remembering());
  return join(root, name);
}
async function edit(folder: string, file: string, change: (text: string) => string): Promise<void> {
  await writeFile(join(folder, file), change(await readFile(join(folder, file), 'utf8')));
}
const said = async (work: (terminal: ReturnType<typeof remembering>) => Promise<void>): Promise<string> => {
  const terminal = remembering();
  await work(terminal);
  return terminal.lines.join('\n');
};
const publishing = (folder: string, dryRun = false) => said(async (terminal) => void (await publish([folder], { dryRun }, deps, terminal)));
const listing = async () =>
  JSON.parse(await said((terminal) => list(true, deps, terminal))) as { pack: string; version: number; runs: boolean }[];

describe('campaign publish', () => {
  it('says what it changes, publishes a version, and how to go back', async () => {
    const folder = await pack('spring-phish');
    const first = await publishing(folder);
    expect(first).toContain(
      'spring-phish: 4 cases passed. In place of nothing:\n  1 rule added: spring-phish-listed-address\n  1 indicator added: spring-phish/range-1',
    );
    expect(first).toContain('Version 1 of spring-phish is published.');
    expect(first).toContain('tenant-guard campaign rollback spring-phish');
    await edit(folder, 'rules/listed-address.yml', (text) => text.replace('level: low', 'level: medium'));
    const second = await publishing(folder);
    expect(second).toContain('In place of version 1:\n  1 rule changed: spring-phish-listed-address\nVersion 2');
    expect(await publishing(folder)).toContain('Version 2 of spring-phish has this content and runs already.');
  });
  it('changes nothing with --dry-run', async () => {
    const before = await listing();
    expect(await publishing(await pack('spring-phish'), true)).toContain('Nothing is published: --dry-run.');
    expect(await listing()).toEqual(before);
  });
  it('refuses a pack whose tests fail, that no case covers, or that does not load, and says where', async () => {
    const folder = await pack('spring-phish');
    const miss = 'tests/listed-address.miss.from-another-address.json';
    await edit(folder, miss, (text) => text.replace('203.0.113.9', '198.51.100.9'));
    await expect(publishing(folder)).rejects.toThrow('its tests fail');
    await edit(folder, miss, (text) => text.replace('198.51.100.9', '203.0.113.9'));
    await edit(folder, 'rules/listed-address.yml', (text) => text.replace('status.errorCode', 'status.erorCode'));
    await expect(publishing(folder)).rejects.toThrow(/listed-address\.yml:\d+: the field "status\.erorCode" is not known/);
    await edit(folder, 'rules/listed-address.yml', (text) => text.replace('status.erorCode', 'status.errorCode'));
    await rm(join(folder, 'tests'), { recursive: true });
    await expect(publishing(folder)).rejects.toThrow('spring-phish-listed-address: no case makes it fire');
    await expect(publishing(join(root, 'nowhere'))).rejects.toThrow('is no folder');
    expect((await listing()).some(({ version }) => version > 0)).toBe(false);
  });
  it('refuses a rule that takes the name of another pack’s rule', async () => {
    const folder = await pack('spring-phish');
    const rename = (text: string): string => text.replaceAll('spring-phish-listed-address', 'takeover-core-password-spray');
    await edit(folder, 'rules/listed-address.yml', rename);
    await edit(folder, 'tests/listed-address.hit.from-the-listed-range.json', rename);
    await expect(publishing(folder)).rejects.toThrow('a rule called "takeover-core-password-spray" exists already');
  });
  it('takes a changed copy of a shipped pack in its place, and the shipped one again after a rollback', async () => {
    const folder = join(root, 'copies', 'reported-addresses');
    await cp(join(shipped, 'reported-addresses'), folder, { recursive: true });
    await edit(folder, 'rules/sign-in.yml', (text) => text.replace(/^title: .*/m, 'title: Somebody came from a reported address'));
    expect(await publishing(folder)).toContain('In place of the shipped pack:\n  1 rule changed: reported-addresses-sign-in');
    expect((await listing()).find((one) => one.pack === 'reported-addresses')).toMatchObject({ version: 1, runs: true });
    expect(await said((terminal) => rollback(['reported-addresses'], undefined, deps, terminal))).toContain(
      'the shipped pack runs instead of version 1',
    );
    expect(await said((terminal) => list(false, deps, terminal))).toMatch(/reported-addresses +shipped, 2 rules; published before: 1/);
  });
});

describe('campaign list', () => {
  it('names every pack that runs with its version, who published it and when, and those that are off', async () => {
    await publishing(await pack('spring-phish'));
    const lines = await said((terminal) => list(false, deps, terminal));
    expect(lines).toMatch(/spring-phish +version 1, 1 rule, published 2026-11-24 09:00 UTC by nora@contoso\.example/);
    expect(lines).toMatch(/takeover-core +shipped, \d+ rules/);
    await said((terminal) => rollback(['spring-phish'], undefined, deps, terminal));
    expect(await said((terminal) => list(false, deps, terminal))).toMatch(/spring-phish +off; published before: 1/);
  });
  it('says what cannot be rolled back', async () => {
    await expect(rollback(['spring-phish'], undefined, deps, remembering())).rejects.toThrow('Nothing was ever published as spring-phish');
    await expect(rollback([], undefined, deps, remembering())).rejects.toThrow('Name one pack');
  });
});

describe('the command against real storage', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
    const registry = createRegistry({ store: createStore({ backend: await azurite.backend() }), clock: fresh().clock });
    await registry.add('00000000-0000-4000-8000-00000000c0de', 'Contoso', {});
  });
  afterAll(() => azurite.stop());

  it('publishes, lists and rolls back', async () => {
    const run = async (...args: string[]) => {
      const terminal = remembering();
      const code = await campaign.run([...args, '--storage', azurite.connectionString], terminal);
      return { code, text: terminal.lines.join('\n'), errors: terminal.errors.join('\n') };
    };
    const folder = await pack('spring-phish');
    expect(await run('publish', folder)).toMatchObject({
      code: 0,
      text: expect.stringContaining('Version 1 of spring-phish is published'),
    });
    expect(await run('publish', folder)).toMatchObject({ code: 0, text: expect.stringContaining('runs already') });
    expect(await run('publish', folder, '--dry-run', '--hunt')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/Nothing is searched yet|US dollars/),
    });
    expect((await run('list')).text).toMatch(/spring-phish +version 1/);
    expect(await run('rollback', 'spring-phish', '--to', 'x')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--to wants the number'),
    });
    expect(await run('rollback', 'spring-phish')).toMatchObject({
      code: 0,
      text: expect.stringContaining('nothing runs instead of version 1'),
    });
    expect(await run('rollback', 'spring-phish', '--to', '1')).toMatchObject({
      code: 0,
      text: expect.stringContaining('version 1 runs instead of nothing'),
    });
  });
});
