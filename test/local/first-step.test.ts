// The first step in a project of its own, with a stand-in for npm: what is installed when, and what is passed on.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../../local/build.ts';

const lock = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/other-platform': { version: '1.0.0', optional: true } },
};
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project whose `npm ci` writes a line to installs.log, waits a little, and leaves what npm leaves. `npm start` runs `target`. */
function project(target: string, options: { npmFails?: boolean } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'first-step-'));
  made.push(folder);
  for (const each of ['local', 'bin']) mkdirSync(join(folder, each));
  copyFileSync(join(projectRoot, 'local', 'first-step.mjs'), join(folder, 'local', 'first-step.mjs'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(join(folder, 'local', 'start.ts'), target);
  writeFileSync(
    join(folder, 'bin', 'npm-cli.mjs'),
    `import fs from 'node:fs';
fs.appendFileSync('installs.log', process.argv.slice(2).join(' ') + '\\n');
await new Promise((resolve) => setTimeout(resolve, 300));
if (${options.npmFails === true}) process.exit(7);
fs.mkdirSync('node_modules', { recursive: true });
fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
`,
  );
  chmodSync(join(folder, 'bin', 'npm-cli.mjs'), 0o755);
  return folder;
}

function start(
  folder: string,
  args: readonly string[] = ['start'],
): { child: ChildProcess; output: () => string; exit: Promise<number | null> } {
  const child = spawn(process.execPath, [join(folder, 'local', 'first-step.mjs'), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, npm_execpath: join(folder, 'bin', 'npm-cli.mjs') },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  return { child, output: () => text, exit: once(child, 'close').then(([code]) => code as number | null) };
}
const installs = (folder: string): number => {
  const log = join(folder, 'installs.log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
};

describe('the first step', () => {
  it('says what its options are without installing anything', async () => {
    const folder = project('const usage = `npm start -- [options]\n  --reset  begin anew`;\nconsole.log(usage);');
    const { exit, output } = start(folder, ['start', '--help']);
    expect(await exit).toBe(0);
    expect(output()).toContain('--reset  begin anew');
    expect(installs(folder)).toBe(0);
  });
  it('installs from the lock when nothing is installed, says so, and runs the target with its arguments and exit code', async () => {
    const folder = project("console.log('ran with', process.argv.slice(2).join(' ')); process.exit(3);");
    const first = start(folder, ['start', '--reset', 'x y']);
    expect(await first.exit).toBe(3);
    expect(first.output()).toContain('installing 2 packages from package-lock.json');
    expect(first.output()).toContain('ran with --reset x y');
    expect(readFileSync(join(folder, 'installs.log'), 'utf8')).toMatch(/^ci /);

    const second = start(folder);
    expect(await second.exit).toBe(3);
    expect(second.output()).not.toContain('installing');
    expect(installs(folder)).toBe(1);
  });

  it('installs again when the lock has changed', async () => {
    const folder = project('');
    await start(folder).exit;
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ packages: { ...lock.packages, 'node_modules/b': { version: '2.0.0' } } }),
    );
    await start(folder).exit;
    expect(installs(folder)).toBe(2);
  });

  it('takes an installation that somebody made with npm itself', async () => {
    const folder = project('');
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(
      join(folder, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
    );
    expect(await start(folder).exit).toBe(0);
    expect(installs(folder)).toBe(0);
  });

  it('installs anew over an interrupted installation', async () => {
    const folder = project('');
    mkdirSync(join(folder, 'node_modules', 'a'), { recursive: true });
    expect(await start(folder).exit).toBe(0);
    expect(installs(folder)).toBe(1);
  });

  it('installs once when started twice side by side', async () => {
    const folder = project("console.log('ran');");
    const both = [start(folder), start(folder)];
    expect(await Promise.all(both.map((each) => each.exit))).toEqual([0, 0]);
    expect(both.map((each) => each.output().includes('ran'))).toEqual([true, true]);
    expect(installs(folder)).toBe(1);
  });

  it('is not held up by the lock of an installation that died', async () => {
    const folder = project('');
    mkdirSync(join(folder, '.local'));
    writeFileSync(join(folder, '.local', 'install.lock'), `${spawnSync(process.execPath, ['--version']).pid} 1`);
    expect(await start(folder).exit).toBe(0);
    expect(existsSync(join(folder, '.local', 'install.lock'))).toBe(false);
  });

  it('passes on that npm failed, and tries again the next time', async () => {
    const folder = project('', { npmFails: true });
    const failed = start(folder);
    expect(await failed.exit).toBe(7);
    expect(failed.output()).toContain('npm ci failed with exit code 7');
    await start(folder).exit;
    expect(installs(folder)).toBe(2);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on to what it started', async (signal) => {
    const folder = project(
      `process.on('${signal}', () => { console.log('heard'); process.exit(5); }); console.log('waiting'); setInterval(() => undefined, 1000);`,
    );
    const running = start(folder);
    await vi.waitUntil(() => running.output().includes('waiting'), { timeout: 20_000 });
    running.child.kill(signal);
    expect(await running.exit).toBe(5);
    expect(running.output()).toContain('heard');
  });

  it('names the known commands when it does not know one', async () => {
    const unknown = start(project(''), ['strat']);
    expect(await unknown.exit).toBe(2);
    expect(unknown.output()).toMatch(/Unknown command "strat"\. Known: start, test/);
  });
});
