// The small attack that the fault scenarios tell: raw records as the simulated cloud logs them, a day of habits before, some late, one doubled, one that changes, and an application that stays.
import { createSimulator } from '../../../simulator/server.ts';
import { victims } from '../../../simulator/worlds/constants.ts';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import type { Activity } from '../../../src/contracts/activity.ts';
import { contoso } from '../../support/guard.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { TapeCloud, TapedBundle, TapedRecord } from '../../support/tape-cloud.ts';

const minute = 60_000;
const hour = 60 * minute;
export const begin = Date.UTC(2026, 2, 2, 9, 0, 0);

type Json = Readonly<Record<string, unknown>>;
const signIns = '/auditLogs/signIns';
const directoryAudits = '/auditLogs/directoryAudits';

/** An ordinary sign-in of the victim at home, made of an attacker's. */
const atHome = (record: Json, time: number, number: number): Json => ({
  ...record,
  id: `00000000-0000-4000-8000-00000000000${number}`,
  createdDateTime: new Date(time).toISOString(),
  ipAddress: '192.0.2.10',
  autonomousSystemNumber: 64_500,
  location: { city: 'Madrid', state: 'Madrid', countryOrRegion: 'ES', geoCoordinates: { latitude: 40.4, longitude: -3.7, altitude: null } },
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
});

/** Minutes until a record can be read; the fourth of every five is a straggler. */
const delays = [2, 3, 2, 70, 4] as const;

function tapeOf(path: TapedRecord['path'], records: readonly Json[], timeField: string): TapedRecord[] {
  return records.map((record, index) => {
    const time = Date.parse(String(record[timeField]));
    // One is not to be read before the looks of six hours and of a day.
    const late = index === 5 ? 4 * 60 : index === 9 ? 20 * 60 : (delays[index % delays.length] ?? 2);
    return { path, time, visibleAt: time + late * minute, record };
  });
}

export interface Tapes {
  readonly cloud: TapeCloud;
  /** All that was ever logged, newest version of each, as an offline look reads it. */
  readonly complete: readonly Activity[];
}

export async function recordTapes(): Promise<Tapes> {
  const clock = manualClock(begin + 2 * hour);
  const simulator = await createSimulator({ clock, seed: 'faults', ordinary: false, historyDays: 1 });
  try {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', seed: 'faults', at: begin + 6 * minute });
    const tenant = simulator.world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('no such tenant');
    simulator.world.advance();
    const happened = tenant.signIns.happened(clock.now());
    const failures = happened.filter((record) => (record['status'] as { errorCode: number }).errorCode !== 0);
    const successes = happened.filter((record) => (record['status'] as { errorCode: number }).errorCode === 0);
    // A few of the many failures tell as much.
    const attack = [...failures.slice(0, 1), ...failures.slice(-3), ...successes];
    const home = successes[0] as Json;
    const habits = [-23, -20, -3].map((hours, index) => atHome(home, begin + hours * hour, index + 1));
    const taped = tapeOf(signIns, attack, 'createdDateTime');
    const changing = taped[4] as TapedRecord;
    const changesAt = changing.time + 50 * minute;
    const later = { ...changing, visibleAt: changesAt, record: { ...changing.record, riskState: 'atRisk', riskLevelDuringSignIn: 'high' } };
    const records: TapedRecord[] = [
      ...habits.map((record) => ({ path: signIns, time: Date.parse(String(record['createdDateTime'])), visibleAt: 0, record }) as const),
      ...taped.map((one) => (one === changing ? { ...one, until: changesAt } : one)),
      later,
      // The same record twice in one answer.
      taped[0] as TapedRecord,
      ...tapeOf(directoryAudits, tenant.directoryAudits.happened(clock.now()), 'activityDateTime'),
    ];
    // Two bundles: one within the hour, one late, which also repeats a record of the first.
    const audited = tenant.unifiedAudit
      .happened(clock.now())
      .filter(({ Workload }) => Workload === 'Exchange')
      .slice(0, 3);
    const bundles: TapedBundle[] = [
      { type: 'Audit.Exchange', created: begin + 40 * minute, records: audited.slice(0, 2) },
      { type: 'Audit.Exchange', created: begin + 7 * hour, records: audited.slice(1) },
    ];
    const before = tenant.servicePrincipals.all().slice(0, 3);
    const added = tenant.servicePrincipals.all().at(-1)?.[1];
    const grant = tenant.permissionGrants.all().at(-1)?.[1];
    const victim = victims.contoso.finance.id;
    return {
      cloud: {
        records,
        bundles,
        lists: {
          '/servicePrincipals': (now) => [
            ...before.map(([, value]) => value),
            ...(added !== undefined && now > begin + 8 * minute ? [added] : []),
          ],
          '/oauth2PermissionGrants': (now) => (grant !== undefined && now > begin + 8 * minute ? [grant] : []),
          '/directoryRoles': () => [],
        },
        cmdlets: { 'Get-TransportRule': () => [] },
        users: { [victim]: { id: victim, jobTitle: 'Finance Director', accountEnabled: true, onPremisesSyncEnabled: null } },
      },
      complete: [
        ...[...new Set(records)]
          .filter(({ until }) => until === undefined)
          .map(({ path, record }) => ({ record, feed: path === signIns ? 'sign-ins.interactive' : 'directory-audits' })),
        ...audited.map((record) => ({ record, feed: 'unified-audit' })),
      ]
        .flatMap(({ record, feed }) => {
          const activity = readRecord(record, { tenant: contoso.id, feed });
          return 'skipped' in activity ? [] : [activity];
        })
        .sort((a, b) => a.time - b.time),
    };
  } finally {
    await simulator.close();
  }
}
