// Every record is handled by a fresh process: a new detector and a new store over the same tables, in random order, some records twice. In the end stands what one look at the sorted log gives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import type { Activity } from '../../../src/contracts/activity.ts';
import { createDetector } from '../../../src/detect/detector.ts';
import { rederive } from '../../../src/detect/sequences/rederive.ts';
import { createStore } from '../../../src/store/create-store.ts';
import { memoryBackend } from '../../../src/store/memory.ts';
import { scopeOf } from '../../support/scope.ts';

const tenant = '00000000-0000-4000-8000-00000000c0de';
const scope = scopeOf(tenant);
const base = (name: string, selection: string): string =>
  `title: ${name}\nname: ${name}\nlevel: low\nlogsource: { product: azure, service: signinlogs }\ndetection:\n  selection: { ${selection} }\n  condition: selection\n`;
const correlation = (name: string, type: string, rules: string, more: string): string =>
  `title: ${name}\nname: ${name}\nlevel: high\ncorrelation:\n  type: ${type}\n  rules: [${rules}]\n  timespan: 20m\n${more}`;
const byUser = '  group-by: [userId]\n';
const text = [
  base('failure', 'status.errorCode: 50126'),
  base('success', 'status.errorCode: 0'),
  correlation('many', 'event_count', 'failure', `${byUser}  condition: { gte: 3 }`),
  correlation('addresses', 'value_count', 'failure', `${byUser}  condition: { field: ipAddress, gte: 3 }`),
  correlation('sum', 'value_sum', 'failure, success', `${byUser}  condition: { field: processingTimeInMilliseconds, gte: 500 }`),
  correlation('average', 'value_avg', 'failure, success', `${byUser}  condition: { field: processingTimeInMilliseconds, gt: 120 }`),
  correlation('median', 'value_median', 'failure', `${byUser}  condition: { field: processingTimeInMilliseconds, lt: 90 }`),
  correlation(
    'percentile',
    'value_percentile',
    'failure',
    `${byUser}  condition: { field: processingTimeInMilliseconds, percentile: 90, gte: 150 }`,
  ),
  correlation('quiet', 'event_count', 'failure, success', `${byUser}  condition: { lt: 2 }`),
  correlation('one_address', 'event_count', 'failure', '  group-by: [userId, ipAddress]\n  condition: { gte: 2 }'),
  correlation('both', 'temporal', 'failure, success', byUser),
  correlation('then', 'temporal_ordered', 'one_address, success', byUser),
].join('\n---\n');
const fresh = () => createDetector({ campaigns: [], extraRules: [{ file: 'sequences.yml', text }] });

const record = fc
  .record({
    minutes: fc.integer({ min: 0, max: 90 }),
    user: fc.integer({ min: 1, max: 2 }),
    address: fc.integer({ min: 1, max: 4 }),
    code: fc.constantFrom(0, 50126),
    took: fc.constantFrom(50, 100, 200),
  })
  .map(({ minutes, user, address, code, took }) => ({
    createdDateTime: new Date(Date.UTC(2026, 0, 5, 9, minutes)).toISOString(),
    userId: `00000000-0000-4000-8000-00000000000${user}`,
    ipAddress: `192.0.2.${address}`,
    appDisplayName: 'OfficeHome',
    appId: '00000000-0000-4000-8000-0000000000aa',
    status: { errorCode: code },
    processingTimeInMilliseconds: took,
  }));
const activities = fc.array(record, { minLength: 1, maxLength: 16 }).map((records) =>
  records.map((one, index): Activity => {
    const activity = readRecord(
      { id: `00000000-0000-4000-9000-0000000000${String(index).padStart(2, '0')}`, ...one },
      { tenant, feed: 'export' },
    );
    if ('skipped' in activity) throw new Error(activity.skipped);
    return activity;
  }),
);
const everythingSettled = Number.POSITIVE_INFINITY;

describe('a process for every record', () => {
  it('gives in the end what one look at the sorted log gives, for every kind of sequence', async () => {
    expect(fresh().problems).toEqual([]);
    await fc.assert(
      fc.asyncProperty(
        activities.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all, ...all.slice(0, 3)], { minLength: all.length + Math.min(3, all.length) }),
          ),
        ),
        async ([all, arriving]) => {
          const backend = memoryBackend();
          const standing = new Map<string, { readonly rule: string; readonly activities: string[] }>();
          for (const activity of arriving) {
            const detector = fresh();
            const store = createStore({ backend });
            const input = { activities: [activity], baselines: new Map(), directory: new Map() };
            const groups = detector.groupsOf(input);
            const hits = (await store.sequences.of(scope, groups)).filter((hit) => hit.activity !== activity.id);
            const result = detector.detect({ ...input, hits, settledTo: everythingSettled });
            await store.sequences.put('round.put-hits', scope, result.hits);
            // As a round does: of the groups that the record touches, what no longer follows is withdrawn.
            const touched = new Set([...hits, ...result.hits].map(({ rule, activity: id }) => `${rule} ${id}`));
            const before = [...standing].flatMap(([id, one]) =>
              one.activities.some((member) => touched.has(`${one.rule} ${member}`)) ? [{ id, activities: one.activities }] : [],
            );
            for (const { id } of rederive(before, result.findings)) standing.delete(id);
            for (const { id, rule, activities: members } of result.findings) standing.set(id, { rule, activities: members });
          }
          const sorted = all.toSorted((a, b) => a.time - b.time);
          const whole = fresh().detect({
            activities: sorted,
            baselines: new Map(),
            directory: new Map(),
            hits: [],
            settledTo: everythingSettled,
          });
          const told = (findings: Iterable<{ rule: string; activities: readonly string[] }>) =>
            [...findings].map(({ rule, activities: members }) => `${rule}: ${members.join(' ')}`).sort();
          expect(told(standing.values())).toEqual(told(whole.findings));
        },
      ),
      { numRuns: 40 },
    );
  });
});
