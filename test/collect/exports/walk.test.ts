import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walk } from '../../../src/collect/exports/walk.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-guard-walk-'));
  await mkdir(join(folder, 'b', 'deep'), { recursive: true });
  for (const name of ['z.json', 'a.CSV', 'notes.md', 'b/x.ndjson.gz', 'b/deep/y.jsonl', 'b/y.log'])
    await writeFile(join(folder, name), 'x');
  await symlink(folder, join(folder, 'b', 'loop'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('walk', () => {
  it('finds exports in folders in a stable order, and says what it ignored', async () => {
    const walked = await walk([folder]);
    expect(walked.files.map(({ file }) => file.slice(folder.length + 1))).toEqual([
      'a.CSV',
      'b/deep/y.jsonl',
      'b/x.ndjson.gz',
      'b/y.log',
      'z.json',
    ]);
    expect(walked.files[0]?.bytes).toBe(1);
    expect(walked.ignored).toEqual([join(folder, 'notes.md')]);
    expect(walked.failed).toEqual([]);
  });

  it('reads a file that is named outright, whatever it is called, and each file once', async () => {
    const walked = await walk([join(folder, 'notes.md'), join(folder, 'z.json'), join(folder, 'z.json')]);
    expect(walked.files.map(({ file }) => file)).toEqual([join(folder, 'notes.md'), join(folder, 'z.json')]);
  });

  it('says what is not there', async () => {
    const missing = join(folder, 'missing.json');
    expect((await walk([missing])).failed).toEqual([{ file: missing, reason: 'there is no such file' }]);
  });
});
