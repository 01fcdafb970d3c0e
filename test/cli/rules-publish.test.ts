// Plain Sigma rules for a guard that runs: published as a folder, live at its next look, gone by one command; a broken file is named and stops nothing else.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runRules } from '../../cli/commands/rules.ts';
import { main } from '../../cli/main.ts';
import { contentOf, createPublishedPacks } from '../../src/campaigns/published.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { shippedDetector } from '../support/guard.ts';
import { manualClock } from '../support/manual-clock.ts';
import { remembering } from './terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'rules-'));
afterAll(() => rm(folder, { recursive: true }));
const rule = (name: string, agent: string, more = '') => `title: ${name}
id: 5b0a1c52-0000-4000-8000-0000000000${name.length.toString(16).padStart(2, '0')}
status: test
logsource: { product: azure, service: signinlogs }
detection: { selection: { userAgent|contains: ${agent}${more} }, condition: selection }
level: medium
`;
const sigma = join(folder, 'sigma');
await mkdir(join(sigma, 'cloud'), { recursive: true });
await writeFile(join(sigma, 'curl.yml'), rule('Curl signed in', 'curl/'));
await writeFile(
  join(sigma, 'cloud', 'curl.yml'),
  rule('A longer name: wget'.replace(':', ''), "'%programs%'", ' ').replace('contains:', 'contains|expand:'),
);
await writeFile(join(sigma, 'placeholders.yml'), 'programs: [wget/]\n');
const broken = join(folder, 'broken');
await mkdir(broken);
await writeFile(join(broken, 'good.yml'), rule('Curl signed in', 'curl/'));
await writeFile(
  join(broken, 'bad.yml'),
  'title: Half a rule\nlogsource: { product: azure, service: signinlogs }\ndetection: { selection: { a: 1 }\n',
);

async function installation() {
  const clock = manualClock(Date.UTC(2026, 10, 24, 9));
  const store = createStore({ backend: memoryBackend() });
  const { campaigns } = await shippedDetector();
  const tools = {
    store,
    registry: createRegistry({ store, clock }),
    clock,
    rules: async () => [],
    who: async () => 'nora@contoso.example',
  };
  const published = createPublishedPacks({ store });
  const running = async () => contentOf({ campaigns, problems: [] }, await published.look());
  const command = async (...words: string[]) => {
    const terminal = remembering();
    const code = await runRules(words, terminal, tools);
    return { code, out: terminal.lines.join('\n'), errors: terminal.errors.join('\n') };
  };
  const found = async (userAgent: string): Promise<string[]> => {
    const { detector } = await running();
    const activity: Activity = {
      id: 'signin:1',
      tenant: 't',
      feed: 'sign-ins.interactive',
      time: clock.now(),
      subject: 'user:marta',
      views: [{ shape: 'sign-in', record: { userAgent, status: { errorCode: 0 } } }],
    };
    const { findings } = detector.detect({ activities: [activity], baselines: new Map(), directory: new Map(), hits: [] });
    return findings.filter(({ campaign }) => campaign === 'community').map(({ title }) => title);
  };
  return { command, found, running };
}

describe('rules publish', () => {
  it('runs a folder of plain rules, with its placeholders, beside all packs, until it is rolled back', async () => {
    const { command, found, running } = await installation();
    expect(await found('curl/8.0')).toEqual([]);
    const published = await command('publish', sigma);
    expect(published.errors).toBe('');
    expect(published).toMatchObject({ code: 0, out: expect.stringMatching(/^Version 1: 2 rules beside \d+ packs\./) });
    expect(await found('curl/8.0')).toEqual(['Curl signed in']);
    expect(await found('wget/1.2')).toEqual(['A longer name wget']);
    const brought = (await running()).detector.rules().filter(({ campaign }) => campaign === 'community');
    expect(brought.map(({ effect }) => effect)).toEqual(['staged', 'staged']);
    expect(published.out).toContain('rules promote RULE');
    expect((await running()).packs.find(({ id }) => id === 'community')).toMatchObject({ version: 1, rules: 2, problems: [] });
    expect((await command('publish', sigma)).out).toContain('runs already');
    expect((await command('rollback')).out).toBe('Published rules: none instead of version 1. Guards follow within a minute.');
    expect(await found('curl/8.0')).toEqual([]);
    expect(await command('rollback')).toMatchObject({ code: 2, errors: expect.stringContaining('nothing to roll back') });
    expect((await command('rollback', '--to', '1')).code).toBe(0);
    expect(await found('curl/8.0')).toEqual(['Curl signed in']);
  });
  it('names a broken file, leaves it out, and runs the others; the exit code says that a part was left out', async () => {
    const { command, found, running } = await installation();
    const { code, out, errors } = await command('publish', broken);
    expect(code).toBe(1);
    expect(errors).toMatch(/bad\.yml:\d+: /);
    expect(out).toContain('1 file left out, named above.');
    expect(await found('curl/8.0')).toEqual(['Curl signed in']);
    expect((await running()).packs.every(({ problems }) => problems.length === 0)).toBe(true);
  });
  it('publishes nothing with --dry-run, of nothing, and of what is broken all over', async () => {
    const { command, found } = await installation();
    expect(await command('publish', sigma, '--dry-run')).toMatchObject({ code: 0, out: 'Nothing is published: --dry-run.' });
    expect(await command('publish', join(broken, 'bad.yml'))).toMatchObject({
      code: 2,
      errors: expect.stringContaining('nothing is published'),
    });
    expect(await command('publish', join(folder, 'missing'))).toMatchObject({ code: 2, errors: expect.stringContaining('cannot be read') });
    expect((await command('publish')).code).toBe(2);
    expect(await found('curl/8.0')).toEqual([]);
  });
});

describe('very many rules', () => {
  it('in more files than one version holds are refused at once, in one sentence that says what would do', async () => {
    const { command, found } = await installation();
    const many = join(folder, 'many');
    await mkdir(many);
    await Promise.all(Array.from({ length: 5000 }, (_, index) => writeFile(join(many, `${index}.yml`), 'title: x')));
    const { code, errors, out } = await command('publish', many);
    expect([code, out]).toEqual([2, '']);
    // Before anything of it is judged: no rule is named.
    expect(errors.split('\n')).toEqual([
      `${many} holds 5,000 files; 4,999 at most are published. Nothing is. One file may hold many rules, with --- between them.`,
      'Try: tenant-guard rules --help',
    ]);
    expect(await found('curl/8.0')).toEqual([]);
  });
});

describe('check --rules with one broken rule in a folder', () => {
  it('runs the others, and says by its exit code that not all could be read', async () => {
    const records = join(folder, 'sign-ins.json');
    const signIn = {
      id: 's-1',
      createdDateTime: '2026-03-02T09:00:00Z',
      userId: 'c1000000-0000-4000-8000-000000000001',
      userPrincipalName: 'marta@contoso.example',
      appDisplayName: 'OfficeHome',
      userAgent: 'curl/8.0',
      ipAddress: '192.0.2.7',
      status: { errorCode: 0 },
    };
    await writeFile(records, JSON.stringify([signIn]));
    const terminal = remembering();
    const code = await main(['check', records, '--rules', broken, '--json'], terminal);
    expect(terminal.errors.join('\n')).toMatch(/bad\.yml:\d+: /);
    expect(terminal.lines.join('\n')).toContain('"title":"Curl signed in"');
    expect(code).toBe(2);
  });
});
