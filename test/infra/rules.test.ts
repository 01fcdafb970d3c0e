// Rules over infra/ that no compiler knows: roles in one table, no keys, limits, names, settings.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Expression, type Resource, readBicep } from '../../infra/types/read-bicep.ts';
import { settingNames } from '../../src/config.ts';
import { queues } from '../../src/contracts/bells.ts';
import { containers, tables } from '../../src/store/backend.ts';
import { infraFolder, properties, readInfra, root, text } from './support.ts';

const files = readInfra();
const fileOf = (name: string) => {
  const found = files.find(({ file }) => file === name);
  if (found === undefined) throw new Error(`infra/${name} is missing`);
  return found;
};
const resources = files.flatMap((file) => file.resources);
const own = (type: string): Resource[] => resources.filter((resource) => resource.type === type && !resource.existing);
const at = (value: Expression | undefined, ...path: string[]): Expression | undefined =>
  path.reduce<Expression | undefined>((inside, key) => properties(inside).get(key), value);
const literal = (value: Expression | undefined) => (value?.kind === 'literal' ? value.value : undefined);
const texts = (value: Expression | undefined): string[] =>
  value?.kind === 'array' ? value.items.map((item) => text(item) ?? 'not plain') : [];

describe('roles', () => {
  // Built-in roles have the same id in every tenant: learn.microsoft.com/azure/role-based-access-control/built-in-roles
  const published: Readonly<Record<string, string>> = {
    'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    'EventGrid Contributor': '1e241071-0855-49ea-94dc-649edcd759de',
    'Azure Event Hubs Data Receiver': 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde',
    'Managed Identity Operator': 'f1a07417-d97a-45cb-824c-7a7467783830',
    'EventGrid Data Sender': 'd5a91429-5739-47e2-a06b-3470a27159e7',
    'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb',
    'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
    'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  };
  const roles = fileOf('app/roles.bicep');
  /** What is off unless asked for brings the one role that it needs along, since its resources are not there for roles.bicep to name. */
  const optional = ['app/event-hub.bicep', 'app/partner-events.bicep'].map(fileOf);
  const table = new Map([roles, ...optional].flatMap(({ variables }) => [...properties(variables.get('roles'))]));
  const assignments = own('Microsoft.Authorization/roleAssignments');
  const roleOf = (assignment: Resource): string => {
    const id = at(assignment.body, 'properties', 'roleDefinitionId');
    const last = id?.kind === 'call' ? id.given.at(-1) : undefined;
    return last?.kind === 'member' && last.of.kind === 'member' ? last.of.name : `not from the table, line ${assignment.line}`;
  };

  it.each([...table.entries()])('%s has the name and id that Microsoft publishes', (_, role) => {
    expect(text(at(role, 'id'))).toBe(published[text(at(role, 'name')) ?? '']);
  });

  it('are assigned in roles.bicep and by what is off unless asked for, each from the table, and each role of the table is assigned', () => {
    const allowed = ['app/roles.bicep', ...optional.map(({ file }) => file)];
    expect(assignments.map(({ file }) => file).filter((file) => !allowed.includes(file))).toEqual([]);
    expect([...new Set(assignments.map(roleOf))].sort()).toEqual([...table.keys()].sort());
  });

  it('are named by scope, principal and role, so that a second deployment changes nothing', () => {
    for (const { body, symbol } of assignments) {
      const name = at(body, 'name');
      expect(name?.kind === 'call' && name.name === 'guid' && name.given.length === 3, symbol).toBe(true);
    }
  });

  it('stay on one resource: nobody gets a role on the guard’s group or the subscription', () => {
    const known = new Set([
      ...roles.resources.filter(({ existing }) => existing).map(({ symbol }) => symbol),
      ...optional.flatMap((file) => file.resources.map(({ symbol }) => symbol)),
    ]);
    for (const { body, symbol, file } of assignments) {
      // Graph makes partner topics later, in a group that holds nothing else.
      if (file === 'app/partner-events.bicep') continue;
      const scope = at(body, 'scope');
      expect(scope?.kind === 'name' && known.has(scope.name), symbol).toBe(true);
    }
  });

  it('let the guard write evidence in its container only, never own the data account', () => {
    const onData = assignments.filter(({ body }) => {
      const scope = at(body, 'scope');
      return scope?.kind === 'name' && scope.name === 'dataStorage';
    });
    expect(onData.map(roleOf)).toEqual(['tableContributor']);
  });
});

describe('no key opens anything', () => {
  it('both storage accounts refuse shared keys, public blobs and old TLS', () => {
    const accounts = own('Microsoft.Storage/storageAccounts');
    expect(accounts).toHaveLength(2);
    for (const { body } of accounts) {
      expect(literal(at(body, 'properties', 'allowSharedKeyAccess'))).toBe(false);
      expect(literal(at(body, 'properties', 'allowBlobPublicAccess'))).toBe(false);
      expect(literal(at(body, 'properties', 'supportsHttpsTrafficOnly'))).toBe(true);
      expect(text(at(body, 'properties', 'minimumTlsVersion'))).toBe('TLS1_2');
    }
  });

  it('topic, workspace and component take identities only', () => {
    expect(own('Microsoft.EventGrid/topics').map(({ body }) => literal(at(body, 'properties', 'disableLocalAuth')))).toEqual([true]);
    expect(own('Microsoft.Insights/components').map(({ body }) => literal(at(body, 'properties', 'DisableLocalAuth')))).toEqual([true]);
    expect(
      own('Microsoft.OperationalInsights/workspaces').map(({ body }) => literal(at(body, 'properties', 'features', 'disableLocalAuth'))),
    ).toEqual([true]);
  });

  it('the vault decides by role and cannot be purged', () => {
    const [vault] = own('Microsoft.KeyVault/vaults');
    expect(literal(at(vault?.body, 'properties', 'enableRbacAuthorization'))).toBe(true);
    expect(literal(at(vault?.body, 'properties', 'enablePurgeProtection'))).toBe(true);
  });

  it('the function app takes no publishing password and no plain http', () => {
    const policies = own('Microsoft.Web/sites/basicPublishingCredentialsPolicies');
    expect(policies.map(({ body }) => [text(at(body, 'name')), literal(at(body, 'properties', 'allow'))])).toEqual([
      ['scm', false],
      ['ftp', false],
    ]);
    const [site] = own('Microsoft.Web/sites');
    expect(literal(at(site?.body, 'properties', 'httpsOnly'))).toBe(true);
  });

  it('no text of infra/ lists keys, builds connection strings or holds a secret', () => {
    const suspicious = /listKeys|listAccountKeys|AccountKey=|SharedAccess|sharedAccessSignature|clientSecret|passwordCredential/i;
    for (const file of readdirSync(infraFolder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(bicep|ts|mjs)$/.test(file) || file.startsWith('types')) continue;
      expect(suspicious.exec(readFileSync(join(infraFolder, file), 'utf8'))?.[0], file).toBeUndefined();
    }
  });
});

describe('the function app', () => {
  const [site] = own('Microsoft.Web/sites');
  const config = at(site?.body, 'properties', 'functionAppConfig');
  const main = fileOf('main.bicep');

  it('runs Node 24 on 512 MB and at most 40 instances unless told otherwise', () => {
    expect(text(main.defaults.get('nodeVersion'))).toBe('24');
    expect(literal(main.defaults.get('instanceMemory'))).toBe(512);
    expect(literal(main.defaults.get('maximumInstances'))).toBe(40);
    expect(text(at(config, 'runtime', 'name'))).toBe('node');
    expect(at(config, 'scaleAndConcurrency', 'maximumInstanceCount')).toMatchObject({ kind: 'name', name: 'maximumInstances' });
  });

  it('finds its package and its vault by the guard’s identity', () => {
    expect(text(at(config, 'deployment', 'storage', 'authentication', 'type'))).toBe('UserAssignedIdentity');
    expect(at(site?.body, 'properties', 'keyVaultReferenceIdentity')).toMatchObject({ kind: 'name', name: 'identityId' });
  });

  it('is found by azd: its tag is the service’s name in azure.yaml, the group’s tag the environment', () => {
    expect(readFileSync(join(root, 'azure.yaml'), 'utf8')).toMatch(/^ {2}app:$/m);
    const tags = at(site?.body, 'tags');
    expect(tags?.kind === 'call' && tags.name === 'union' && text(at(tags.given[1], 'azd-service-name'))).toBe('app');
    expect([...properties(main.variables.get('tags')).keys()]).toEqual(['azd-env-name']);
  });
});

describe('the package', () => {
  const azure = z
    .object({
      services: z.object({ app: z.object({ project: z.string(), remoteBuild: z.boolean(), host: z.literal('function') }) }),
      hooks: z.record(z.string(), z.object({ run: z.string() })),
    })
    .parse(parse(readFileSync(join(root, 'azure.yaml'), 'utf8')));
  const folder = join(root, azure.services.app.project);

  it('is built here and not by the platform, so azd must not be told to leave node_modules out', () => {
    expect(azure.services.app.remoteBuild).toBe(false);
    expect(readFileSync(join(folder, '.funcignore'), 'utf8')).not.toContain('node_modules');
  });

  it('installs nothing and names the bundle that the project’s own package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['main']).toBe(project['main']);
    expect(['dependencies', 'devDependencies', 'optionalDependencies'].filter((kind) => kind in manifest)).toEqual([]);
  });

  it('comes with hooks that exist', () => {
    const scripts = Object.values(azure.hooks).map(({ run }) => run);
    expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([]);
  });
});

