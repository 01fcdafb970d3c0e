// Hunt and timeline as a person types them, against the emulator's tables and blobs: price, start, the guard's own workers, what was found, one person's story, and the removal of a tenant.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { huntCommand } from '../../cli/commands/hunt.ts';
import { timeline } from '../../cli/commands/timeline.ts';
import { createDetector } from '../../src/detect/detector.ts';
import type { HuntDependencies } from '../../src/rounds/hunt/dependencies.ts';
import { createHuntRules } from '../../src/rounds/hunt/rules.ts';
import { huntStep } from '../../src/rounds/hunt/step.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Connection } from '../../src/tenants/connections.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { signIn } from '../rounds/hunt/world.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { contoso } from '../support/scope.ts';
import { remembering } from './terminal.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.stop());

const linux = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

it('the past of a tenant is searched and told', async () => {
  const store = createStore({ backend: await azurite.backend() });
  const clock = { now: () => Date.now() };
  const registry = createRegistry({ store, clock });
  await registry.add(contoso, 'Contoso');
  const scope = await registry.authorise(contoso, 'round');
  const yesterday = Date.now() - 86_400_000;
  await store.blobs.appendActivities('round.append-activities', scope, new Date(yesterday).toISOString().slice(0, 10), [
    signIn(contoso, 1, yesterday, { agent: linux }),
  ]);
  const told = async (command: typeof huntCommand, ...words: string[]) => {
    const terminal = remembering();
    const code = await command.run([...words, '--storage', azurite.connectionString], terminal);
    return { code, text: [...terminal.lines, ...terminal.errors].join('\n') };
  };
  expect(await told(huntCommand, 'azure-ato-2024')).toMatchObject({ code: 1, text: expect.stringContaining('30 days of 1 tenant') });
  const started = await told(huntCommand, 'azure-ato-2024', '--yes');
  const id = /Hunt ([0-9a-f]{32}) begins/.exec(started.text)?.[1] ?? '';
  const nobody = {} as Connection;
  const deps: HuntDependencies = {
    store,
    registry,
    clock,
    connect: () => ({ reader: nobody, responder: nobody }),
    directory: { read: async () => new Map() },
    detector: createDetector({ campaigns: [] }),
    feeds: [],
    campaigns: [],
    ids: { fresh: () => crypto.randomUUID() },
    log: () => undefined,
    huntRules: createHuntRules({ store }),
  };
  expect(await huntStep(deps, contoso, id)).toBe('ended');
  const shown = await told(huntCommand, 'show', id);
  expect(shown.text).toMatch(/done, started by .*1 record in .*1 finding in 1 of 1 tenant\./s);
  expect((await told(huntCommand, 'list')).text).toContain('1 of 1 tenant, 100 % of the days  azure-ato-2024');
  const story = await told(timeline, 'ada@contoso.example');
  expect(story).toMatchObject({
    code: 0,
    text: expect.stringMatching(
      /signed in +success .*found in retrospect.*1 record on 1 kept day since .*; 1 finding of a case on them\./s,
    ),
  });
  await store.erasure.rows('erase.remove-rows', scope);
  expect(await store.hunts.parts(id)).toEqual([]);
  expect((await store.hunts.list()).map((one) => one.id)).toEqual([id]);
}, 60_000);
