// The browser that the browser tests use can be found, started, driven and photographed.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installedBrowser, startBrowser } from '../../local/browser.ts';

function folderWith(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describe('the browser finder', () => {
  it('takes the one that TG_BROWSER names, before any other', () => {
    const folder = folderWith('my-browser');
    const named = join(folder, 'my-browser');
    expect(installedBrowser({ TG_BROWSER: named, PATH: folderWith('chromium') }, 'linux')).toEqual({
      path: named,
      how: `${named}, named by TG_BROWSER`,
    });
  });

  it('says so when TG_BROWSER names nothing', () => {
    expect(() => installedBrowser({ TG_BROWSER: '/nowhere/chrome', PATH: '' }, 'linux')).toThrow('TG_BROWSER names /nowhere/chrome');
  });

  it('finds one on the PATH', () => {
    const folder = folderWith('google-chrome');
    expect(installedBrowser({ PATH: `/nowhere:${folder}` }, 'linux')?.path).toBe(join(folder, 'google-chrome'));
  });

  it('finds none where there is none', () => {
    expect(installedBrowser({ PATH: '/nowhere' }, 'linux')).toBeUndefined();
  });
});

describe('the browser that was found', () => {
  it('opens a page, clicks, and takes a picture', async () => {
    const { browser, how } = await startBrowser();
    try {
      expect(how).not.toBe('');
      const page = await browser.newPage();
      await page.goto('data:text/html,<button onclick="this.textContent=\'pressed\'">press</button>');
      await page.getByRole('button').click();
      expect(await page.getByRole('button').textContent()).toBe('pressed');
      const picture = await page.screenshot();
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
    } finally {
      await browser.close();
    }
  });
});
