import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../cli/tenant-guard.mjs', import.meta.url));

describe('tenant-guard.mjs', () => {
  it('runs the command in the project’s Node and hands on output and exit code', () => {
    const helped = spawnSync(process.execPath, [command, '--help'], { encoding: 'utf8' });
    expect(helped).toMatchObject({ status: 0, stderr: '' });
    expect(helped.stdout).toMatch(/^Usage: tenant-guard COMMAND/);
    expect(spawnSync(process.execPath, [command, '--version'], { encoding: 'utf8' }).stdout).toMatch(/^tenant-guard \d+\.\d+\.\d+\n$/);
    expect(spawnSync(process.execPath, [command, 'nonsense'], { encoding: 'utf8' })).toMatchObject({ status: 2 });
  });

  it('says what to type where nothing is installed yet', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-guard-bare-'));
    try {
      mkdirSync(join(folder, 'cli'));
      copyFileSync(command, join(folder, 'cli', 'tenant-guard.mjs'));
      const ran = spawnSync(process.execPath, [join(folder, 'cli', 'tenant-guard.mjs'), 'check', 'x'], { encoding: 'utf8' });
      expect(ran.status).toBe(2);
      expect(ran.stderr).toContain(`npm ci --prefix "${folder}"`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
