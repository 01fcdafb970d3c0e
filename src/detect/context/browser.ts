// Browser family and operating system from a user agent, or from Graph's deviceDetail. Called by context.ts; both are interned there.

export interface Browser {
  /** Chrome, Edge, Firefox, Safari, Opera, Internet Explorer, Office, mobile app, script, other. */
  readonly family: string;
  /** Windows, macOS, Linux, iOS, Android, ChromeOS, other. */
  readonly system: string;
}

const families: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:python|aiohttp|httpx|axios|node-fetch|undici|go-http-client|go-resty|fasthttp|okhttp|curl|wget|powershell|java|ruby|libwww)\b/i,
    'script',
  ],
  [/^(?:node|ROPC|BAV2ROPC|CBAInPROD)\b/i, 'script'],
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\b/, 'Opera'],
  [/\b(?:Microsoft Office|Outlook|Teams\/|Electron\/)/i, 'Office'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\b(?:MSIE |Trident\/)/, 'Internet Explorer'],
  [/\bSafari\//, 'Safari'],
  [/\b(?:CFNetwork|Dalvik)\b/, 'mobile app'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(?:iPhone|iPad|iPod|iOS)\b/i, 'iOS'],
  [/\b(?:Android|Dalvik)\b/i, 'Android'],
  [/\bWindows\b/i, 'Windows'],
  [/\b(?:Macintosh|Mac ?OS|Darwin)\b/i, 'macOS'],
  [/\b(?:Linux|X11|Ubuntu)\b/i, 'Linux'],
];

const first = (table: readonly (readonly [RegExp, string])[], text: string) =>
  table.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';

/** @example browserOf('Mozilla/5.0 (X11; Linux x86_64) … Chrome/120.0.0.0 Safari/537.36') is { family: 'Chrome', system: 'Linux' } */
export function browserOf(userAgent: string): Browser {
  // Longer texts are no user agents; the head decides.
  const text = userAgent.slice(0, 1024);
  return { family: first(families, text), system: first(systems, text) };
}

/** Graph's deviceDetail spells a browser as "Chrome 120.0.0" and a system as "Windows 10" or "MacOs". */
export function browserOfDevice(browser: string, system: string): Browser {
  const name = browser.slice(0, 64);
  const known = families.find(([, family]) => name.toLowerCase().startsWith(family.toLowerCase()))?.[1];
  const family =
    known ??
    (/^IE\b/i.test(name) ? 'Internet Explorer' : /^Mobile Safari/i.test(name) ? 'Safari' : /^Rich Client/i.test(name) ? 'Office' : 'other');
  return { family, system: first(systems, system.slice(0, 64)) };
}
