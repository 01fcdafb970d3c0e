// Settings on one computer, the lock of a running guard, and what a person sees in the terminal.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../local/build.ts';
import { createLiveLog } from '../../local/live-log.ts';
import { takeRunLock } from '../../local/run-lock.ts';
import { readHostJson, resolveExpression } from '../../local/runner/host-json.ts';
import { needs, runningSettings, storedSettings, tenantNames } from '../../local/settings.ts';
import { summary } from '../../local/test-summary.ts';
import { apps, contoso, fabrikam, identity, protectedObjects, responderGroup } from '../../simulator/worlds/constants.ts';
import { readConfig } from '../../src/config.ts';

const simulator = {
  ready: true as const,
  url: 'https://localhost:1001',
  exchangeUrl: 'https://127.0.0.1:1001',
  activityUrl: 'https://localhost:1001/manage',
  httpUrl: 'http://localhost:1002',
  controlUrl: 'http://localhost:1002/control',
  webhookUrl: 'https://localhost:1001/workflows/x',
  identity: { endpoint: 'http://localhost:1002/msi/token', header: 'h' },
  certificate: '/somewhere/simulator.pem',
};

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
const sample = readFileSync(join(projectRoot, 'local.settings.sample.json'), 'utf8');

describe('the settings of a local start', () => {
  it('name the simulated tenants, applications and people, and make a configuration with the addresses of this start', () => {
    const stored = storedSettings(folderWith({ 'local.settings.sample.json': sample }));
    expect(needs(stored)).toEqual({ simulator: true, azurite: true });
    const config = readConfig(runningSettings({ stored, url: 'http://localhost:7071', storage: 'the-connection', simulator }));
    expect(config).toMatchObject({
      identity: { clientId: identity.clientId },
      homeTenant: contoso.id,
      apps,
      hosts: { authority: simulator.url, graph: simulator.url, exchange: simulator.exchangeUrl, activity: simulator.activityUrl },
      console: { url: 'http://localhost:7071/api/console', authority: `http://localhost:1002/${contoso.id}/v2.0` },
      policy: { responderGroup, protectedObjects, live: true },
      webhook: simulator.webhookUrl,
      cadence: { fast: 15 },
      storage: { data: { connectionString: 'the-connection' }, queues: { connectionString: 'the-connection' } },
      local: { control: simulator.controlUrl },
    });
    expect(config.tenants.map((each) => each.tenant)).toEqual([contoso.id, fabrikam.id]);
  });

  it('let a person’s own file win, and then need no simulator', () => {
    const own = JSON.stringify({ Values: { TG_LOCAL: 'false', AzureWebJobsStorage: 'real', TG_DATA_STORAGE: 'real' } });
    const stored = storedSettings(folderWith({ 'local.settings.sample.json': sample, 'local.settings.json': own }));
    expect(needs(stored)).toEqual({ simulator: false, azurite: false });
    const running = runningSettings({ stored, url: 'http://localhost:7071', storage: undefined, simulator: undefined });
    expect(running.AzureWebJobsStorage).toBe('real');
    expect(running).not.toHaveProperty('TG_GRAPH_HOST');
  });

  it.each([
    ['no JSON', '{', 'cannot be read as JSON'],
    ['no values', '{"Values":{"A":1}}', 'must hold {"Values"'],
  ])('that are %s are refused by the name of the file', (_, text, message) => {
    expect(() => storedSettings(folderWith({ 'local.settings.sample.json': sample, 'local.settings.json': text }))).toThrow(message);
  });

  it('name the tenants for the terminal', () => {
    expect(tenantNames({ TG_TENANTS: `[{"tenant":"${contoso.id}","name":"Contoso"}]` })).toEqual(new Map([[contoso.id, 'Contoso']]));
  });

  it.each(['[{]', '5', '[{"nam":"Contoso"}]', ''])('leave it to the app to say that %j is no list of tenants', (text) => {
    expect(tenantNames({ TG_TENANTS: text })).toEqual(new Map());
  });
});

describe('host.json', () => {
  it('gives the host its defaults', () => {
    expect(readHostJson('{"version":"2.0"}').extensions).toMatchObject({
      http: { routePrefix: 'api' },
      queues: { visibilityTimeout: 0, batchSize: 16, maxDequeueCount: 5, messageEncoding: 'base64', maxPollingInterval: 60_000 },
    });
  });

  it('is refused with the place that is wrong', () => {
    expect(() => readHostJson('{"version":"2.0","functionTimeout":"ten minutes"}')).toThrow('functionTimeout');
  });

  it('fills in %NAME%, and refuses a name without a setting', () => {
    expect(resolveExpression('%A%-x', { A: 'q' })).toBe('q-x');
    expect(() => resolveExpression('%B%', { A: 'q' })).toThrow("'%B%' does not resolve to a value");
  });
});

