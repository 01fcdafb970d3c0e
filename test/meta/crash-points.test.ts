// Every write names a numbered point, every point has a call site, and no write goes around the choke point.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { crashPoints } from '../../src/store/crash-points.ts';
import type { Store } from '../../src/store/store.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');

/** Functions whose first parameter is a crash point. */
type Writes<T> = {
  [K in keyof T]: T[K] extends (...parameters: infer P) => unknown
    ? P extends [keyof typeof crashPoints, ...unknown[]]
      ? K
      : never
    : never;
}[keyof T];
/** The functions of the store that write, by group; the compiler knows which these are. */
const writes: { readonly [G in keyof Store]: Readonly<Record<Writes<Store[G]>, true>> } = {
  registry: { put: true, putAll: true, putChannels: true },
  state: {
    lease: true,
    commitRound: true,
    commitIncident: true,
    putOutbox: true,
    putAliases: true,
    commitWatch: true,
    addOutbox: true,
  },
  findings: { put: true },
  baselines: { merge: true },
  sequences: { put: true, remove: true },
  journal: { intend: true, save: true, lease: true, release: true },
  due: { put: true, delete: true, again: true },
  sightings: { put: true },
  fleet: { putMood: true, leaseBlock: true },
  hunts: { put: true, putPart: true, putContent: true, expire: true },
  indicatorFeeds: { putCopy: true, putStatus: true, remove: true },
  queues: { ring: true, setAside: true },
  subscriptions: { put: true },
  reports: { put: true, delete: true },
  hints: { put: true },
  exclusions: { put: true, add: true },
  noise: { putPeople: true },
  stages: { put: true },
  spool: { putRecords: true, put: true, delete: true },
  blobs: { appendActivities: true, putSnapshot: true, putEvidence: true, expire: true },
  packs: { putCurrent: true, putContent: true },
  erasure: { rows: true, blobs: true },
};

const sites = globSync(['src/**/*.ts', 'functions/**/*.ts', 'cli/**/*.ts', 'local/**/*.ts'], { cwd: root })
  .filter((file) => !file.startsWith('src/store/'))
  .flatMap((file) =>
    Object.entries(writes).flatMap(([group, names]) =>
      [...read(file).matchAll(new RegExp(`\\b${group}\\s*\\.(${Object.keys(names).join('|')})\\(\\s*([^,)]+)`, 'g'))]
        // The registry of src/tenants has functions of its own; the store's is always reached through the store.
        .filter((match) => group !== 'registry' || read(file).slice(0, match.index).endsWith('store.'))
        .map((match) => ({ file, call: `${group}.${match[1]}`, point: match[2]?.trim() ?? '' })),
    ),
  );

describe('crash points', () => {
  it('finds the writes', () => expect(sites.length).toBeGreaterThan(50));

  it('every write outside the store names a point in place', () => {
    const unnamed = sites.filter(({ point }) => !Object.hasOwn(crashPoints, point.replace(/^'(.*)'$/, '$1')) || !point.startsWith("'"));
    expect(unnamed).toEqual([]);
  });

  it('every point has a call site', () => {
    const named = new Set(sites.map(({ point }) => point.slice(1, -1)));
    expect(Object.keys(crashPoints).filter((point) => !named.has(point))).toEqual([]);
  });

  it('numbers are never used twice', () => {
    const numbers = Object.values(crashPoints);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('only the choke point writes to the backend', () => {
    const around = globSync(['src/**/*.ts', 'functions/**/*.ts', 'cli/**/*.ts'], { cwd: root })
      .filter((file) => !['src/store/writer.ts', 'src/store/count-operations.ts'].includes(file.replaceAll('\\', '/')))
      .filter((file) => /\bbackend\s*\.\s*(transact|send|append|put|swap|remove)\(/.test(read(file)));
    expect(around).toEqual([]);
  });

  it('only the store makes a writer', () => {
    const makers = globSync(['src/**/*.ts', 'functions/**/*.ts'], { cwd: root }).filter((file) => /\bcreateWriter\(/.test(read(file)));
    expect(makers.map((file) => file.replaceAll('\\', '/')).sort()).toEqual(['src/store/create-store.ts', 'src/store/writer.ts']);
  });
});
