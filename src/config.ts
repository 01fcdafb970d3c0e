// Environment -> typed configuration, read in this one place. A bad setting stops the start with one message that lists every bad setting.
import { z } from 'zod';
import { type Channels, channelsIn } from './contracts/channels.ts';
import { eventResources } from './contracts/events.ts';
import { type IndicatorFeed, indicatorFeed } from './contracts/indicators.ts';

export const clouds = {
  public: {
    authority: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    exchange: 'https://outlook.office365.com',
    activity: 'https://manage.office.com',
    resourceManager: 'https://management.azure.com',
  },
  usgov: {
    authority: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    exchange: 'https://outlook.office365.us',
    activity: 'https://manage.office365.us',
    resourceManager: 'https://management.usgovcloudapi.net',
  },
  china: {
    authority: 'https://login.chinacloudapi.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    exchange: 'https://partner.outlook.cn',
    activity: 'https://manage.office365.cn',
    resourceManager: 'https://management.chinacloudapi.cn',
  },
} as const;

// Tokens and Graph spell GUIDs in lower case: a setting in upper case must not lock everybody out.
const guid = z.guid('a GUID such as 00000000-0000-0000-0000-000000000000').toLowerCase();
/** A name in this list would protect nobody, so only object ids are taken. */
const guids = z.string().transform((text, context): string[] => {
  const ids = text.split(/[\s,;]+/).filter((id) => id !== '');
  const bad = ids.filter((id) => !guid.safeParse(id).success).length;
  if (bad > 0) context.addIssue({ code: 'custom', message: `object ids (GUIDs) separated by commas; ${bad} of ${ids.length} are none` });
  return ids.map((id) => id.toLowerCase());
});
const httpsUrl = z.url({ protocol: /^https$/, error: 'an https address' });
/** Plain http would hand tokens and signing keys to whoever is on the way: only this computer may be asked so. */
const httpsOrOwn = z.string().refine(isHttpsOrOwn, { error: 'an https address, or http on this computer' });
function isHttpsOrOwn(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
const seconds = (fallback: number) =>
  z.coerce.number('a number of seconds').int('whole seconds').min(5, 'at least 5 seconds').default(fallback);
const json = <T extends z.ZodType>(schema: T, expected: string) =>
  z.string().transform((text, context): z.output<T> => {
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      const detail = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is no JSON';
      context.addIssue({ code: 'custom', message: `${expected} (${detail})` });
      return z.NEVER;
    }
  });

/** Where Graph's partner topics are made and where their events go, and which resources are subscribed to. */
const partnerEvents = z.strictObject({
  subscription: guid,
  group: z.string().regex(/^[\w.()-]{1,90}$/, 'a name of a resource group'),
  location: z.string().regex(/^[a-z0-9]+$/, 'a region such as westeurope'),
  storage: z.string().startsWith('/subscriptions/', 'a resource id'),
  identity: z.string().startsWith('/subscriptions/', 'a resource id'),
  resources: z.array(z.enum(eventResources)).default(['users']),
});

/** JSON, or what survives every shell and parameter file: `GUID=Contoso; GUID=Fabrikam`. */
const tenantJson = json(
  z.array(z.strictObject({ tenant: z.guid(), name: z.string() })),
  'JSON such as [{"tenant":"<guid>","name":"Contoso"}]',
);
const tenantList = z.string().transform((text, context): { tenant: string; name: string }[] => {
  if (text.trimStart().startsWith('[')) {
    const parsed = tenantJson.safeParse(text);
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  return text
    .split(';')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [id = '', ...name] = part.split('=').map((word) => word.trim());
      const tenant = guid.safeParse(id);
      if (tenant.success && name.join('=') !== '') return { tenant: tenant.data, name: name.join('=') };
      context.addIssue({ code: 'custom', message: 'tenants such as <guid>=Contoso; <guid>=Fabrikam, or the same as JSON' });
      return z.NEVER;
    });
});

const feedJson = json(z.array(indicatorFeed), 'JSON such as [{"kind":"taxii","name":"example","url":"https://…"}]');
/** JSON, or what survives every shell and parameter file: `taxii example https://…; csv other https://…`. */
const feedList = z
  .string()
  .transform((text, context): IndicatorFeed[] => {
    const list = text.trimStart().startsWith('[')
      ? text
      : JSON.stringify(
          text
            .split(';')
            .filter((part) => part.trim() !== '')
            .map((part) => {
              const [kind, name, ...url] = part.trim().split(/\s+/);
              return { kind, name, url: url.join(' ') };
            }),
        );
    const parsed = feedJson.safeParse(list);
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error: 'feeds with names of their own' });

