// Rules as a person brings them to a guard that runs, over the emulator's container: a folder, an archive, what somebody else's pipeline wrote there, and back again. What is broken stops nothing else.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rulesCommand } from '../../cli/commands/rules.ts';
import { broughtContent } from '../../src/campaigns/brought.ts';
import { publishPack } from '../../src/campaigns/publish.ts';
import { contentOf, createPublishedPacks } from '../../src/campaigns/published.ts';
import { createStore } from '../../src/store/create-store.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { shippedDetector } from '../support/guard.ts';
import { text, zip } from '../support/zip.ts';
import { remembering } from './terminal.ts';

let azurite: Azurite;
let folder = '';
beforeAll(async () => {
  [azurite, folder] = await Promise.all([startAzurite(), mkdtemp(join(tmpdir(), 'rules-azurite-'))]);
}, 60_000);
afterAll(() => Promise.all([azurite.stop(), rm(folder, { recursive: true })]));

const rule = (title: string): string =>
  `title: ${title}\nid: 00000000-0000-4000-8000-0000000000${String(title.length).padStart(2, '0')}\nlogsource: { product: azure, service: signinlogs }\ndetection: { selection: { userAgent|contains: ${title} }, condition: selection }\nlevel: medium\n`;
const half = 'title: half\nlogsource: { product: azure, service: signinlogs }\ndetection: { selection: { a: 1 }\n';

it('a folder, an archive and what a pipeline wrote run within a look of the guard, staged, each without what is broken in it', async () => {
  const store = createStore({ backend: await azurite.backend() });
  const { campaigns } = await shippedDetector();
  const guard = createPublishedPacks({ store });
  const running = async () => {
    const { detector, packs } = contentOf({ campaigns, problems: [] }, await guard.look());
    const brought = detector.rules().filter(({ campaign }) => campaign === 'community');
    return {
      rules: brought.map(({ title, effect }) => `${title} ${effect}`).sort(),
      others: packs.length - (brought.length > 0 ? 1 : 0),
      problems: packs.flatMap(({ problems }) => problems),
    };
  };
  const told = async (...words: string[]) => {
    const terminal = remembering();
    const code = await rulesCommand.run([...words, '--storage', azurite.connectionString], terminal);
    return { code, out: terminal.lines.join('\n'), errors: terminal.errors.join('\n') };
  };
  const others = campaigns.length;

  const sigma = join(folder, 'sigma');
  await mkdir(join(sigma, 'deep'), { recursive: true });
  await writeFile(join(sigma, 'deep', 'curl.yml'), rule('curl'));
  await writeFile(join(sigma, 'half.yml'), half);
  const published = await told('publish', sigma);
  expect(published).toMatchObject({ code: 1, out: expect.stringMatching(/^Version 1: 1 rule beside \d+ packs.*1 file left out/) });
  expect(published.errors).toMatch(/half\.yml:\d+: /);
  expect(await running()).toEqual({ rules: ['curl staged'], others, problems: [] });

  const archive = join(folder, 'rules.zip');
  await writeFile(archive, zip([text('a/wget.yml', rule('wgets')), text('../../outside.yml', rule('axios-x')), text('half.yml', half)]));
  expect(await told('publish', archive)).toMatchObject({ code: 1, out: expect.stringMatching(/^Version 2: 2 rules/) });
  expect(await running()).toEqual({ rules: ['axios-x staged', 'wgets staged'], others, problems: [] });

  const files = [
    { file: 'curl.yml', text: rule('curl') },
    { file: 'half.yml', text: half },
  ];
  const described = { manifest: { title: 'Of a pipeline' }, rules: files, indicators: [] };
  const clock = { now: () => Date.now() };
  await publishPack({ store, clock }, { campaign: described, content: broughtContent(files, {}), by: 'pipeline', staged: true });
  const { rules, problems } = await running();
  expect(rules).toEqual(['curl staged']);
  expect(problems).toEqual([expect.stringMatching(/^community\/rules\/half\.yml:\d+: is no YAML/)]);

  expect(await told('rollback', '--to', '2')).toMatchObject({ code: 0 });
  expect((await running()).rules).toEqual(['axios-x staged', 'wgets staged']);
  expect(await told('promote', '00000000-0000-4000-8000-000000000005', '--yes')).toMatchObject({ code: 0 });
  expect((await told('list', '--json')).out).toContain('wgets');
  expect(await told('rollback', '--to', '0')).toMatchObject({ code: 0 });
  expect(await running()).toEqual({ rules: [], others, problems: [] });
}, 60_000);
