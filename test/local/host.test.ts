// The host around the app: what it refuses, what it does with a failing app, how it ends. (What the app sees is in conformance.test.ts.)
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../../local/build.ts';
import { bundleForNode } from '../../local/bundle.ts';
import { type Host, startHost } from '../../local/runner/host.ts';
import type { LogLine } from '../../local/runner/messages.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function host(
  source: string,
  given: { hostJson?: object; settings?: Record<string, string> } = {},
): Promise<Host & { readonly log: readonly LogLine[] }> {
  mkdirSync(join(projectRoot, '.local'), { recursive: true });
  const folder = mkdtempSync(join(projectRoot, '.local', 'host-'));
  endings.push(async () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'app.ts'), `import { app, output } from '@azure/functions';\n${source}`);
  writeFileSync(join(folder, 'host.json'), JSON.stringify({ version: '2.0', ...given.hostJson }));
  const entry = join(folder, 'out', 'app.cjs');
  await bundleForNode({ entry: join(folder, 'app.ts'), outfile: entry, root: projectRoot });
  const log: LogLine[] = [];
  const started = await startHost({ entry, root: folder, settings: given.settings ?? {}, port: 0, log: (line) => log.push(line) });
  endings.push(() => started.close(100));
  return { ...started, log };
}
const alive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('an app that fails to load', () => {
  it('leaves a host without functions, where every route is 404, and the app’s own message in the log', async () => {
    const running = await host("app.http('x', { handler: () => ({ body: 'x' }) });\nthrow new Error('2 bad settings: A, B');");
    expect(running.functions).toEqual([]);
    expect(running.loadError).toContain('2 bad settings: A, B');
    expect((await fetch(`${running.url}/api/x`)).status).toBe(404);
    expect(running.log.map((line) => line.message).join()).toContain('Worker was unable to load entry point');
  });

  it('is not started for ever when its process ends before it is ready', async () => {
    const running = await host('process.exit(9);');
    expect(running.functions).toEqual([]);
    expect(running.loadError).toContain('exit code 9');
  });
});

describe('a binding that cannot be served', () => {
  it.each([
    ['a setting that is missing', "app.timer('t', { schedule: '%NO_SUCH%', handler: () => undefined });", "'%NO_SUCH%' does not resolve"],
    ['a schedule that is none', "app.timer('t', { schedule: 'often', handler: () => undefined });", '"often" is no schedule'],
    [
      'a connection without a setting',
      "app.storageQueue('q', { queueName: 'q', connection: 'Elsewhere', handler: () => undefined });",
      '"Elsewhere"',
    ],
    [
      'a trigger of another kind',
      "app.serviceBusQueue('s', { queueName: 'q', connection: 'C', handler: () => undefined });",
      'none that the local runner serves',
    ],
    [
      'an output of another kind',
      "app.http('b', { extraOutputs: [output.storageBlob({ path: 'x/y', connection: 'C' })], handler: () => ({}) });",
      'an output of type "blob"',
    ],
  ])('is refused when the host starts: %s', async (_, source, message) => {
    await expect(host(source)).rejects.toThrow(message);
  });
});

describe('a running host', () => {
  it('runs a timer by hand for whoever has the master key, and for nobody else', async () => {
    const running = await host("app.timer('t', { schedule: '0 0 0 1 1 *', handler: (_, context) => context.log('it ran') });");
    const byHand = (key: string) => fetch(`${running.url}/admin/functions/T`, { method: 'POST', headers: { 'x-functions-key': key } });
    expect((await byHand(running.keys.function)).status).toBe(401);
    expect((await byHand(running.keys.master)).status).toBe(202);
    await vi.waitUntil(() => running.log.some((line) => line.message === 'it ran' && line.function === 't'));
  });

  it('ends a function, and the worker with it, that takes longer than functionTimeout', async () => {
    const running = await host(
      "app.http('for-ever', { handler: () => new Promise(() => undefined) });\napp.http('quick', { handler: () => ({ body: 'q' }) });",
      { hostJson: { functionTimeout: '00:00:01' } },
    );
    const before = running.workerPid();
    expect((await fetch(`${running.url}/api/for-ever`)).status).toBe(500);
    await vi.waitUntil(() => running.workerPid() !== before);
    expect(await (await fetch(`${running.url}/api/quick`)).text()).toBe('q');
  });

  it('finishes what is under way when it is closed, runs the app’s last hook, and leaves no process', async () => {
    const running = await host(
      `app.hook.appTerminate(() => console.log('last words'));
app.http('slow', { handler: async (_, context) => { context.log('begun'); await new Promise((resolve) => setTimeout(resolve, 500)); return { body: 'done' }; } });`,
    );
    const pid = running.workerPid();
    const answer = fetch(`${running.url}/api/slow`).then((response) => response.text());
    await vi.waitUntil(() => running.log.some((line) => line.message === 'begun'));
    await running.close(5000);
    expect(await answer).toBe('done');
    expect(alive(pid)).toBe(false);
    expect(running.log.map((line) => line.message)).toContain('last words');
  });

  it('does not wait for ever for a function that hangs when it is closed', async () => {
    const running = await host(
      "app.http('for-ever', { handler: (_, context) => { context.log('begun'); return new Promise(() => undefined); } });",
    );
    const pid = running.workerPid();
    const answer = fetch(`${running.url}/api/for-ever`).then((response) => response.status);
    await vi.waitUntil(() => running.log.some((line) => line.message === 'begun'));
    await running.close(100);
    expect(await answer).toBe(500);
    expect(alive(pid)).toBe(false);
  });
});
