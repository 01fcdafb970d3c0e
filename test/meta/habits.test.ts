// Habits that a reader may count on in every file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../local/build.ts';
import { code, places, sources } from './sources.ts';

/** Rules name what they look for: this folder is not judged by them. */
const judged = code().filter(({ path }) => !path.startsWith('test/meta/'));
const tests = judged.filter(({ path }) => path.startsWith('test/'));

describe('every module', () => {
  it('begins with a comment that says what it is for (a test says it in its names)', () => {
    const silent = [...code(), ...sources(['infra'], ['.bicep'])]
      .filter(({ path }) => !/\.test\.ts$/.test(path))
      .filter(({ text }) => !/^(#!.*\n)?(\/\/|\/\*)/.test(text))
      .map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it('has at most 300 lines; tests and benchmarks, whose cases are tables, at most 350', () => {
    const long = code()
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > (/^(test|bench)\//.test(path) ? 350 : 300));
    expect(long).toEqual([]);
  });

  it('has a kebab-case name', () => {
    const named = code()
      .map(({ path }) => path)
      .filter((path) => !/^[a-z0-9-]+(\.(test|test-d|d))?\.(ts|mjs)$/.test(path.split('/').at(-1) ?? ''));
    expect(named).toEqual([]);
  });

  it('leaves nothing to do, switches no check off without a reason, and evaluates no text as code', () => {
    expect(places(judged, /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
    expect(places(judged, /@ts-ignore|@ts-nocheck/)).toEqual([]);
    expect(places(judged, /@ts-expect-error(?!.*\w)/)).toEqual([]);
    expect(places(judged, /biome-ignore [\w/]+(:\s*)?$/)).toEqual([]);
    expect(places(judged, /\beval\(|new Function\(/)).toEqual([]);
  });

  it('speaks of the product only', () => {
    const everything = [...judged, ...sources(['.'], ['.md', '.yml', '.yaml', '.bicep', '.json', '.html', '.css'])];
    expect(places(everything, /\/work\/(main|shared)\b|\/tmp\/brief|\bissue #?\d+\b/i)).toEqual([]);
  });
});

describe('tests', () => {
  it('are none skipped, none alone, none still to be written', () => {
    expect(
      places(tests, /\b(it|test|describe)\.(skip|only|todo|skipIf|runIf|fails)\b|\b(xit|xdescribe|fit|fdescribe)\(|ctx\.skip\(/),
    ).toEqual([]);
  });

  it('say whom they are about: their files lie under test/ and end in .test.ts', () => {
    const elsewhere = code(['src', 'functions', 'console', 'cli', 'local', 'simulator', 'infra', 'bench']).filter(({ path }) =>
      /\.(test|spec)\.ts$/.test(path),
    );
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
  });
});

describe('decision records', () => {
  const records = readdirSync(join(projectRoot, 'docs', 'adr')).filter((name) => /^\d/.test(name));

  it('are numbered 0001, 0002, … without a gap or a number twice', () => {
    expect(records.map((name) => name.slice(0, 4)).sort()).toEqual(records.map((_, index) => String(index + 1).padStart(4, '0')));
  });

  it('give every dependency its line of reason', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const reasons = readFileSync(join(projectRoot, 'docs', 'adr', '0005-dependencies.md'), 'utf8');
    const platforms = /^node-(linux|darwin|win)-/;
    const named = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    expect(named.filter((name) => !platforms.test(name) && !reasons.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the project’s commands', () => {
  it('all go through the first step, and name files that exist', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    for (const [name, command] of Object.entries(manifest.scripts)) expect(command).toBe(`node local/first-step.mjs ${name}`);
    const text = readFileSync(join(projectRoot, 'local', 'first-step.mjs'), 'utf8');
    const targets = [...text.matchAll(/^ {2}'?[\w:]+'?: \['([^']+)'/gm)].map((match) => match[1] ?? '');
    expect(targets).toHaveLength(Object.keys(manifest.scripts).length);
    expect(targets.filter((target) => !existsSync(join(projectRoot, target)))).toEqual([]);
  });

  it('run at no installation: no lifecycle hook', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)|^(install|prepare|prepack)$/.test(name))).toEqual([]);
  });
});