describe('the lock of a running guard', () => {
  const file = (): string => join(mkdtempSync(join(tmpdir(), 'lock-')), 'run.json');
  const runningProcess = process.ppid;

  it('is taken once, and says who holds it and where', () => {
    const path = file();
    writeFileSync(path, JSON.stringify({ pid: runningProcess, url: 'http://localhost:7071/api/console' }));
    expect(takeRunLock(path)).toEqual({ heldBy: { pid: runningProcess, url: 'http://localhost:7071/api/console' } });
  });

  it.each([
    ['a process that is gone', () => JSON.stringify({ pid: spawnSync(process.execPath, ['--version']).pid, url: '' })],
    ['a crash while it was written', () => '{"pid":'],
  ])('is taken over from %s', (_, left) => {
    const path = file();
    writeFileSync(path, left());
    const lock = takeRunLock(path);
    if ('heldBy' in lock) throw new Error('it was not taken');
    lock.announce('http://localhost:1/api/console');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ pid: process.pid, url: 'http://localhost:1/api/console' });
    lock.release();
    expect(() => readFileSync(path)).toThrow();
  });
});

describe('the live log', () => {
  const live = () => createLiveLog({ tenants: new Map([[contoso.id, 'Contoso']]), now: () => Date.parse('2026-11-02T03:04:05Z') });
  const event = (fields: object) => ({ level: 'information', category: 'user', message: JSON.stringify(fields) }) as const;
  const round = { event: 'round.done', tenant: contoso.id, lane: 'fast', findings: 0, cards: 0 };

  it('shows the first round, then only rounds with news', () => {
    const show = live();
    expect(show(event(round))).toBe('03:04:05 UTC  round    Contoso, fast: first round, 0 findings, 0 cards');
    expect(show(event(round))).toBeUndefined();
    expect(show(event({ ...round, findings: 2, cards: 1 }))).toBe('03:04:05 UTC  round    Contoso, fast: 2 findings, 1 card');
  });

  it('shows cards and presses', () => {
    const show = live();
    expect(show(event({ event: 'card.delivery', tenant: contoso.id, incident: 'i', outcome: 'accepted' }))).toBe(
      '03:04:05 UTC  card     Contoso: accepted',
    );
    expect(show({ level: 'information', category: 'host', message: 'answered 200 in 340 ms', function: 'press' })).toBe(
      '03:04:05 UTC  press    answered 200 in 340 ms',
    );
  });

  it('tells what is worth a line in words, hides chores, and takes apart the name of what it does not know', () => {
    const show = live();
    const told = (fields: object) => show(event({ tenant: contoso.id, ...fields }))?.replace('03:04:05 UTC  ', '');
    expect(told({ event: 'task.done', task: 'retention', outcome: 0 })).toBeUndefined();
    for (const outcome of [0, undefined]) expect(told({ event: 'task.done', task: 'first-light', outcome })).toBeUndefined();
    expect(told({ event: 'task.done', task: 'first-light', outcome: 2 })).toBe('light    Contoso: the first read is told in the channel');
    expect(told({ event: 'subscriptions.active', resource: 'users' })).toBe('events   Contoso: Graph tells of changes of users');
    expect(told({ event: 'collect.gap', feed: 'directory-audits', from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 9, 2, 3, 4) })).toBe(
      'gap      Contoso: directory-audits is lost from 2026-10-01 00:00 UTC to 2026-10-02 03:04 UTC',
    );
    expect(told({ event: 'incident.not-still', incident: 'i' })).toBe('incident Contoso, not still, incident i');
  });

  it('shows errors, hides chatter, and strips what would move the cursor', () => {
    const show = live();
    expect(show({ level: 'information', category: 'system', message: 'chatter' })).toBeUndefined();
    expect(show({ level: 'error', category: 'host', message: 'Failed: x\n  at y', function: 'checks' })).toBe(
      '03:04:05 UTC  error    checks: Failed: x',
    );
    expect(show(event({ event: 'queue.poisoned', queue: '\u001b[2Jchecks', count: 1 }))).not.toContain('\u001b');
    expect(show({ level: 'error', category: 'host', message: '{"broken' })).toContain('{"broken');
  });
});

describe('the count of tests', () => {
  const tests = (...status: string[]) => status.map((each, index) => ({ status: each, fullName: `test ${index}` }));
  const report = (file: object, passed = 1): string =>
    JSON.stringify({ numPassedTests: passed, testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [], ...file }] });

  it.each([
    ['all passed', { assertionResults: tests('passed') }, 0, []],
    ['one failed', { status: 'failed', assertionResults: tests('passed', 'failed') }, 1, ['a.test.ts: test 1']],
    ['a skipped test is a failure', { assertionResults: tests('passed', 'skipped') }, 0, ['a.test.ts: test 1 (skipped)']],
    ['a file that could not be loaded is a failure', { status: 'failed' }, 1, ['a.test.ts: could not be loaded']],
    ['an error outside of the tests is a failure', { assertionResults: tests('passed') }, 1, ['an error outside of the tests']],
  ])('%s', (_, file, code, failures) => {
    expect(summary(report(file), code)).toEqual({ passed: 1, failures });
  });
});
