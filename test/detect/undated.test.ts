// Exports whose time columns a query dropped: what the record itself shows is judged, what depends on when it happened is not, and says so.
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { campaignManifest } from '../../src/contracts/campaign.ts';
import { createDetector } from '../../src/detect/detector.ts';
import type { Indicator } from '../../src/detect/indicators/indicator.ts';
import { detectionFinding, toOcsf } from '../../src/detect/ocsf.ts';

const tenant = '00000000-0000-4000-8000-00000000c0de';
const user = '11111111-0000-4000-8000-000000000001';
/** When the file was written. */
const written = Date.UTC(2026, 8, 1, 12);

const rule = (name: string, selection: string): string =>
  `title: ${name}\nname: ${name}\nlevel: high\nlogsource: { product: azure, service: signinlogs }\ndetection:\n  selection: { ${selection} }\n  condition: selection\n`;
const text = [
  rule('failure', 'status.errorCode: 50126'),
  rule('agent', "userAgent|contains: 'Tool/1.0'"),
  rule('night', 'createdDateTime|hour: 12'),
  rule('published', "context.indicator.userAgent: 'test/tool'"),
  ...['first.country', 'first.network', 'habit.network', 'habit.browser', 'strong.sameNetwork', 'travel.impossible'].map((field) =>
    rule(field.replace('.', '_'), `context.${field}|exists: true`),
  ),
  'title: many\nname: many\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [failure]\n  group-by: [userId]\n  timespan: 20m\n  generate: true\n  condition: { gte: 3 }\n',
].join('\n---\n');
const sign: Indicator = {
  id: 'test/tool',
  kind: 'user-agent',
  value: 'Tool/1.0',
  confidence: 90,
  validFrom: Date.UTC(2026, 0, 1),
  source: 'https://example.com/report',
};
const detector = createDetector({
  campaigns: [
    {
      manifest: campaignManifest.parse({
        id: 'test',
        title: 'Test',
        summary: 'Test',
        references: ['https://example.com/report'],
        first: '2026-01-01',
        attack: ['T1078'],
        targets: 'Nobody',
        severity: { single: 'medium', confirmed: 'high' },
        response: { plan: 'contain' },
      }),
      rules: [],
      indicators: [sign],
    },
  ],
  extraRules: [{ file: 'rules.yml', text }],
});

/** A row of Log Analytics; without `TimeGenerated` it has lost its time. */
function row(number: number, cells: Readonly<Record<string, unknown>> = {}): Activity {
  const activity = readRecord(
    {
      Type: 'SigninLogs',
      Id: `00000000-0000-4000-9000-00000000000${number}`,
      UserId: user,
      AppId: '00000000-0000-4000-8000-0000000000aa',
      ResultType: '50126',
      IPAddress: '192.0.2.1',
      UserAgent: 'Tool/1.0',
      Location: 'CH',
      ...cells,
    },
    { tenant, feed: 'export', undatedAt: written },
  );
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
}
const timed = (number: number, minutes: number) => row(number, { TimeGenerated: new Date(written + minutes * 60_000).toISOString() });
const detect = (activities: readonly Activity[]) =>
  detector.detect({ activities, baselines: new Map(), directory: new Map(), hits: [], settledTo: Number.POSITIVE_INFINITY });
const rulesOf = (activities: readonly Activity[]) => [...new Set(detect(activities).findings.map((one) => one.rule))].sort();

describe('a record that lost its time', () => {
  it('is judged by what it shows', () => {
    expect(row(1).undated).toBe(true);
    expect(rulesOf([row(1)])).toEqual(['agent', 'failure', 'published']);
    const [finding] = detect([row(1)]).findings;
    expect(finding?.against[0]).toBe('The record has lost its time: when this happened is not known, nor what came before it.');
  });
  it('rests on a published sign only as far as it may have been in use then: nothing sure', () => {
    const unsure = (activity: Activity) => detect([activity]).findings.find((one) => one.rule === 'published')?.unsure;
    expect(unsure(row(1))).toBe(true);
    expect(unsure(timed(1, 0))).toBeUndefined();
  });
  it('counts in no sequence, which says so, even where others have their times', () => {
    const three = [row(1), row(2), row(3)];
    expect(rulesOf(three)).not.toContain('many');
    expect(detect(three).notAssessable).toContainEqual({ rule: 'many', field: 'time', count: 3 });
    expect(detect(three).hits).toEqual([]);
    const two = [timed(1, 0), timed(2, 1), row(3)];
    expect(rulesOf(two)).not.toContain('many');
    expect(detect(two).notAssessable).toContainEqual({ rule: 'many', field: 'time', count: 1 });
    const dated = [timed(1, 0), timed(2, 1), timed(3, 2)];
    expect(rulesOf(dated)).toContain('many');
    expect(detect(dated).notAssessable.filter((one) => one.field === 'time')).toEqual([]);
  });
  it('has no hour of the day', () => {
    expect(rulesOf([row(1)])).not.toContain('night');
    expect(detect([row(1)]).notAssessable).toContainEqual({ rule: 'night', field: 'createdDateTime', count: 1 });
    expect(rulesOf([timed(1, 5)])).toContain('night');
  });
  it('has no hour in the spelling of another log either', () => {
    const record = {
      Id: '00000000-0000-4000-9000-0000000000aa',
      Operation: 'UserLoggedIn',
      RecordType: 15,
      UserKey: user,
      UserId: 'ada@contoso.example',
      Workload: 'AzureActiveDirectory',
    };
    const read = (more: Readonly<Record<string, unknown>>) =>
      readRecord(
        { RecordType: 15, UserIds: 'ada@contoso.example', Operations: 'UserLoggedIn', AuditData: JSON.stringify({ ...record, ...more }) },
        { tenant, feed: 'export', undatedAt: written },
      );
    const [lost, kept] = [read({}), read({ CreationTime: '2026-09-01T12:05:00' })];
    if ('skipped' in lost || 'skipped' in kept) throw new Error('both are readable');
    expect([rulesOf([lost]).includes('night'), rulesOf([kept]).includes('night')]).toEqual([false, true]);
  });
  it('is the first of nothing, no habit and no journey, and teaches nothing', () => {
    const usual = row(1, { TimeGenerated: '2026-07-01T09:00:00Z', ResultType: '0' });
    const baselines = detector.learn([usual], new Map());
    const asked = ['first_country', 'first_network', 'habit_network', 'habit_browser', 'strong_sameNetwork'];
    const fired = (activity: Activity) =>
      detector
        .detect({ activities: [activity], baselines, directory: new Map(), hits: [] })
        .findings.map((one) => one.rule)
        .filter((one) => asked.includes(one));
    expect(fired(timed(2, 0)).sort()).toEqual(asked.toSorted());
    expect(fired(row(2))).toEqual([]);
    expect(detector.learn([row(3, { ResultType: '0' })], new Map()).size).toBe(0);
  });
  it('is an OCSF event without times but the one that the class requires', () => {
    const [finding] = detect([row(1)]).findings;
    if (finding === undefined) throw new Error('the row gives a finding');
    const event = toOcsf(finding, { undated: true });
    expect(detectionFinding.parse(event)).toEqual(event);
    expect(event).toMatchObject({ time: written, unmapped: { undated: true } });
    expect([event.start_time, event.end_time, event.finding_info.first_seen_time, event.finding_info.last_seen_time]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(toOcsf(finding).start_time).toBe(written);
  });
});