const settings = z
  .object({
    AZURE_CLIENT_ID: guid,
    TG_HOME_TENANT: guid,
    TG_READER_APP: guid,
    TG_RESPONDER_APP: guid,
    TG_CONSOLE_APP: guid,
    TG_CONSOLE_URL: httpsOrOwn,
    TG_RESPONDER_GROUP: guid.optional(),
    TG_PROTECTED_OBJECTS: guids.default([]),
    TG_LIVE: z.enum(['true', 'false'], 'true or false').default('false'),
    TG_TENANTS: tenantList.optional(),
    TG_WEBHOOK_URL: httpsUrl.optional(),
    TG_WEBHOOK_CHANNELS: z.string().default(''),
    TG_CADENCE_FAST: seconds(300),
    TG_CADENCE_CONFIG: seconds(1800),
    TG_CADENCE_RECONCILE: seconds(3600),
    TG_PLANNER_SCHEDULE: z.string().default('0 * * * * *'),
    TG_SWEEPER_SCHEDULE: z.string().default('30 * * * * *'),
    TG_SUBSCRIPTIONS_SCHEDULE: z.string().default('0 */15 * * * *'),
    TG_INDICATOR_FEEDS: feedList.default([]),
    TG_INDICATORS_SCHEDULE: z.string().default('0 5 * * * *'),
    TG_PARTNER_EVENTS: json(partnerEvents, 'JSON such as infra/app/partner-events.bicep gives').optional(),
    TG_EVENT_HUB__fullyQualifiedNamespace: z.string().optional(),
    TG_EVENT_HUB_NAME: z.string().optional(),
    TG_CLOUD: z.enum(['public', 'usgov', 'china'], 'public, usgov or china').default('public'),
    TG_AUTHORITY_HOST: httpsUrl.optional(),
    TG_GRAPH_HOST: httpsUrl.optional(),
    TG_EXCHANGE_HOST: httpsUrl.optional(),
    TG_ACTIVITY_HOST: httpsUrl.optional(),
    TG_RESOURCE_MANAGER_HOST: httpsUrl.optional(),
    TG_CONSOLE_AUTHORITY: httpsOrOwn.optional(),
    TG_DATA_STORAGE: z.string().optional(),
    TG_DATA_TABLE_URI: httpsUrl.optional(),
    TG_DATA_BLOB_URI: httpsUrl.optional(),
    AzureWebJobsStorage: z.string().optional(),
    AzureWebJobsStorage__queueServiceUri: httpsUrl.optional(),
    TG_LOCAL: z.enum(['true', 'false'], 'true or false').default('false'),
    TG_SIMULATOR_CONTROL: httpsOrOwn.optional(),
    APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().optional(),
  })
  .superRefine((value, context) => {
    if (value.TG_DATA_STORAGE === undefined && (value.TG_DATA_TABLE_URI === undefined || value.TG_DATA_BLOB_URI === undefined))
      context.addIssue({
        code: 'custom',
        path: ['TG_DATA_TABLE_URI'],
        message: 'with TG_DATA_BLOB_URI the data account’s addresses, or TG_DATA_STORAGE with a connection string',
      });
    if (value.AzureWebJobsStorage === undefined && value.AzureWebJobsStorage__queueServiceUri === undefined)
      context.addIssue({
        code: 'custom',
        path: ['AzureWebJobsStorage__queueServiceUri'],
        message: 'the host account’s queue address, or AzureWebJobsStorage with a connection string',
      });
  });

export type Storage = { readonly connectionString: string } | { readonly tables: string; readonly blobs: string };
export interface Config extends Channels {
  readonly identity: { readonly clientId: string };
  readonly homeTenant: string;
  readonly apps: { readonly reader: string; readonly responder: string; readonly console: string };
  readonly hosts: {
    readonly authority: string;
    readonly graph: string;
    readonly exchange: string;
    readonly activity: string;
  };
  readonly console: { readonly url: string; readonly authority: string };
  readonly tenants: readonly { readonly tenant: string; readonly name: string }[];
  readonly policy: { readonly responderGroup: string; readonly protectedObjects: readonly string[]; readonly live: boolean };
  readonly webhook: string | undefined;
  readonly cadence: { readonly fast: number; readonly config: number; readonly reconcile: number };
  readonly storage: { readonly data: Storage; readonly queues: { readonly connectionString: string } | { readonly queues: string } };
  /** Set only on one computer, with the simulator: its control address. */
  readonly local: { readonly control: string } | undefined;
  readonly telemetry: string | undefined;
  /** Azure's own API, where partner topics are. */
  readonly resourceManager: string;
  /** Set only where Graph's change notifications are wanted. */
  readonly partnerEvents: z.output<typeof partnerEvents> | undefined;
  /** Foreign indicator feeds that are read. */
  readonly indicatorFeeds: readonly IndicatorFeed[];
  /** true where diagnostic settings push records to an Event Hub. */
  readonly eventHub: boolean;
}

