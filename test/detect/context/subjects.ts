// A person's sign-ins and the context they get, for the tests beside it.
import type { Activity, View } from '../../../src/contracts/activity.ts';
import type { DirectoryFacts } from '../../../src/contracts/detection.ts';
import type { SubjectId } from '../../../src/contracts/ids.ts';
import type { NetworkTable } from '../../../src/contracts/networks.ts';
import { createContextMaker } from '../../../src/detect/context/context.ts';
import { BaselineBuilder } from '../../../src/detect/context/first-seen.ts';
import { Observed } from '../../../src/detect/context/observed.ts';
import type { Indicator } from '../../../src/detect/indicators/indicator.ts';
import { createIndicatorIndex } from '../../../src/detect/indicators/indicator-index.ts';

const person = 'user:11111111-0000-4000-8000-000000000001' satisfies SubjectId;
/** March 2026, UTC. */
export const at = (day: number, hour = 9, minute = 0): number => Date.UTC(2026, 2, day, hour, minute);

export const zurich = { city: 'Zurich', countryOrRegion: 'CH', geoCoordinates: { latitude: 47.37, longitude: 8.54 } };
export const boston = { city: 'Boston', countryOrRegion: 'US', geoCoordinates: { latitude: 42.36, longitude: -71.06 } };
export const winterthur = { city: 'Winterthur', countryOrRegion: 'CH', geoCoordinates: { latitude: 47.5, longitude: 8.72 } };
export const laptop = '22222222-0000-4000-8000-00000000000a';

/** At home, on the own laptop, with a second factor. */
export const signIn = (time: number, record: Readonly<Record<string, unknown>> = {}): Activity => ({
  id: `signin:${time}:${String(record['ipAddress'] ?? '')}`,
  tenant: 'tenant',
  feed: 'sign-ins.interactive',
  time,
  subject: person,
  subjectName: 'ada@contoso.example',
  views: [
    {
      shape: 'sign-in',
      record: {
        ipAddress: '192.0.2.10',
        location: zurich,
        status: { errorCode: 0 },
        authenticationRequirement: 'multiFactorAuthentication',
        deviceDetail: { deviceId: laptop },
        ...record,
      },
    },
  ],
});
export const away = { ipAddress: '203.0.113.7', location: boston, deviceDetail: { deviceId: '' } };

export const other = (shape: View['shape'], record: Readonly<Record<string, unknown>>, time = at(20)): Activity => ({
  id: `other:${time}`,
  tenant: 'tenant',
  feed: 'test',
  time,
  subject: person,
  subjectName: 'ada@contoso.example',
  views: [{ shape, record }],
});

interface Known {
  readonly history?: readonly Activity[];
  readonly facts?: DirectoryFacts;
  readonly networks?: NetworkTable;
  readonly indicators?: readonly Indicator[];
}
/** The history may hold what comes after. */
export function contextOf(activity: Activity, { history = [], facts, networks, indicators = [] }: Known = {}) {
  const maker = createContextMaker({ enoughHistoryDays: 14, indicators: createIndicatorIndex(indicators), networks });
  const builder = new BaselineBuilder(new Map());
  for (const one of [...history, activity]) builder.see(one, maker.sighting(new Observed(one)));
  return maker.of(activity, new Observed(activity), { baseline: builder.baselines().get(activity.subject), facts, signInsUnread: false });
}

/** Tables of networks that stand in no book: addresses for documentation only. */
export const networksOf = (owners: Readonly<Record<string, readonly [asn: number, owner: string]>>): NetworkTable => ({
  date: '2026-06-17',
  of: (address) => {
    const found = owners[address.replace(/\.\d+$/, '')];
    return found === undefined ? undefined : { asn: found[0], owner: found[1] };
  },
  owner: (asn) => Object.values(owners).find(([number]) => number === asn)?.[1],
});
