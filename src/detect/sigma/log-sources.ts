// Which log source of a rule means which shape of record, and, for those that bring none here, why not. Used by the parser.
import type { Shape } from '../../contracts/activity.ts';
import { orNearest } from './nearest.ts';
import type { LogSource } from './rule.ts';

/** A rule's text may say `constructor`: only own names count. */
const table = <T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> => new Map(Object.entries(entries));

const fed: ReadonlyMap<string, Shape> = table({
  'azure/signinlogs': 'sign-in',
  'azure/auditlogs': 'directory-audit',
  'azure/riskdetection': 'risk-detection',
  'm365/audit': 'unified-audit',
  'm365/exchange': 'unified-audit',
  'm365/security-alerts': 'security-alert',
  // Public rules know these alerts as records of the compliance centre, by names of their own (fields/security-alert.ts).
  'm365/threat_management': 'security-alert',
  'm365/threat_detection': 'security-alert',
  'tenant-guard/service-principals': 'service-principal',
  'tenant-guard/applications': 'application',
  'tenant-guard/permission-grants': 'permission-grant',
  'tenant-guard/app-role-assignments': 'app-role-assignment',
  'tenant-guard/inbound-connectors': 'inbound-connector',
  'tenant-guard/outbound-connectors': 'outbound-connector',
  'tenant-guard/transport-rules': 'transport-rule',
  'tenant-guard/inbox-rules': 'inbox-rule',
  'tenant-guard/mailboxes': 'mailbox',
  'tenant-guard/mailbox-permissions': 'mailbox-permission',
  'tenant-guard/partners': 'cross-tenant-partner',
  'tenant-guard/delegated-admin-relationships': 'delegated-admin-relationship',
  'tenant-guard/domains': 'domain',
  'tenant-guard/organization': 'organization',
  'tenant-guard/security-defaults': 'security-defaults',
  'tenant-guard/conditional-access-policies': 'conditional-access-policy',
  'tenant-guard/authentication-methods-policy': 'authentication-methods-policy',
});

/** Spellings met in public rules, -> ours. Foreign rules only: our own packs use the names above. */
const products: ReadonlyMap<string, string> = table({
  azuread: 'azure',
  entra: 'azure',
  entraid: 'azure',
  'entra-id': 'azure',
  o365: 'm365',
  office365: 'm365',
  microsoft365: 'm365',
  'microsoft 365': 'm365',
});
const services: ReadonlyMap<string, string> = table({
  signin: 'signinlogs',
  signinlog: 'signinlogs',
  'azure.signinlogs': 'signinlogs',
  noninteractiveusersigninlogs: 'signinlogs',
  aadnoninteractiveusersigninlogs: 'signinlogs',
  serviceprincipalsigninlogs: 'signinlogs',
  managedidentitysigninlogs: 'signinlogs',
  auditlog: 'auditlogs',
  'azure.auditlogs': 'auditlogs',
  riskdetections: 'riskdetection',
  userriskevents: 'riskdetection',
  activitylog: 'activitylogs',
  azureactivity: 'activitylogs',
  general: 'audit',
  alerts: 'security-alerts',
  securityalert: 'security-alerts',
  unified_audit: 'audit',
  unifiedaudit: 'audit',
  sharepoint: 'audit',
  onedrive: 'audit',
  teams: 'audit',
  microsoft_teams: 'audit',
  azureactivedirectory: 'audit',
  securitycompliancecenter: 'threat_management',
});

/** Known, but no feed of the guard brings such records. */
const notFed: ReadonlyMap<string, string> = table({
  'azure/activitylogs':
    'reads the Azure activity log (what happens to subscriptions and resources); the guard reads Entra ID and Microsoft 365 only',
  'azure/pim':
    'reads the alerts of Privileged Identity Management, which Graph gives as alerts and not as log records; role changes themselves are in azure/auditlogs',
  'azure/aadgraphactivitylogs': 'reads the log of Azure AD Graph calls, which no feed here brings',
  'azure/microsoftgraphactivitylogs': 'reads the log of Microsoft Graph calls, which no feed here brings',
});

/** Where a log's own field names would clash with those of the shape that brings it. */
const renamed: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['m365/threat_management', new Map([['status', 'eventStatus']])],
  ['m365/threat_detection', new Map([['status', 'eventStatus']])],
]);

/** The name of a field of this log source in its shape's table. */
export function fieldOf(source: LogSource, field: string): string {
  const { product, service } = canonical(source);
  return renamed.get(`${product}/${service}`)?.get(field.toLowerCase()) ?? field;
}

export type LogSourceMeaning = { readonly shape: Shape } | { readonly why: string };

const name = (source: LogSource): string =>
  [source.product, source.service, source.category]
    .filter((part) => part !== undefined)
    .join('/')
    .slice(0, 120);

/** One spelling of each log source. */
export function canonical(source: LogSource): LogSource {
  const product = source.product?.toLowerCase();
  const service = source.service?.toLowerCase();
  return {
    product: product === undefined ? undefined : (products.get(product) ?? product),
    service: service === undefined ? undefined : (services.get(service) ?? service),
    category: source.category?.toLowerCase(),
  };
}

/** What a log source means here. Letter case is ignored; `strict` takes our own spellings only. */
export function meaningOf(source: LogSource, strict: boolean): LogSourceMeaning {
  const product = source.product?.toLowerCase() ?? '';
  const service = source.service?.toLowerCase() ?? '';
  const key = strict ? `${product}/${service}` : `${products.get(product) ?? product}/${services.get(service) ?? service}`;
  const shape = fed.get(key);
  if (shape !== undefined) {
    if (source.category === undefined) return { shape };
    if (!strict) return { why: `asks for the category "${source.category.slice(0, 60)}", which ${key} records do not have` };
  }
  if (strict) {
    return { why: `the log source "${name(source)}" is not known${orNearest(key, fed.keys(), ' (product/service)')}` };
  }
  const reason = notFed.get(key);
  if (reason !== undefined) return { why: reason };
  if (product === '' && service === '' && source.category === undefined) return { why: 'names no log source' };
  if (key.startsWith('azure/') || key.startsWith('m365/')) return { why: `the log "${name(source)}" is not known here` };
  return { why: `reads logs of "${name(source)}"; the guard reads Entra ID and Microsoft 365` };
}