/** Names of all settings, for the parity test with infra/ and local.settings.sample.json. */
export const settingNames = Object.keys(settings.shape);

const where =
  'Set them in local.settings.json ("Values") on your computer, or in infra/app/settings.bicep (azd env set …, then azd provision) in Azure.';

/** What `npm start` and the tests read: on a computer they stand beside the settings. */
const localNames: readonly string[] = ['TG_BROWSER', 'TG_SCREENSHOTS'];

/**
 * Settings that begin as ours do and are none of ours: misspelt, or of another version. Nobody reads them, which must not go unnoticed.
 * @example unknownSettings({ TG_RESPONDERGROUP: '…' }) // ['TG_RESPONDERGROUP']
 */
export const unknownSettings = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(environment)
    .filter((name) => name.startsWith('TG_') && !settingNames.includes(name) && !localNames.includes(name))
    .sort();

/** Reads the configuration. Throws one Error that lists every bad setting, what was expected, and where to set it. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settings.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `  ${name}: ${present[name] === undefined ? 'missing' : 'not usable'}, expected ${issue.message}`;
    });
    throw new Error(
      `Tenant Guard cannot start: ${lines.length} bad setting${lines.length === 1 ? '' : 's'}.\n${lines.join('\n')}\n${where}`,
    );
  }
  const value = parsed.data;
  const cloud = clouds[value.TG_CLOUD];
  const authority = value.TG_AUTHORITY_HOST ?? cloud.authority;
  return {
    identity: { clientId: value.AZURE_CLIENT_ID },
    homeTenant: value.TG_HOME_TENANT,
    apps: { reader: value.TG_READER_APP, responder: value.TG_RESPONDER_APP, console: value.TG_CONSOLE_APP },
    hosts: {
      authority,
      graph: value.TG_GRAPH_HOST ?? cloud.graph,
      exchange: value.TG_EXCHANGE_HOST ?? cloud.exchange,
      activity: value.TG_ACTIVITY_HOST ?? cloud.activity,
    },
    console: { url: value.TG_CONSOLE_URL, authority: value.TG_CONSOLE_AUTHORITY ?? `${authority}/${value.TG_HOME_TENANT}/v2.0` },
    tenants: value.TG_TENANTS ?? [{ tenant: value.TG_HOME_TENANT, name: 'Home tenant' }],
    policy: {
      responderGroup: value.TG_RESPONDER_GROUP ?? '',
      protectedObjects: value.TG_PROTECTED_OBJECTS,
      live: value.TG_LIVE === 'true',
    },
    webhook: value.TG_WEBHOOK_URL,
    ...channelsIn(value.TG_WEBHOOK_CHANNELS),
    cadence: { fast: value.TG_CADENCE_FAST, config: value.TG_CADENCE_CONFIG, reconcile: value.TG_CADENCE_RECONCILE },
    storage: {
      data:
        value.TG_DATA_STORAGE !== undefined
          ? { connectionString: value.TG_DATA_STORAGE }
          : { tables: value.TG_DATA_TABLE_URI ?? '', blobs: value.TG_DATA_BLOB_URI ?? '' },
      queues:
        value.AzureWebJobsStorage !== undefined
          ? { connectionString: value.AzureWebJobsStorage }
          : { queues: value.AzureWebJobsStorage__queueServiceUri ?? '' },
    },
    local: value.TG_LOCAL === 'true' && value.TG_SIMULATOR_CONTROL !== undefined ? { control: value.TG_SIMULATOR_CONTROL } : undefined,
    telemetry: value.APPLICATIONINSIGHTS_CONNECTION_STRING,
    resourceManager: value.TG_RESOURCE_MANAGER_HOST ?? cloud.resourceManager,
    partnerEvents: value.TG_PARTNER_EVENTS,
    indicatorFeeds: value.TG_INDICATOR_FEEDS,
    eventHub: value.TG_EVENT_HUB__fullyQualifiedNamespace !== undefined && value.TG_EVENT_HUB_NAME !== undefined,
  };
}
