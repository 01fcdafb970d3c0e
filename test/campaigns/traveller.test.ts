// A new phone on a journey, and a thief who does the same: how bad the incident is, with every shipped pack.
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { mergeFindings } from '../../src/incidents/merge.ts';
import { contoso, shippedDetector } from '../support/guard.ts';

const person = { id: '11111111-0000-4000-8000-000000000001', upn: 'nora@contoso.example' };
const edge =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const laptop = { userAgent: edge, deviceDetail: { deviceId: '22222222-0000-4000-8000-00000000000a', isManaged: true } };
const phone = { userAgent: iphone, deviceDetail: { deviceId: '' } };
const place = (city: string, countryOrRegion: string, latitude: number, longitude: number) => ({
  location: { city, countryOrRegion, geoCoordinates: { latitude, longitude } },
});
const home = { ipAddress: '192.0.2.10', autonomousSystemNumber: 64496, ...place('Oslo', 'NO', 59.9, 10.8) };
const hotel = { ipAddress: '198.51.100.230', autonomousSystemNumber: 64499, ...place('Boston', 'US', 42.4, -71.1) };
const rented = { ipAddress: '203.0.113.40', autonomousSystemNumber: 24940, ...place('Falkenstein', 'DE', 50.5, 12.4) };
const at = (day: number, hour: number, minute = 0): string => new Date(Date.UTC(2026, 0, day, hour, minute)).toISOString();

const signIn = (time: string, ...more: readonly Readonly<Record<string, unknown>>[]) => ({
  id: `aaaaaaaa-0000-4000-8000-${time.replace(/\D/g, '').slice(2, 14)}`,
  createdDateTime: time,
  userId: person.id,
  userPrincipalName: person.upn,
  appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
  appDisplayName: 'OfficeHome',
  isInteractive: true,
  status: { errorCode: 0 },
  authenticationRequirement: 'multiFactorAuthentication',
  ...Object.assign({}, ...more),
});
const method = (time: string, ipAddress: string) => ({
  id: `Directory_${time.replace(/\D/g, '')}`,
  activityDateTime: time,
  activityDisplayName: 'User registered security info',
  result: 'success',
  resultReason: 'User registered Authenticator App with Notification and Code',
  correlationId: 'bbbbbbbb-0000-4000-8000-000000000002',
  initiatedBy: { user: { id: person.id, userPrincipalName: person.upn, ipAddress } },
  targetResources: [{ id: person.id, type: 'User', userPrincipalName: person.upn, modifiedProperties: [] }],
});
const weeks = Array.from({ length: 18 }, (_, day) => signIn(at(day + 1, 8), home, laptop));

async function severityOf(records: readonly Readonly<Record<string, unknown>>[]): Promise<string> {
  const { detector, campaigns } = await shippedDetector();
  const activities = [...weeks, ...records].map((record): Activity => {
    const activity = readRecord(record, { tenant: contoso.id, feed: 'export' });
    if ('skipped' in activity) throw new Error(activity.skipped);
    return activity;
  });
  const { findings } = detector.detect({ activities, baselines: new Map(), directory: new Map(), hits: [] });
  const { incidents } = mergeFindings({
    open: [],
    settled: [],
    findings: findings.filter(({ standing }) => standing),
    coverageNotes: [],
    campaigns: campaigns.map(({ manifest }) => manifest),
    now: Date.UTC(2026, 0, 20),
  });
  return incidents.map(({ severity }) => severity).join(' ') || 'none';
}

describe('a new phone and its authenticator', () => {
  it('on a journey, set up beside the known laptop: nothing', async () => {
    const journey = [signIn(at(19, 20), hotel, phone), signIn(at(19, 20, 10), hotel, laptop), method(at(19, 20, 20), hotel.ipAddress)];
    expect(await severityOf(journey)).toBe('none');
  });
  it('on a journey, the phone alone: worth a look, and not high', async () => {
    expect(await severityOf([signIn(at(19, 20), hotel, phone), method(at(19, 20, 20), hotel.ipAddress)])).toBe('medium');
  });
  it('in a country from which nobody can have come so fast: high', async () => {
    const impossible = [signIn(at(19, 8), home, laptop), signIn(at(19, 10), hotel, phone), method(at(19, 10, 20), hotel.ipAddress)];
    expect(await severityOf(impossible)).toBe('high');
  });
  it('from a rented server: high', async () => {
    expect(await severityOf([signIn(at(19, 20), rented, phone), method(at(19, 20, 20), rented.ipAddress)])).toBe('high');
  });
  it('while the owner is at work with the laptop at home: still high', async () => {
    const beside = [signIn(at(19, 8), home, laptop), signIn(at(19, 8, 30), rented, phone), method(at(19, 8, 40), rented.ipAddress)];
    expect(await severityOf(beside)).toBe('high');
  });
});
