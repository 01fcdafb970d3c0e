// Made-up rules as the community writes them, for bench/detect.ts: the same for the same count. Public rules look at operations first; the text-heavy ones at substrings, regular expressions and ranges.
import { guid, pick, type Random, randomOf } from './people.ts';

export interface RuleText {
  readonly file: string;
  readonly text: string;
}

type Fields = Readonly<Record<string, string | number | readonly (string | number)[]>>;
interface Made {
  readonly service: string;
  readonly product: string;
  readonly selection: Fields;
  /** What is left out again. */
  readonly filter?: Fields;
}

const verbs = ['Add', 'Update', 'Delete', 'Remove', 'Restore', 'Disable', 'Enable', 'Set'] as const;
const things = [
  'member to role',
  'service principal',
  'application',
  'owner to group',
  'conditional access policy',
  'user',
  'device',
  'domain authentication',
  'delegated permission grant',
  'named location',
] as const;
const cmdlets = [
  'InboxRule',
  'Mailbox',
  'TransportRule',
  'MailboxPermission',
  'OwaMailboxPolicy',
  'SafeLinksPolicy',
  'CASMailbox',
] as const;
const errors = [50053, 50055, 50057, 50074, 50076, 50097, 50126, 50158, 53000, 53003, 65001, 70044, 500121, 530032] as const;
const tools = ['python-requests', 'axios', 'curl', 'aiohttp', 'go-http-client', 'okhttp', 'powershell', 'roadtools', 'fasthttp'] as const;
const risks = [
  'unfamiliarFeatures',
  'anonymizedIPAddress',
  'leakedCredentials',
  'anomalousToken',
  'passwordSpray',
  'unlikelyTravel',
] as const;

const audit = { product: 'azure', service: 'auditlogs' };
const signIn = { product: 'azure', service: 'signinlogs' };
const unified = { product: 'm365', service: 'audit' };

/** A quarter of the names are real operations; the others are operations that a quiet tenant does not see. No rule is for what a tenant does all day (updates of users and devices). */
const operation = (random: Random, number: number): string => {
  const verb = pick(random, verbs);
  return `${verb} ${pick(random, things)}${verb !== 'Update' && random() < 0.25 ? '' : ` ${number}`}`;
};
const cmdlet = (random: Random, number: number): string =>
  `${pick(random, ['New', 'Set', 'Add', 'Remove'])}-${pick(random, cmdlets)}${random() < 0.25 ? '' : number}`;

/** In the proportions of the public rules. */
const kinds: readonly [(random: Random, number: number) => Made, ...((random: Random, number: number) => Made)[]] = [
  (random, number) => ({ ...audit, selection: { OperationName: operation(random, number) } }),
  (random, number) => ({ ...audit, selection: { 'properties.message': [operation(random, number), operation(random, number + 1)] } }),
  (random, number) => ({
    ...audit,
    selection: { LoggedByService: 'Core Directory', Category: 'UserManagement', OperationName: operation(random, number) },
  }),
  (random, number) => ({
    ...audit,
    selection: { OperationName: operation(random, number) },
    filter: { 'InitiatedBy.user.userPrincipalName|endswith': `@admin${number}.contoso.example` },
  }),
  (random, number) => ({
    ...unified,
    selection: { Operation: cmdlet(random, number), 'Parameters|contains': pick(random, ['ForwardTo', 'RedirectTo']) },
  }),
  (random, number) => ({ ...unified, selection: { Operation: [cmdlet(random, number), cmdlet(random, number + 1)] } }),
  (random) => ({ product: 'azure', service: 'riskdetection', selection: { riskEventType: pick(random, risks) } }),
  (random, number) => ({ ...signIn, selection: { ResultType: pick(random, errors), AppDisplayName: `Application ${number}` } }),
  (random, number) => ({ ...signIn, selection: { ResultType: 0, 'UserAgent|contains': `${pick(random, tools)}/${number % 40}` } }),
  (random) => ({
    ...signIn,
    selection: { AppId: guid(random), ResultType: 0 },
    filter: { 'Location.countryOrRegion': ['CH', 'DE', pick(random, ['AT', 'FR', 'IT'])] },
  }),
];

const word = (random: Random): string => guid(random).slice(0, 8);
const words = (random: Random, count: number): string[] => Array.from({ length: count }, () => word(random));

/** What no operation leads to: each value has to be looked for in a text. */
const heavyKinds: typeof kinds = [
  (random) => ({ ...signIn, selection: { 'UserAgent|contains': words(random, 4) } }),
  (random) => ({ ...signIn, selection: { 'UserAgent|re': `(?:${word(random)}|${word(random)})/[0-9]+\\.[0-9]+` } }),
  (_, number) => ({
    ...signIn,
    selection: { 'IPAddress|cidr': [`10.${number % 256}.${number % 199}.0/24`, `2001:db8:${(number % 4096).toString(16)}::/48`] },
  }),
  (random) => ({ ...audit, selection: { 'TargetResources.modifiedProperties.newValue|contains': words(random, 3) } }),
  (random) => ({ ...audit, selection: { 'InitiatedBy.user.userPrincipalName|re': `^${word(random)}[a-z0-9]{1,8}@` } }),
  (_, number) => ({ ...audit, selection: { 'InitiatedBy.user.ipAddress|cidr': `10.${number % 256}.0.0/${16 + (number % 12)}` } }),
  (random) => ({ ...unified, selection: { 'ClientInfoString|contains': words(random, 3) } }),
  (random) => ({ ...unified, selection: { 'UserId|re': `^${word(random)}.*@` } }),
  (_, number) => ({ ...unified, selection: { 'ClientIP|cidr': `10.${number % 256}.0.0/${16 + (number % 12)}` } }),
];

const block = (name: string, fields: Fields): string =>
  `  ${name}:\n${Object.entries(fields)
    .map(([field, value]) => `    ${field}: ${JSON.stringify(value)}\n`)
    .join('')}`;

function ruleText(random: Random, number: number, { product, service, selection, filter }: Made): string {
  return `title: Made-up rule ${number}
id: ${guid(random)}
status: test
description: Stands for a rule of other people.
author: Tenant Guard
date: 2026-11-24
logsource:
  product: ${product}
  service: ${service}
detection:
${block('selection', selection)}${filter === undefined ? '' : block('filter', filter)}  condition: ${filter === undefined ? 'selection' : 'selection and not filter'}
level: medium
`;
}

/** @param elsewhere of a log source that none of the bench's records belongs to */
export function madeUpRules(count: number, style: 'community' | 'text-heavy' | 'elsewhere'): RuleText[] {
  const random = randomOf(style === 'elsewhere' ? 29 : 23);
  const choice = style === 'text-heavy' ? heavyKinds : kinds;
  return Array.from({ length: count }, (_, number) => {
    const make = choice[number % choice.length] ?? choice[0];
    const made = make(random, number);
    const placed: Made =
      style === 'elsewhere'
        ? { product: 'azure', service: 'riskdetection', selection: { riskEventType: `made-up ${number}`, riskLevel: 'high' } }
        : made;
    return { file: `${style}-${number}.yml`, text: ruleText(random, number, placed) };
  });
}
