// It does not cry wolf, with everything on: an ordinary month of people and those who administrate them, with travel, VPNs, new phones, consents, changes of configuration and privileged
// roles, a hundred thousand foreign signs and rules as the community writes them, stays under four cards per 1,000. `USERS` and `DAYS` take another size; `RULES` names further rules, as others wrote them.
import { describe, expect, it } from 'vitest';
import { ordinaryMonth } from '../../simulator/worlds/ordinary.ts';
import { crowd } from '../../simulator/worlds/people.ts';
import { loadRules, ruleSource } from '../../src/campaigns/rules.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Baselines, Directory, SequenceHit } from '../../src/contracts/detection.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { subjectId } from '../../src/contracts/ids.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { mergeFindings } from '../../src/incidents/merge.ts';
import { contoso, shippedDetector } from '../support/guard.ts';
import { administratorsMonth } from './ordinary-month/administrators.ts';
import { communityStyleRules } from './ordinary-month/community-style.ts';
import { configurationMonth } from './ordinary-month/configuration.ts';
import { jobs, rolesOf } from './ordinary-month/desk.ts';
import { listedEverywhere } from './ordinary-month/listed.ts';

const users = Number(process.env['USERS'] ?? 700);
const days = Number(process.env['DAYS'] ?? 30);
const brought = process.env['RULES'];
const from = Date.UTC(2026, 1, 1);
const people = crowd(users, contoso);
const setting = { tenant: contoso, people, from, days };

/** What the logs and the readings of the configuration tell, by time. */
function everything(): Activity[] {
  const activities = configurationMonth(setting);
  for (const month of [ordinaryMonth({ users, from, days }), administratorsMonth(setting)])
    for (const { record, source } of month) {
      const activity = readRecord(record, { tenant: contoso.id, feed: source });
      if ('skipped' in activity) throw new Error(activity.skipped);
      activities.push(activity);
    }
  return activities.sort((a, b) => a.time - b.time);
}

describe('an ordinary month', () => {
  it('stays under 4 cards per 1,000 users with everything on', async ({ annotate }) => {
    const { campaigns } = await shippedDetector();
    const further = brought === undefined ? { files: [], placeholders: {} } : await loadRules(ruleSource(brought));
    const detector = createDetector({
      campaigns,
      extraRules: [...communityStyleRules, ...further.files],
      extraStaged: true,
      placeholders: further.placeholders,
    });
    const own = new Set(communityStyleRules.map(({ file }) => file));
    expect(detector.problems.filter(({ file }) => own.has(file))).toEqual([]);
    const { foreign, entries } = listedEverywhere(from);
    expect(entries).toBeGreaterThan(100_000);
    const directory: Directory = new Map(
      people.map(({ id, title }, index) => {
        const job = jobs[index];
        return [subjectId('user', id), { title, roles: job === undefined ? [] : [rolesOf[job]], privileged: job === 'global' }];
      }),
    );
    const activities = everything();
    let baselines: Baselines = new Map();
    const findings: Finding[] = [];
    const hits: SequenceHit[] = [];
    for (let first = 0; first < activities.length; first += 5000) {
      const result = detector.match({ activities: activities.slice(first, first + 5000), baselines, directory, foreign });
      baselines = new Map([...baselines, ...result.baselines]);
      for (const finding of result.findings) findings.push(finding);
      for (const hit of result.hits) hits.push(hit);
    }
    for (const finding of detector.conclude(contoso.id, hits).findings) findings.push(finding);
    const { incidents } = mergeFindings({
      open: [],
      settled: [],
      findings: findings.filter(({ standing }) => standing),
      coverageNotes: [],
      campaigns: campaigns.map(({ manifest }) => manifest),
      now: from + (days + 1) * 86_400_000,
    });
    const cards = incidents.map(({ title, severity, why }) => `${severity}: ${title} (${why[0] ?? ''})`);
    const ofCampaign = (id: string): number => findings.filter(({ campaign }) => campaign === id).length;
    await annotate(
      `${((cards.length * 1000) / users).toFixed(1)} cards per 1,000 users in ${days} days; ${activities.length} records, ${detector.rules().length} rules; ` +
        `${ofCampaign('community')} findings of community-style rules and ${ofCampaign('foreign-indicators')} of foreign signs, all of them quiet`,
    );
    // All of it was really on.
    const fired = new Set(findings.map(({ rule }) => rule));
    expect(activities.length).toBeGreaterThan(50 * users);
    expect(
      communityStyleRules.filter((_, index) => fired.has(`00000000-0000-4000-a000-${String(index).padStart(12, '0')}`)).length,
    ).toBeGreaterThan(25);
    expect(ofCampaign('foreign-indicators')).toBeGreaterThan(100);
    expect((cards.length * 1000) / users, cards.join('\n')).toBeLessThan(4);
    expect(incidents.filter(({ severity }) => severity === 'high' || severity === 'critical')).toEqual([]);
  }, 300_000);
});
