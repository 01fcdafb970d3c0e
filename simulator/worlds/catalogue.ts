// Applications, browsers and networks that records mention. Application ids are Microsoft's published ones; addresses are documentation ranges (RFC 5737).

export interface App {
  readonly id: string;
  readonly name: string;
}
export const resources = {
  graph: { id: '00000003-0000-0000-c000-000000000000', name: 'Microsoft Graph' },
  exchange: { id: '00000002-0000-0ff1-ce00-000000000000', name: 'Office 365 Exchange Online' },
  activity: { id: 'c5393580-f805-4401-95e8-94b7a6ef2fc2', name: 'Office 365 Management APIs' },
  sharepoint: { id: '00000003-0000-0ff1-ce00-000000000000', name: 'Office 365 SharePoint Online' },
  officeHome: { id: '4765445b-32c6-49b0-83e6-1d93765276ca', name: 'OfficeHome' },
  deviceRegistration: { id: '01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9', name: 'Device Registration Service' },
  myProfile: { id: '00000002-0000-0000-c000-000000000000', name: 'Windows Azure Active Directory' },
} as const satisfies Record<string, App>;

export const clients = {
  officeHome: resources.officeHome,
  shell: { id: '89bee1f7-5e6e-4d8a-9f3d-ecd601259da7', name: 'Office365 Shell WCSS-Client' },
  exchange: resources.exchange,
  mySignins: { id: '19db86c3-b2b9-44cc-b339-36da233a3be2', name: 'My Signins' },
  teams: { id: '1fec8e78-bce4-4aaf-ab1b-5451cc387264', name: 'Microsoft Teams' },
  office: { id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c', name: 'Microsoft Office' },
  oneDrive: { id: 'ab9b8c07-8f02-4f72-87fa-80105867a763', name: 'OneDrive SyncEngine' },
  broker: { id: '29d9ed98-a469-4536-ade2-f981bc1d605e', name: 'Microsoft Authentication Broker' },
  directoryShell: { id: '1b730954-1685-4b74-9bfd-dac224a7b894', name: 'Azure Active Directory PowerShell' },
  azureCli: { id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', name: 'Microsoft Azure CLI' },
} as const satisfies Record<string, App>;

export interface Browser {
  readonly userAgent: string;
  readonly browser: string;
  readonly system: string;
}
const chromium = (system: string, version: number, suffix = ''): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36${suffix}`;
/** A browser as of a release number: people update, so the number grows with the months. */
export const browsers: Readonly<Record<string, (version: number) => Browser>> = {
  edgeWindows: (v) => ({
    userAgent: chromium('Windows NT 10.0; Win64; x64', v, ` Edg/${v}.0.0.0`),
    browser: `Edge ${v}.0.0`,
    system: 'Windows10',
  }),
  chromeWindows: (v) => ({ userAgent: chromium('Windows NT 10.0; Win64; x64', v), browser: `Chrome ${v}.0.0`, system: 'Windows10' }),
  chromeMac: (v) => ({ userAgent: chromium('Macintosh; Intel Mac OS X 10_15_7', v), browser: `Chrome ${v}.0.0`, system: 'MacOs' }),
  chromeLinux: (v) => ({ userAgent: chromium('X11; Linux x86_64', v), browser: `Chrome ${v}.0.0`, system: 'Linux' }),
  safariPhone: (v) => ({
    userAgent: `Mozilla/5.0 (iPhone; CPU iPhone OS ${v - 124}_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${v - 124}.1 Mobile/15E148 Safari/604.1`,
    browser: `Mobile Safari ${v - 124}.1`,
    system: `Ios ${v - 124}.1`,
  }),
  chromeAndroid: (v) => ({
    userAgent: `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${v}.0.0.0 Mobile Safari/537.36`,
    browser: `Chrome Mobile ${v}.0.0`,
    system: 'Android 10',
  }),
};
/** The browser release of a month: 144 in July 2026, one more each month. */
export function releaseOf(time: number): number {
  const date = new Date(time);
  return Math.max(124, 144 + (date.getUTCFullYear() - 2026) * 12 + date.getUTCMonth() - 6);
}

export interface Place {
  readonly city: string;
  readonly country: string;
  /** Latitude and longitude, degrees. */
  readonly at: readonly [number, number];
  /** Hours from UTC. */
  readonly offset: number;
}
export const places = {
  barcelona: { city: 'Barcelona', at: [41.39, 2.17], country: 'ES', offset: 1 },
  oslo: { city: 'Oslo', at: [59.91, 10.75], country: 'NO', offset: 1 },
  prague: { city: 'Prague', at: [50.08, 14.44], country: 'CZ', offset: 1 },
  berlin: { city: 'Berlin', at: [52.52, 13.4], country: 'DE', offset: 1 },
  paris: { city: 'Paris', at: [48.86, 2.35], country: 'FR', offset: 1 },
  lisbon: { city: 'Lisbon', at: [38.72, -9.14], country: 'PT', offset: 0 },
  london: { city: 'London', at: [51.51, -0.13], country: 'GB', offset: 0 },
  milan: { city: 'Milan', at: [45.46, 9.19], country: 'IT', offset: 1 },
  amsterdam: { city: 'Amsterdam', at: [52.37, 4.9], country: 'NL', offset: 1 },
  tokyo: { city: 'Tokyo', at: [35.68, 139.69], country: 'JP', offset: 9 },
  boston: { city: 'Boston', at: [42.36, -71.06], country: 'US', offset: -5 },
  bogota: { city: 'Bogota', at: [4.71, -74.07], country: 'CO', offset: -5 },
  warsaw: { city: 'Warsaw', at: [52.23, 21.01], country: 'PL', offset: 1 },
  chisinau: { city: 'Chisinau', at: [47.01, 28.86], country: 'MD', offset: 2 },
} as const satisfies Record<string, Place>;
export type PlaceName = keyof typeof places;

export interface Network {
  readonly address: string;
  readonly asn: number;
  readonly place: Place;
}
