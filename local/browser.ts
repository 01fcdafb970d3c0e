// Finds a Chromium for the browser tests and starts it: TG_BROWSER, one that is installed, or the one inside @sparticuz/chromium (Linux x64). Used by test/browser.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

export interface FoundBrowser {
  readonly path: string;
  /** For people: which one it is, and how it was found. */
  readonly how: string;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge'];
const usualPlaces: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return false;
    throw cause;
  }
}

/** An installed browser, or undefined. `environment` and `platform` are those of the process. */
export function installedBrowser(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): FoundBrowser | undefined {
  const named = environment.TG_BROWSER;
  if (named !== undefined && named !== '') {
    if (!executable(named)) throw new Error(`TG_BROWSER names ${named}, and that is no program.`);
    return { path: named, how: `${named}, named by TG_BROWSER` };
  }
  const onPath = (environment.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => (folder === '' ? [] : names.map((name) => join(folder, name))));
  const found = [...onPath, ...(usualPlaces[platform] ?? [])].find(executable);
  return found === undefined ? undefined : { path: found, how: `${found}, installed here` };
}

/** Finds one; throws the line to type when there is none. */
export async function findBrowser(): Promise<FoundBrowser> {
  const installed = installedBrowser(process.env, process.platform);
  if (installed !== undefined) return installed;
  if (process.platform === 'linux' && process.arch === 'x64') {
    const path = await chromiumPackage.executablePath();
    return { path, how: `${path}, unpacked from @sparticuz/chromium` };
  }
  throw new Error('No Chromium, Chrome or Edge was found. Install one, or type: TG_BROWSER=/path/to/chrome npm test');
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser that was found, headless, with a profile of its own. The caller closes it. */
export async function startBrowser(): Promise<{ readonly browser: Browser; readonly how: string }> {
  const { path, how } = await findBrowser();
  try {
    return { browser: await chromium.launch({ executablePath: path, headless: true, args: flags }), how };
  } catch (cause) {
    const missing = cause instanceof Error && /error while loading shared libraries: (\S+?):/.exec(cause.message);
    if (missing)
      throw new Error(`The browser (${how}) needs the library ${missing[1]}. Type: sudo apt-get install -y libnss3 libnspr4`, { cause });
    throw cause;
  }
}
