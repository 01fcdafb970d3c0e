// What the built app tells a host to listen to: every trigger by name and binding, and the Event Hub's only where one is set up, under the names that infra/ gives it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Expression } from '../../infra/types/read-bicep.ts';
import { bundleForNode } from '../../local/bundle.ts';
import { type FunctionMetadata, triggerOf } from '../../local/runner/messages.ts';
import { startWorker } from '../../local/runner/worker-process.ts';
import { storedSettings } from '../../local/settings.ts';
import { properties, readInfra, root, text } from '../infra/support.ts';

let folder: string;
let entry: string;
beforeAll(async () => {
  mkdirSync(join(root, '.local'), { recursive: true });
  folder = mkdtempSync(join(root, '.local', 'registrations-'));
  entry = join(folder, 'functions.cjs');
  await bundleForNode({ entry: 'functions/index.ts', outfile: entry, root });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hub = { TG_EVENT_HUB__fullyQualifiedNamespace: 'evhns-1.servicebus.windows.net', TG_EVENT_HUB_NAME: 'sign-ins' };

/** As a host in Azure would load it: nothing of one computer. */
async function registered(more: Readonly<Record<string, string>> = {}): Promise<ReadonlyMap<string, FunctionMetadata>> {
  const stored = Object.entries(storedSettings(root)).filter(([name, value]) => value !== '' && name !== 'TG_LOCAL');
  const worker = startWorker({
    entry,
    cwd: root,
    environment: {
      ...Object.fromEntries(stored),
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      TG_CONSOLE_URL: 'https://guard.example.com/api/console',
      ...more,
    },
    log: () => undefined,
    fresh: randomUUID,
  });
  try {
    const { functions, loadError } = await worker.loaded;
    if (loadError !== undefined) throw new Error(loadError);
    return new Map(functions.map((one) => [one.name, one]));
  } finally {
    await worker.stop(2000);
  }
}
const bindingOf = (metadata: FunctionMetadata | undefined) => metadata && triggerOf(metadata)?.binding;

describe('the triggers of the built app', () => {
  it('are timers, queues, the guard’s own topic and HTTP; no Event Hub, no feeds and no switches of one computer unless set up', async () => {
    const functions = await registered();
    const kinds = Map.groupBy(functions.keys(), (name) => String(bindingOf(functions.get(name))?.['type']));
    expect([...kinds.keys()].sort()).toEqual(['eventGridTrigger', 'httpTrigger', 'queueTrigger', 'timerTrigger']);
    expect(kinds.get('timerTrigger')).toEqual(['planner', 'sweeper']);
    expect(kinds.get('queueTrigger')).toEqual(['checks', 'checks-hot', 'respond', 'events']);
    expect(kinds.get('eventGridTrigger')).toEqual(['commands']);
    expect([...functions.keys()].filter((name) => name.includes('local'))).toEqual([]);
  });

  it.each(Object.keys(hub))('no Event Hub while %s alone is set', async (name) => {
    expect([...(await registered({ [name]: hub[name as keyof typeof hub] })).keys()]).not.toContain('pushed');
  });

  it('an Event Hub that is set up: batches of texts, by the identity’s connection, from the group that every hub has', async () => {
    const binding = bindingOf((await registered(hub)).get('pushed'));
    expect(binding).toMatchObject({
      type: 'eventHubTrigger',
      direction: 'in',
      connection: 'TG_EVENT_HUB',
      eventHubName: '%TG_EVENT_HUB_NAME%',
      consumerGroup: '$Default',
      cardinality: 'many',
      dataType: 'string',
    });
  });
});

describe('the Event Hub in infra/', () => {
  const files = readInfra();
  const body = (file: string, ending: string): Expression | undefined =>
    files.find((one) => one.file === file)?.resources.find(({ type, existing }) => !existing && type.endsWith(ending))?.body;
  const main = files.find(({ file }) => file === 'main.bicep');

  it('is named to the app as it is named to Azure, and read by the identity, without a key', () => {
    const settings = properties(properties(body('app/settings.bicep', '/sites/config')).get('properties'));
    expect([...settings.keys()].filter((name) => name.startsWith('TG_EVENT_HUB')).sort()).toEqual([
      'TG_EVENT_HUB_NAME',
      'TG_EVENT_HUB__clientId',
      'TG_EVENT_HUB__credential',
      'TG_EVENT_HUB__fullyQualifiedNamespace',
    ]);
    expect(text(settings.get('TG_EVENT_HUB__credential'))).toBe('managedidentity');
    expect(settings.get('TG_EVENT_HUB_NAME')).toMatchObject({ kind: 'name', name: 'hubName' });
  });

  it('bears the same names in both: the namespace and the hub that are made are those that the app is told of', () => {
    const given = (symbol: string, name: string): Expression | undefined =>
      properties(properties(main?.modules.find((one) => one.symbol === symbol)?.body).get('params')).get(name);
    expect([text(given('hub', 'hubName')), text(given('settings', 'hubName'))]).toEqual(['sign-ins', 'sign-ins']);
    const told = given('settings', 'hubNamespaceName');
    if (told?.kind !== 'choice') throw new Error('the namespace is told whether or not there is one');
    expect(text(told.no)).toBe('');
    expect(withoutLines(told.yes)).toEqual(withoutLines(given('hub', 'namespaceName')));
    for (const [ending, parameter] of [
      ['/namespaces', 'namespaceName'],
      ['/eventhubs', 'hubName'],
    ] as const)
      expect(properties(body('app/event-hub.bicep', ending)).get('name')).toMatchObject({ kind: 'name', name: parameter });
    // Every hub is made with the group $Default; one of ours beside it would have to be made here.
    expect(body('app/event-hub.bicep', '/consumergroups')).toBeUndefined();
  });

  it('is not made unless somebody asks for it', () => {
    expect(text(main?.defaults.get('eventHub'))).toBe('false');
  });
});

const withoutLines = (value: Expression | undefined): unknown =>
  JSON.parse(JSON.stringify(value, (key, one: unknown) => (key === 'line' ? undefined : one)));
