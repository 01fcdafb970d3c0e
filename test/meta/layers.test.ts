// The direction of imports: later stages may import earlier ones, never the other way round.
import { describe, expect, it } from 'vitest';
import { code, type Import, importsOf, places, type Source } from './sources.ts';

/** Ground floor: every stage may use these; they use none. */
const ground = ['contracts', 'store', 'tenants', 'config.ts'];
/** In the order in which data travels. */
const stages = ['collect', 'detect', 'campaigns', 'incidents', 'contain', 'alert', 'rounds'];
const order = new Map([...ground.map((name) => [name, 0] as const), ...stages.map((name, index) => [name, index + 1] as const)]);

const stageOf = (path: string): string => path.split('/')[1] ?? '';

/** Imports that go against the direction. A folder of src that is in no list counts too: it has to find its place first. */
function wrong(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to }) => {
      if (!to.startsWith('src/')) return from.startsWith('src/') && /^(functions|console|cli|local|simulator|bench|test|infra)\//.test(to);
      if (!from.startsWith('src/')) return false;
      const [a, b] = [order.get(stageOf(from)), order.get(stageOf(to))];
      return a === undefined || b === undefined || b > a;
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

const src = code(['src']);

describe('the direction of imports', () => {
  it('is kept in src', () => {
    expect(wrong(importsOf(src))).toEqual([]);
  });

  it('would be noticed to be broken', () => {
    const bad = (path: string, text: string): Source => ({ path, text });
    const broken = [
      bad('src/detect/x.ts', "import { a } from '../rounds/round.ts';"),
      bad('src/store/x.ts', "import type { A } from '../collect/feed.ts';"),
      bad('src/contain/x.ts', "const a = await import('../../functions/guard.ts');"),
      bad('src/new-stage/x.ts', "import { a } from '../contracts/ids.ts';"),
    ];
    expect(wrong(importsOf(broken))).toHaveLength(4);
    expect(wrong(importsOf([bad('src/rounds/x.ts', "import { a } from '../detect/y.ts';")]))).toEqual([]);
  });

  it('leads from functions, console, cli and what runs them to src, and from none of them to another’s inside', () => {
    const crossing = importsOf(code(['functions', 'console', 'cli'])).filter(
      ({ from, to }) => /^(functions|console|cli|local|simulator|bench|test)\//.test(to) && to.split('/')[0] !== from.split('/')[0],
    );
    expect(crossing).toEqual([]);
  });

  it('keeps the browser’s code free of what runs on the server: contracts only', () => {
    const reaching = importsOf(code(['console'])).filter(
      ({ to }) => to.startsWith('node:') || (to.startsWith('src/') && stageOf(to) !== 'contracts'),
    );
    expect(reaching).toEqual([]);
  });
});

describe('what touches the outside', () => {
  it('are collect, alert, contain/actions, store and tenants: no other stage imports an SDK', () => {
    const allowed = /^src\/(collect|alert|contain\/actions|store|tenants)\//;
    const touching = importsOf(src).filter(
      ({ from, to, typeOnly }) => /^@(azure|microsoft)\//.test(to) && !typeOnly && !allowed.test(from),
    );
    expect(touching).toEqual([]);
  });

  it('is not detect: no I/O, no clock, no chance', () => {
    const detect = code(['src/detect']);
    expect(importsOf(detect).filter(({ to }) => to.startsWith('node:') && to !== 'node:crypto')).toEqual([]);
    expect(places(detect, /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bsetTimeout\(/)).toEqual([]);
  });

  it('reads the environment in the places that start something, and hands it on', () => {
    const allowed = /^(functions\/index\.ts|local\/|simulator\/|cli\/|bench\/|test\/|infra\/hooks\/)/;
    expect(
      places(
        code().filter(({ path }) => !allowed.test(path)),
        /process\.env\b/,
      ),
    ).toEqual([]);
    expect(places(code(['functions/index.ts']), /process\.env\b/)).toHaveLength(1);
  });

  it('asks the injected clock: nothing in src reads the time itself, but the clients, as Retry-After may name a date', () => {
    const clients = /^src\/tenants\/(graph|exchange|activity-api)\.ts$/;
    expect(
      places(
        src.filter(({ path }) => !clients.test(path)),
        /\bDate\.now\(\)|\bnew Date\(\)/,
      ),
    ).toEqual([]);
  });

  it('names Microsoft’s hosts in src/config.ts only, as a government or national cloud has others', () => {
    const hosts = /https:\/\/(graph\.microsoft|login\.microsoftonline|outlook\.office)/;
    const guard = code(['src', 'functions', 'console', 'cli']).filter(({ path }) => path !== 'src/config.ts');
    const comment = /:\d+: (\/\/|\/?\*)/;
    expect(places(guard, hosts).filter((line) => !comment.test(line))).toEqual([]);
  });
});

describe('the right to touch a tenant’s rows', () => {
  it('is made in src/tenants, and for tests and benchmarks in one helper each', () => {
    const allowed =
      /^(src\/tenants\/|src\/contracts\/tenant-scope\.ts|test\/support\/scope\.ts|test\/contracts\/|test\/meta\/|bench\/store\.ts)/;
    expect(
      places(
        code().filter(({ path }) => !allowed.test(path)),
        /mintTenantScope/,
      ),
    ).toEqual([]);
  });
});
