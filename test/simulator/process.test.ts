// The simulator and its command as processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attacks } from '../../simulator/attacks/index.ts';
import { apps, contoso, identity } from '../../simulator/worlds/constants.ts';

const program = (name: string): string => fileURLToPath(new URL(`../../simulator/${name}`, import.meta.url));
const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on('close', resolve));
let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function ready(signal: NodeJS.Signals): Promise<{ addresses: Record<string, string>; stop: () => Promise<number | null> }> {
  const started = spawn(process.execPath, [program('main.ts'), '--certificate', join(folder, 'ca.pem'), '--history-days', '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface({ input: started.stdout }).once('line', (text) => resolve([text])),
  );
  return {
    addresses: JSON.parse(line ?? '{}') as Record<string, string>,
    stop: () => {
      started.kill(signal);
      return ended(started);
    },
  };
}
function run(
  name: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const command = spawn(process.execPath, [program(name), ...words], { env: { ...process.env, ...environment } });
  let out = '';
  let err = '';
  command.stdout.on('data', (part) => {
    out += part;
  });
  command.stderr.on('data', (part) => {
    err += part;
  });
  return ended(command).then((code) => ({ code, out, err }));
}

describe('the simulator as a process', () => {
  it('says in one line where it is, writes its certificate, starts an attack by command, and ends on SIGTERM', async () => {
    const { addresses, stop } = await ready('SIGTERM');
    expect(addresses).toMatchObject({
      ready: true,
      url: expect.stringMatching(/^https:\/\/localhost:\d+$/),
      exchangeUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    });
    expect(await readFile(join(folder, 'ca.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
    const listed = await run('attack.ts', ['--control', String(addresses.controlUrl)]);
    expect(JSON.parse(listed.out)).toMatchObject(attacks.map(({ id }) => ({ id })));
    const started = await run('attack.ts', ['--control', String(addresses.controlUrl), '--attack', 'azure-ato', '--tenant', 'fabrikam']);
    expect([started.code, JSON.parse(started.out)]).toMatchObject([
      0,
      { attack: 'azure-ato', victim: { userPrincipalName: 'claire.fontaine@fabrikam.example' } },
    ]);
    const refused = await run('attack.ts', ['--control', String(addresses.controlUrl), '--attack', 'nothing']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('There is no attack')]);
    expect(await stop()).toBe(0);
  });

  it('is asked by the probe, signed in as the guard is, and answers as declared', async () => {
    const { addresses, stop } = await ready('SIGTERM');
    const {
      url,
      exchangeUrl,
      identity: own,
    } = addresses as unknown as { url: string; exchangeUrl: string; identity: { endpoint: string; header: string } };
    const words = [
      '--tenant',
      contoso.id,
      '--graph',
      url,
      '--authority',
      url,
      '--exchange',
      exchangeUrl,
      '--app',
      apps.reader,
      '--identity',
      identity.clientId,
    ];
    const trust = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), IDENTITY_ENDPOINT: own.endpoint, IDENTITY_HEADER: own.header };
    const probed = await run('probe.ts', words, trust);
    expect([probed.code, probed.err, probed.out.split('\n').filter((line) => line.startsWith('DIFFERENT'))]).toEqual([0, '', []]);
    expect(probed.out).toMatch(/\d\d as declared, 0 different\n$/);
    expect(await stop()).toBe(0);
  });

  it('ends on SIGINT', async () => {
    const { stop } = await ready('SIGINT');
    expect(await stop()).toBe(0);
  });

  it('refuses an unknown option of the command', async () => {
    expect((await run('attack.ts', ['--colour', 'red'])).code).toBe(2);
    expect((await run('attack.ts', [])).code).toBe(2);
    expect((await run('attack.ts', ['--help'])).code).toBe(0);
  });
});