describe('settings', () => {
  const settings = properties(at(own('Microsoft.Web/sites/config')[0]?.body, 'properties'));

  /** Read by src/config.ts, but not set in Azure, each with the reason. */
  const notInAzure: Readonly<Record<string, string>> = {
    AzureWebJobsStorage: 'a connection string; Azure uses the identity',
    TG_DATA_STORAGE: 'a connection string; Azure uses the identity',
    TG_AUTHORITY_HOST: 'follows from TG_CLOUD; the simulator sets it',
    TG_GRAPH_HOST: 'follows from TG_CLOUD; the simulator sets it',
    TG_EXCHANGE_HOST: 'follows from TG_CLOUD; the simulator sets it',
    TG_CONSOLE_AUTHORITY: 'follows from TG_CLOUD and TG_HOME_TENANT; the simulator sets it',
    TG_ACTIVITY_HOST: 'follows from TG_CLOUD; the simulator sets it',
    TG_RESOURCE_MANAGER_HOST: 'follows from TG_CLOUD; the simulator sets it',
    TG_LOCAL: 'one computer only',
    TG_SIMULATOR_CONTROL: 'one computer only',
  };
  /** Set in Azure for the Functions host, not read by src/config.ts. */
  const forTheHost = [
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'AzureWebJobsStorage__blobServiceUri',
    'AzureWebJobsStorage__clientId',
    'AzureWebJobsStorage__credential',
    'TG_EVENT_HUB__clientId',
    'TG_EVENT_HUB__credential',
  ];

  it('of src/config.ts are all set, or left out for a stated reason', () => {
    const expected = [...settingNames.filter((name) => !(name in notInAzure)), ...forTheHost];
    expect([...settings.keys()].sort()).toEqual(expected.sort());
    expect(Object.keys(notInAzure).filter((name) => !settingNames.includes(name))).toEqual([]);
  });

  it('of src/config.ts all stand in the local sample, with what func start needs and nothing else', () => {
    const { Values } = z
      .object({ Values: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8')));
    // Core Tools must be told the language on one computer; Flex Consumption refuses the same setting.
    expect(Object.keys(Values).sort()).toEqual([...settingNames, 'FUNCTIONS_WORKER_RUNTIME'].sort());
  });

  it('never hold what Flex Consumption refuses', () => {
    const refused =
      /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_CONTENT.*|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_TIME_ZONE)$/;
    expect([...settings.keys()].filter((name) => refused.test(name))).toEqual([]);
  });

  it.each(['TG_WEBHOOK_URL', 'TG_WEBHOOK_CHANNELS'])('take %s from the vault, and only if an entry is named', (name) => {
    const webhook = settings.get(name);
    if (webhook?.kind !== 'choice' || webhook.no.kind !== 'string') throw new Error(`${name} is no choice`);
    expect(text(webhook.yes)).toBe('');
    expect(webhook.no.texts[0]).toBe('@Microsoft.KeyVault(VaultName=');
  });

  it('rehearse until somebody says otherwise', () => {
    expect(text(fileOf('main.bicep').defaults.get('live'))).toBe('false');
  });
});

describe('storage', () => {
  const storage = fileOf('app/storage.bicep');

  it('has every queue of the guard, each with its poison queue', () => {
    expect(texts(storage.variables.get('queueNames'))).toEqual([...queues]);
    expect(storage.resources.filter(({ type }) => type.endsWith('queueServices/queues'))).toHaveLength(2);
  });

  it('has every table and blob container that the store writes to', () => {
    expect(texts(storage.variables.get('tableNames')).sort()).toEqual([...tables].sort());
    const made = own('Microsoft.Storage/storageAccounts/blobServices/containers').flatMap(({ body }) => text(at(body, 'name')) ?? []);
    expect(made).toEqual(expect.arrayContaining([...containers]));
  });

  it('deletes activities and evidence in time, never snapshots', () => {
    const [, data] = own('Microsoft.Storage/storageAccounts/managementPolicies');
    const rules = at(data?.body, 'properties', 'policy', 'rules');
    const prefixes = rules?.kind === 'array' ? rules.items.flatMap((rule) => texts(at(rule, 'definition', 'filters', 'prefixMatch'))) : [];
    expect(prefixes).toEqual(['activities/', 'spool/', 'evidence/']);
  });

  it('forbids changing evidence for as long as it is kept', () => {
    const [policy] = own('Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies');
    expect(at(policy?.body, 'properties', 'immutabilityPeriodSinceCreationInDays')).toMatchObject({ kind: 'name', name: 'evidenceDays' });
    expect(at(policy?.body, 'parent')).toMatchObject({ kind: 'name', name: 'evidence' });
  });
});

describe('names', () => {
  // A hash of uniqueString() has 13 characters. Limits: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
  const limits: readonly (readonly [string, string, string, RegExp])[] = [
    ['storage', 'hostName', 'host account', /^[a-z0-9]{3,24}$/],
    ['storage', 'dataName', 'data account', /^[a-z0-9]{3,24}$/],
    ['vault', 'name', 'vault', /^[a-z][a-z0-9-]{2,23}$/],
    // The host tells apps on one storage account apart by the first 32 characters.
    ['app', 'name', 'function app', /^[a-z0-9-]{2,32}$/],
    ['app', 'planName', 'plan', /^[a-z0-9-]{1,60}$/],
    ['identity', 'name', 'identity', /^[a-z0-9-]{3,128}$/],
    ['monitoring', 'workspaceName', 'workspace', /^[a-z0-9-]{4,63}$/],
    ['events', 'name', 'topic', /^[a-z0-9-]{3,50}$/],
    ['hub', 'namespaceName', 'hub’s namespace', /^[a-z][a-z0-9-]{4,48}[a-z0-9]$/],
  ];

  it.each(limits)('module %s, %s: the %s’s name fits', (module, parameter, _, pattern) => {
    const body = fileOf('main.bicep').modules.find(({ symbol }) => symbol === module)?.body;
    const name = at(body, 'params', parameter);
    if (name?.kind !== 'string') throw new Error('no name');
    expect(name.texts.join('abcdefghijklm')).toMatch(pattern);
  });
});

describe('parameters', () => {
  it('that azd hands over exist, and those without a default are handed over', () => {
    const given = JSON.parse(readFileSync(join(infraFolder, 'main.parameters.json'), 'utf8')) as { parameters: Record<string, unknown> };
    const main = fileOf('main.bicep');
    expect(Object.keys(given.parameters).filter((name) => !main.parameters.has(name))).toEqual([]);
    expect([...main.parameters.keys()].filter((name) => !main.defaults.has(name) && !(name in given.parameters))).toEqual([]);
  });

  it('of each module are all given, and no others', () => {
    for (const { path, body } of fileOf('main.bicep').modules) {
      const module = readBicep(readFileSync(join(infraFolder, path), 'utf8'), path);
      const given = [...properties(at(body, 'params')).keys()];
      expect(
        given.filter((name) => !module.parameters.has(name)),
        path,
      ).toEqual([]);
      // A time of deployment can only be a parameter's default.
      expect(
        [...module.parameters.keys()].filter((name) => !given.includes(name) && !module.defaults.has(name)),
        path,
      ).toEqual([]);
    }
  });
});
