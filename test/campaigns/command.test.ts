import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { campaign } from '../../cli/commands/campaign.ts';
import { remembering } from '../cli/terminal.ts';

const shipped = join(import.meta.dirname, '../../campaigns');
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});
async function run(...args: string[]) {
  const terminal = remembering();
  const code = await campaign.run(args, terminal);
  return { code, text: terminal.lines.join('\n'), errors: terminal.errors.join('\n') };
}
async function copy(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'packs-'));
  folders.push(root);
  await cp(join(shipped, 'azure-ato-2024'), join(root, 'azure-ato-2024'), { recursive: true });
  return root;
}

describe('campaign test', () => {
  it('passes the shipped campaigns, and names every case', async () => {
    const { code, text } = await run('test');
    expect(text).toContain('ok   takeover: An authenticator eleven minutes later');
    expect(text).toMatch(/\d+ passed, 0 failed, 0 rules that no case makes fire, 0 problems$/);
    expect(code).toBe(0);
  });
  it('fails when a rule no longer does what its cases say', async () => {
    const root = await copy();
    const file = join(root, 'azure-ato-2024/rules/officehome-entry.yml');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('4765445b-32c6-49b0-83e6-1d93765276ca', '4765445b-32c6-49b0-83e6-1d93765276cb'),
    );
    const { code, text } = await run('test', root);
    expect(text).toContain('azure-ato-2024-takeover should fire and does not');
    expect(text).toContain('NONE azure-ato-2024-takeover');
    expect(code).toBe(1);
  });
  it('names file and line of what cannot be read, and exits with 2', async () => {
    const root = await copy();
    await writeFile(join(root, 'azure-ato-2024/tests/broken.json'), '{');
    const { code, errors } = await run('test', root);
    expect(errors).toContain('azure-ato-2024/tests/broken.json:1: is no JSON');
    expect(code).toBe(2);
  });
  it('refuses what it does not understand', async () => {
    expect((await run('taste')).code).toBe(2);
    expect((await run('test', '--fast')).errors).toContain("Unknown option '--fast'");
    expect((await run('test', '/nowhere/at/all')).errors).toContain('is no folder, and no shipped campaign');
  });
});
