// Every write of the guard names a numbered crash point, and every point has a write: else the crash scenarios would prove less than they say.
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { crashPoints } from '../../src/store/crash-points.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

/** `due.put`, `state.lease` …: every function of the Store that takes a crash point, as its interface says. */
function writeFunctions(): string[] {
  const [, body = ''] = read('src/store/store.ts').split('export interface Store {');
  let area = '';
  const found: string[] = [];
  for (const [, opened, method] of body.matchAll(/readonly (\w+): \{|(\w+)\(\s*point: CrashPoint/g)) {
    if (opened) area = opened;
    else found.push(`${area}.${method}`);
  }
  return found;
}

interface CallSite {
  readonly where: string;
  readonly call: string;
  readonly argument: string;
}
const comments = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** Calls of the write functions outside the store itself; `argument` is the text of the first argument. */
async function callSites(): Promise<CallSite[]> {
  const calls = new RegExp(
    `\\b(${writeFunctions()
      .map((name) => name.replace('.', '\\s*\\??\\.\\s*'))
      .join('|')})\\(\\s*([^,)]*)`,
    'g',
  );
  const sites: CallSite[] = [];
  for (const folder of ['src', 'functions', 'cli', 'local'])
    for await (const file of glob(`${folder}/**/*.ts`, { cwd: root })) {
      if (file.startsWith('src/store/')) continue;
      const text = read(file).replace(comments, (comment) => comment.replace(/[^\n]/g, ' '));
      for (const match of text.matchAll(calls)) {
        const line = text.slice(0, match.index).split('\n').length;
        sites.push({ where: `${file}:${line}`, call: match[1] ?? '', argument: (match[2] ?? '').trim() });
      }
    }
  return sites;
}

describe('crash points', () => {
  let sites: CallSite[];
  beforeAll(async () => {
    sites = await callSites();
  });

  it('have numbers of their own', () => {
    const numbers = Object.values(crashPoints);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
  it('are asked for by every function of the store that writes', () => {
    expect(writeFunctions()).toHaveLength(24);
    expect(sites.length).toBeGreaterThan(0);
  });
  it('are named literally at every call of such a function', () => {
    const points = new Set(Object.keys(crashPoints).map((point) => `'${point}'`));
    expect(
      sites.filter(({ argument }) => !points.has(argument)).map(({ where, call, argument }) => `${where} ${call}(${argument}`),
    ).toEqual([]);
  });
  it('all have a call', () => {
    const used = new Set(sites.map(({ argument }) => argument));
    expect(Object.keys(crashPoints).filter((point) => !used.has(`'${point}'`))).toEqual([]);
  });
  it('are not gone around: nothing but the store writes to a backend', async () => {
    const around: string[] = [];
    for (const folder of ['src', 'functions', 'cli'])
      for await (const file of glob(`${folder}/**/*.ts`, { cwd: root }))
        if (
          !file.startsWith('src/store/') &&
          /@azure\/(data-tables|storage-blob|storage-queue)|\.transact\(|store\/writer\.ts/.test(read(file))
        )
          around.push(file);
    expect(around).toEqual([]);
  });
});
