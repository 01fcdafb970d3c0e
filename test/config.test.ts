// A bad setting stops the start with one message that lists every bad setting, what was expected, and where to set it.
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { channelAddress } from '../src/contracts/channels.ts';

const guid = '11111111-1111-4111-8111-111111111111';
const good = {
  AZURE_CLIENT_ID: guid,
  TG_HOME_TENANT: guid,
  TG_READER_APP: guid,
  TG_RESPONDER_APP: guid,
  TG_CONSOLE_APP: guid,
  TG_CONSOLE_URL: 'https://guard.example.com',
  TG_DATA_TABLE_URI: 'https://data.table.example.com',
  TG_DATA_BLOB_URI: 'https://data.blob.example.com',
  AzureWebJobsStorage__queueServiceUri: 'https://host.queue.example.com',
};

describe('configuration', () => {
  it('reads good settings; dry run and the public cloud are the default', () => {
    const config = readConfig(good);
    expect(config.policy.live).toBe(false);
    expect(config.hosts.authority).toBe('https://login.microsoftonline.com');
    expect(config.tenants).toEqual([{ tenant: guid, name: 'Home tenant' }]);
  });
  it('lists every bad setting at once, with what was expected and where to set it', () => {
    const message = (() => {
      try {
        readConfig({ ...good, TG_READER_APP: 'reader', TG_CADENCE_FAST: '1', TG_HOME_TENANT: '', TG_TENANTS: '[{"tenant":1}]' });
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    })();
    expect(message).toContain('4 bad settings');
    expect(message).toContain('TG_READER_APP: not usable, expected a GUID');
    expect(message).toContain('TG_CADENCE_FAST: not usable, expected at least 5 seconds');
    expect(message).toContain('TG_HOME_TENANT: missing, expected a GUID');
    expect(message).toContain('TG_TENANTS: not usable, expected JSON such as');
    expect(message).toContain('local.settings.json');
    expect(message).toContain('infra/app/settings.bicep');
  });
  it('never repeats a bad value: it may be a secret in the wrong place', () => {
    expect(() => readConfig({ ...good, TG_WEBHOOK_URL: 'sig=very-secret' })).toThrow(
      expect.not.stringContaining('very-secret') as unknown as string,
    );
  });
  it('takes indicator feeds as text that survives every shell, or as JSON', () => {
    const taxii = { kind: 'taxii', name: 'example', url: 'https://taxii.example.com/c' };
    const csv = { kind: 'csv', name: 'other', url: 'https://feed.example.com/list.csv' };
    const feeds = (text: string) => readConfig({ ...good, TG_INDICATOR_FEEDS: text }).indicatorFeeds;
    expect(feeds('taxii example https://taxii.example.com/c; csv other https://feed.example.com/list.csv;')).toEqual([taxii, csv]);
    expect(feeds(JSON.stringify([taxii, csv]))).toEqual([taxii, csv]);
    expect(feeds('')).toEqual([]);
    for (const bad of [
      'taxii example http://taxii.example.com/c',
      'rss x https://a.example.com',
      'csv A/B https://a.example.com',
      'csv x',
      '[{]',
    ])
      expect(() => feeds(bad)).toThrow('TG_INDICATOR_FEEDS: not usable, expected JSON such as');
    expect(() => feeds('csv x https://a.example.com; csv x https://b.example.com')).toThrow('feeds with names of their own');
  });
  it('reads further channels by name; a bad one stops nothing, is told without its address, and the others hold', () => {
    const config = readConfig({
      ...good,
      TG_WEBHOOK_URL: 'https://hooks.example.com/home',
      TG_WEBHOOK_CHANNELS:
        'Contoso https://hooks.example.com/1?sig=a;\nFABRIKAM=https://hooks.example.com/2; bad/name https://very-secret.example.com; plain http://very-secret.example.com; contoso https://very-secret.example.com; https://very-secret.example.com; home https://very-secret.example.com; broken https://hooks.example.com/3?sig=\nvery-secret',
    });
    expect(channelAddress(config, 'TG_WEBHOOK_URL')).toBe('https://hooks.example.com/home');
    expect(channelAddress(config, 'CONTOSO')).toBe('https://hooks.example.com/1?sig=a');
    expect(channelAddress(config, 'fabrikam')).toBe('https://hooks.example.com/2');
    expect(channelAddress(config, 'plain')).toBeUndefined();
    expect(config.channelProblems).toHaveLength(6);
    expect(channelAddress(config, 'home')).toBeUndefined();
    expect(config.channelProblems.join()).not.toContain('very-secret');
    expect(readConfig({ ...good, TG_WEBHOOK_CHANNELS: '@Microsoft.KeyVault(VaultName=v;SecretName=s)' }).channels.size).toBe(0);
  });
  it('takes object ids only for protected accounts: a name would protect nobody', () => {
    const two = `${guid}, AAAAAAAA-1111-4111-8111-111111111111`;
    expect(readConfig({ ...good, TG_PROTECTED_OBJECTS: two }).policy.protectedObjects).toEqual([
      guid,
      'aaaaaaaa-1111-4111-8111-111111111111',
    ]);
    expect(() => readConfig({ ...good, TG_PROTECTED_OBJECTS: `${guid} breakglass@contoso.example` })).toThrow(
      'TG_PROTECTED_OBJECTS: not usable, expected object ids (GUIDs) separated by commas; 1 of 2 are none',
    );
  });
  it('reads GUIDs in any spelling as tokens spell them', () => {
    const config = readConfig({ ...good, TG_HOME_TENANT: 'ABCDEF11-1111-4111-8111-111111111111' });
    expect(config.homeTenant).toBe('abcdef11-1111-4111-8111-111111111111');
    expect(config.console.authority).toContain('/abcdef11-');
  });
  it.each(['TG_CONSOLE_URL', 'TG_CONSOLE_AUTHORITY', 'TG_SIMULATOR_CONTROL'])('%s may be plain http on this computer only', (name) => {
    expect(() => readConfig({ ...good, [name]: 'http://guard.example.com/v2.0' })).toThrow(name);
    expect(() => readConfig({ ...good, [name]: 'http://localhost.example.com/v2.0' })).toThrow(name);
    expect(readConfig({ ...good, [name]: 'http://localhost:7071/v2.0' })).toBeDefined();
  });
  it('storage is named by address or by connection string, else both are asked for', () => {
    const { TG_DATA_TABLE_URI: _t, ...rest } = good;
    expect(() => readConfig(rest)).toThrow('TG_DATA_TABLE_URI');
    expect(readConfig({ ...rest, TG_DATA_STORAGE: 'UseDevelopmentStorage=true' }).storage.data).toEqual({
      connectionString: 'UseDevelopmentStorage=true',
    });
  });
});
