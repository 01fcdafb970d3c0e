// The first step of every npm script, with Node's built-ins only (any Node >= 20): installs from the lock file when needed, then runs the target under the project's own Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const needed = 24;

/** What each npm script runs. Paths are relative to the project; further arguments are handed on. */
const commands = {
  start: ['local/start.ts'],
  test: ['local/test.ts'],
  build: ['local/build.ts'],
  bench: ['bench/main.ts'],
  attack: ['simulator/attack.ts'],
  typecheck: ['node_modules/typescript/bin/tsc', '-p', '.'],
  lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  format: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'],
  knip: ['node_modules/knip/bin/knip.js'],
  'generate:docs': ['docs/generate.ts'],
};

const stop = (message, code = 1) => {
  process.stderr.write(`${message}\n`);
  process.exit(code);
};
const major = (version) => Number(version.replace(/^v/, '').split('.')[0]);

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
const stamp = at('node_modules', '.installed-from');

/** True when node_modules is what package-lock.json says: by our stamp, or (somebody ran npm themselves) by the list npm writes when it has finished. */
function installed() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === lockHash()) return true;
  const list = at('node_modules', '.package-lock.json');
  if (!existsSync(list)) return false;
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(list, 'utf8')).packages;
  const missing = Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && present[path]?.version !== version && !(optional && !present[path]),
  );
  if (!missing) writeFileSync(stamp, `${lockHash()}\n`);
  return !missing;
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause.code === 'EPERM';
  }
}

/** Two first starts side by side must not install into each other: one installs, the other waits and then finds it done. */
async function holdingInstallLock(work) {
  const file = at('.local', 'install.lock');
  const mine = `${process.pid} ${Date.now()}`;
  mkdirSync(dirname(file), { recursive: true });
  const read = () => {
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    }
  };
  for (let said = false; ; ) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      // A waiter that took our fresh lock for the dead one it had just read may have removed it: look once more.
      await pause(200);
      if (read() === mine) break;
      continue;
    } catch (cause) {
      if (cause.code !== 'EEXIST') throw cause;
    }
    const holder = read();
    // An empty file is a holder that is just writing it.
    if (holder !== undefined && holder !== '' && !alive(Number(holder.split(' ')[0]))) {
      if (read() === holder) unlinkSync(file);
      continue;
    }
    if (!said) console.log(`Another installation is under way (${file}); waiting for it.`);
    said = true;
    await pause(500);
  }
  const release = () => {
    if (read() === mine) unlinkSync(file);
  };
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Runs a child in the foreground: signals are passed on, its exit code (or the signal that ended it) is the answer. */
function run(file, args, options = {}) {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options });
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(signal === null ? code : 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 1));
    });
  });
}

async function install() {
  const begun = Date.now();
  const count = Object.keys(JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages).length - 1;
  console.log(`First step: installing ${count} packages from package-lock.json (once; a minute or two).`);
  const beat = setInterval(() => console.log(`  still installing, ${Math.round((Date.now() - begun) / 1000)} s`), 15_000);
  // npm's own command-line file, when npm started us: no shell, and the npm that the person chose.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const inNode = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm);
  const code = await (inNode
    ? run(process.execPath, [npm, ...args])
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { shell: process.platform === 'win32' }));
  clearInterval(beat);
  if (code !== 0)
    stop(`npm ci failed with exit code ${code}. Its message is above; after fixing the cause run the same command again.`, code);
  writeFileSync(stamp, `${lockHash()}\n`);
  console.log(`Installed in ${Math.round((Date.now() - begun) / 1000)} s.`);
}

/** The project's Node 24: from its own packages, or the one that is running where no package fits this platform. */
function projectNode() {
  const own = at('node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const packaged = at(
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  for (const file of [packaged, own]) {
    if (!existsSync(file)) continue;
    const asked = spawnSync(file, ['--version'], { encoding: 'utf8' });
    if (asked.status === 0 && major(asked.stdout.trim()) >= needed) return file;
  }
  if (major(process.version) >= needed) return process.execPath;
  return stop(
    `Tenant Guard needs Node ${needed}. There is no npm package of it for ${process.platform}-${process.arch}, and this is Node ${process.version}: install Node ${needed} from https://nodejs.org and run the same command again.`,
  );
}

if (major(process.version) < 20)
  stop(
    `Tenant Guard's first step needs Node 20 or newer, and this is ${process.version}. Install a newer one from https://nodejs.org (the project then brings its own Node ${needed}).`,
  );
const [command = '', ...rest] = process.argv.slice(2);
const target = Object.hasOwn(commands, command) ? commands[command] : undefined;
if (target === undefined) stop(`Unknown command "${command}". Known: ${Object.keys(commands).join(', ')}.`, 2);
// What the options are is read without installing anything: the text stands in the file that takes them.
if (command === 'start' && rest.some((word) => word === '--help' || word === '-h') && !installed()) {
  const usage = /const usage = `([^`]*)`/.exec(readFileSync(at('local', 'start.ts'), 'utf8'))?.[1];
  console.log(
    `${usage ?? 'local/start.ts says what there is.'}\n\nThe attacks are listed once the packages are installed; npm start does that at its first step.`,
  );
  process.exit(0);
}
if (!installed()) await holdingInstallLock(async () => (installed() ? undefined : install()));
const node = projectNode();
// Children that look for `node` find the same one.
const path = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
const own = target[0].endsWith('.ts') ? ['--disable-warning=ExperimentalWarning'] : [];
process.exitCode = await run(node, [...own, ...target, ...rest], { env: { ...process.env, PATH: path } });
