// `tenant-guard tenants` against a real registry: the emulator's tables, as on a person's computer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tenants } from '../../cli/commands/tenants.ts';
import { openRegistry } from '../../cli/tenants/open-registry.ts';
import { NoStoreError } from '../../cli/tenants/open-store.ts';
import { policyChange, policyLines } from '../../cli/tenants/policy-change.ts';
import { tenantPolicy } from '../../src/contracts/policy.ts';
import { createStore } from '../../src/store/create-store.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { contoso, fabrikam } from '../support/scope.ts';
import { remembering } from './terminal.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.backend();
}, 60_000);
afterAll(() => azurite.stop());

async function told(...words: string[]): Promise<{ code: number; lines: string[]; errors: string[] }> {
  const terminal = remembering();
  const code = await tenants.run([...words, '--storage', azurite.connectionString], terminal);
  return { code, lines: terminal.lines, errors: terminal.errors };
}

describe('tenants', () => {
  it('are added, shown, paused, changed, removed and added again', async () => {
    expect(await told('list')).toMatchObject({ code: 0, lines: ['No tenant is under guard.'] });
    expect((await told('add', contoso, 'Contoso', 'group=responders', 'cadence.fast=600')).code).toBe(0);
    const second = await told('add', fabrikam.toUpperCase(), 'Fabrikam \u202e[x]', 'retention=60');
    expect(second).toMatchObject({ code: 0, errors: [] });
    expect((await told('policy', fabrikam)).lines).toEqual(
      expect.arrayContaining(['retention=60', 'group=responders', 'cadence.fast=600', 'live=false']),
    );
    expect((await told('list')).lines).toEqual([`${contoso}  active, dry run  Contoso`, `${fabrikam}  active, dry run  Fabrikam [x]`]);
    expect((await told('policy', fabrikam, 'live=true', 'feeds.off=domains,partners')).lines).toEqual(
      expect.arrayContaining(['live=true', 'feeds.off=domains,partners']),
    );
    expect((await told('pause', fabrikam)).lines[0]).toContain('paused');
    expect((await told('resume', fabrikam)).code).toBe(0);
    expect((await told('remove', fabrikam, '--keep-days', '10')).lines[0]).toMatch(/no longer under guard, data kept until \d{4}-/);
    expect((await told('list')).lines[1]).toContain('removed, data kept until');
    expect((await told('add', fabrikam, 'Fabrikam')).code).toBe(0);
    expect((await told('policy', fabrikam)).lines).toEqual(expect.arrayContaining(['retention=60', 'live=false']));
  });

  it.each([
    [['add', 'contoso', 'Contoso'], 'by its id, a GUID'],
    [['add', contoso], 'tenants add ID NAME'],
    [['add', contoso, 'Contoso'], 'is under guard already'],
    [['add', '99999999-9999-4999-8999-999999999999', 'Northwind', 'retention=9999'], 'retention=9999: '],
    [['add', '99999999-9999-4999-8999-999999999999', 'Northwind', 'live=maybe'], 'live=maybe: '],
    [['pause', '99999999-9999-4999-8999-999999999999'], 'is not under guard'],
    [['policy', contoso, 'retention=0'], 'retention=0: '],
    [['policy', contoso, 'cadence.fast=often'], 'cadence.fast=often: expected a whole number.'],
    [['policy', contoso, 'feeds.off=sign-ins.interactiv'], 'Did you mean sign-ins.interactive?'],
    [['policy', contoso, 'ownNetworks=198.51.100.7/99'], 'ownNetworks=198.51.100.7/99: '],
    [['policy', contoso, '__proto__=x'], 'is not understood'],
    [['remove', contoso, '--keep-days', '-1'], 'keep-days'],
    [['nonsense'], 'tenants knows: list'],
  ])('%j is refused with what is wrong, and changes nothing', async (words, message) => {
    const before = (await told('list', '--json')).lines;
    const { code, errors } = await told(...words);
    expect([code, errors.join(' ')]).toEqual([2, expect.stringContaining(message)]);
    expect((await told('list', '--json')).lines).toEqual(before);
  });

  it('may be given a channel that is not set up yet, which is said aloud', async () => {
    const warned = async () =>
      (await told('policy', contoso, 'channels=home,contoso-soc')).lines.filter((line) => line.startsWith('WARNING'));
    expect(await warned()).toEqual([expect.stringContaining('not known yet')]);
    const store = createStore({ backend: await azurite.backend() });
    await store.registry.putChannels('registry.put-channels', ['TG_WEBHOOK_URL']);
    expect(await warned()).toEqual([expect.stringContaining('channel contoso-soc is not set up')]);
    await store.registry.putChannels('registry.put-channels', ['TG_WEBHOOK_URL', 'CONTOSO-SOC']);
    expect(await warned()).toEqual([]);
    expect((await told('policy', contoso)).lines).toContain('channels=home,contoso-soc');
    expect((await told('policy', contoso, 'channels=https://hooks.example.com/1')).errors.join(' ')).toContain('is no name of a channel');
  });

  it('are those of the guard that runs on this computer, if nothing else is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-guard-run-'));
    const file = join(folder, 'run.json');
    try {
      await expect(openRegistry({ given: undefined, environment: {}, file })).rejects.toThrow(NoStoreError);
      writeFileSync(file, JSON.stringify({ pid: 1, url: 'http://localhost:1/', storage: azurite.connectionString }));
      const registry = await openRegistry({ given: undefined, environment: {}, file });
      expect((await registry.list()).map(({ name }) => name)).toContain('Contoso');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a policy on the command line', () => {
  it('says what it was set to: its lines, typed again, give the same policy', () => {
    const policy = policyChange([
      'live=true',
      'protected=b1000000-0000-4000-8000-000000000001',
      'silence.logs=900',
      'channels=TG_WEBHOOK_URL',
      'ownNetworks=198.51.100.0/24,2001:db8::7',
      'ceilings.perHour=10',
    ])(tenantPolicy.parse({ v: 1 }));
    expect(policyChange(policyLines(policy))(tenantPolicy.parse({ v: 1 }))).toEqual(policy);
    expect(policy).toMatchObject({ ownNetworks: ['198.51.100.0/24', '2001:db8::7'], ceilings: { perIncident: 5, perHour: 10 } });
    expect(policyChange(['ownNetworks='])(policy)).not.toHaveProperty('ownNetworks');
  });
});
