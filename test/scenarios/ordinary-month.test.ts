// It does not cry wolf: an ordinary month of a thousand people, with travel, VPNs, new phones and consents, stays under four cards.
import { describe, expect, it } from 'vitest';
import { ordinaryMonth } from '../../simulator/worlds/ordinary.ts';
import { crowd } from '../../simulator/worlds/people.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Baselines, Directory, SequenceHit } from '../../src/contracts/detection.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { subjectId } from '../../src/contracts/ids.ts';
import { mergeFindings } from '../../src/incidents/merge.ts';
import { contoso, shippedDetector } from '../support/guard.ts';

const users = 1000;
const from = Date.UTC(2026, 1, 1);

describe('an ordinary month', () => {
  it('stays under 4 cards per 1,000 users', async () => {
    const { detector, campaigns } = await shippedDetector();
    const directory: Directory = new Map(crowd(users, contoso).map(({ id, title }) => [subjectId('user', id), { title, roles: [] }]));
    let baselines: Baselines = new Map();
    const findings: Finding[] = [];
    const hits: SequenceHit[] = [];
    let records = 0;
    let batch: Activity[] = [];
    const flush = (): void => {
      const result = detector.match({ activities: batch, baselines, directory });
      baselines = new Map([...baselines, ...result.baselines]);
      findings.push(...result.findings);
      hits.push(...result.hits);
      batch = [];
    };
    for (const { record, source } of ordinaryMonth({ users, from, days: 30 })) {
      const activity = readRecord(record, { tenant: contoso.id, feed: source });
      if ('skipped' in activity) throw new Error(activity.skipped);
      records++;
      batch.push(activity);
      if (batch.length === 5000) flush();
    }
    flush();
    findings.push(...detector.conclude(contoso.id, hits).findings);
    const { incidents } = mergeFindings({
      open: [],
      settled: [],
      findings: findings.filter(({ standing }) => standing),
      coverageNotes: [],
      campaigns: campaigns.map(({ manifest }) => manifest),
      now: from + 31 * 86_400_000,
    });
    const cards = incidents.map(({ title, severity, why }) => `${severity}: ${title} (${why[0] ?? ''})`);
    expect(records).toBeGreaterThan(50_000);
    expect(cards.length, cards.join('\n')).toBeLessThan(4);
  }, 120_000);
});
