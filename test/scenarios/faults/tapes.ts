// The small attack that the fault scenarios tell: raw records as the simulated cloud logs them, a day of habits before, some late, one doubled, one that changes, and an application that stays.
import type { LogEntry } from '../../../simulator/record-log.ts';
import { createSimulator } from '../../../simulator/server.ts';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import type { Activity } from '../../../src/contracts/activity.ts';
import { contoso } from '../../support/guard.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { Tapes } from '../../support/tape-cloud.ts';

const minute = 60_000;
const hour = 60 * minute;
export const begin = Date.UTC(2026, 2, 2, 9, 0, 0);

type Json = Readonly<Record<string, unknown>>;

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

export const mistakenId = '00000000-0000-4000-8000-000000000009';
/** A failed try that turns out to have been none a few minutes later: what it led to no longer follows. */
function mistaken(failure: Json): LogEntry[] {
  const time = begin + 11 * minute;
  const record = { ...failure, id: mistakenId, createdDateTime: new Date(time).toISOString() };
  const noFailure = { ...record, status: { ...(failure['status'] as object), errorCode: 50058 } };
  return [
    { time, visibleAt: begin + 13 * minute, until: begin + 17 * minute, record },
    { time, visibleAt: begin + 17 * minute, record: noFailure },
  ];
}

/** Minutes until a record can be read; the fourth of every five is a straggler. */
const delays = [2, 3, 2, 70, 4] as const;

function tapeOf(records: readonly Json[], timeField: string): LogEntry[] {
  return records.map((record, index) => {
    const time = Date.parse(String(record[timeField]));
    // One is not to be read before the looks of six hours and of a day.
    const late = index === 5 ? 4 * 60 : index === 9 ? 20 * 60 : (delays[index % delays.length] ?? 2);
    return { time, visibleAt: time + late * minute, record };
  });
}

export interface Recorded {
  readonly tapes: Tapes;
  /** All that was ever logged, newest version of each, as an offline look reads it. */
  readonly complete: readonly Activity[];
}

export async function recordTapes(): Promise<Recorded> {
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
    const taped = tapeOf(attack, 'createdDateTime');
    const changing = taped[4] as LogEntry;
    const changesAt = changing.time + 50 * minute;
    const later = { ...changing, visibleAt: changesAt, record: { ...changing.record, riskState: 'atRisk', riskLevelDuringSignIn: 'high' } };
    const signIns: LogEntry[] = [
      ...habits.map((record) => ({ time: Date.parse(String(record['createdDateTime'])), visibleAt: 0, record })),
      ...taped.map((one) => (one === changing ? { ...one, until: changesAt } : one)),
      later,
      ...mistaken(failures[0] as Json),
      // The same record twice in one answer.
      taped[0] as LogEntry,
    ];
    const directoryAudits = tapeOf(tenant.directoryAudits.happened(clock.now()), 'activityDateTime');
    // Two bundles: one within the hour, one late, which also repeats a record of the first.
    const audited = tenant.unifiedAudit
      .happened(clock.now())
      .filter(({ Workload }) => Workload === 'Exchange')
      .slice(0, 3);
    const bundled = (records: readonly Json[], visibleAt: number): LogEntry[] =>
      records.map((record) => ({ time: Date.parse(`${record['CreationTime']}Z`), visibleAt, record }));
    const unifiedAudit = [...bundled(audited.slice(0, 2), begin + 40 * minute), ...bundled(audited.slice(1), begin + 7 * hour)];
    const made = (all: readonly (readonly [string, Json])[]) => all.slice(-1).map(([id, value]) => ({ at: begin + 8 * minute, id, value }));
    return {
      tapes: {
        signIns,
        directoryAudits,
        unifiedAudit,
        servicePrincipals: made(tenant.servicePrincipals.all()),
        permissionGrants: made(tenant.permissionGrants.all()),
      },
      complete: [
        ...[...new Set(signIns)].filter(({ until }) => until === undefined).map(({ record }) => ({ record, feed: 'sign-ins.interactive' })),
        ...directoryAudits.map(({ record }) => ({ record, feed: 'directory-audits' })),
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
