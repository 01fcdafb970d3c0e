// The attack in any guise, amid people with the same browser: other victims, hours, rhythms, methods and record order are still the campaign; without its application or its browser it is not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttackOrder, startAttack } from '../../simulator/attacks/run.ts';
import { createWorld, type World } from '../../simulator/world.ts';
import { clients } from '../../simulator/worlds/catalogue.ts';
import { contoso, victims } from '../../simulator/worlds/constants.ts';
import { peopleOf } from '../../simulator/worlds/people.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { shippedDetector } from '../support/guard.ts';
import { manualClock } from '../support/manual-clock.ts';

const hour = 3_600_000;
const end = Date.UTC(2026, 2, 3, 0, 0, 0);
const begin = end - 24 * hour;
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const humans = (peopleOf[contoso.id] ?? []).filter(({ human, guest }) => human && !guest).map(({ id }) => id);

/** A benign sign-in of somebody who uses the very browser that the campaign names, at an application of their daily work. */
function withSameBrowser(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    ...record,
    userAgent,
    deviceDetail: { ...(record['deviceDetail'] as object), browser: 'Chrome 120.0.0', operatingSystem: 'Linux' },
    appId: clients.teams.id,
    appDisplayName: clients.teams.name,
  };
}

function activitiesOf(world: World): Activity[] {
  const tenant = world.tenants.get(contoso.id);
  if (tenant === undefined) throw new Error('no such tenant');
  const logs = [
    ['sign-ins.interactive', tenant.signIns],
    ['directory-audits', tenant.directoryAudits],
    ['unified-audit', tenant.unifiedAudit],
  ] as const;
  return logs.flatMap(([feed, log]) =>
    log.happened(end).flatMap((record) => {
      const activity = readRecord(record, { tenant: contoso.id, feed });
      return 'skipped' in activity ? [] : [activity];
    }),
  );
}

/** A day of everybody, a third of whom have the campaign's browser, with the attack in it, in the order that `rank` gives. */
async function findingsOf(order: Partial<AttackOrder> & { readonly at: number; readonly seed: string }): Promise<Finding[]> {
  const { detector } = await shippedDetector();
  const world = createWorld({ clock: manualClock(end), seed: order.seed, historyDays: 1 });
  const tenant = world.tenants.get(contoso.id);
  if (tenant === undefined) throw new Error('no such tenant');
  world.advance();
  const benign = tenant.signIns.happened(end).filter((record) => Date.parse(String(record['createdDateTime'])) >= begin);
  for (const [index, record] of benign.entries())
    if (index % 3 === 0) {
      const time = Date.parse(String(record['createdDateTime']));
      tenant.signIns.add({ time, visibleAt: time, record: { ...withSameBrowser(record), id: `${String(record['id']).slice(0, -4)}beef` } });
    }
  startAttack(world, { attack: 'azure-ato', tenant: 'contoso', ...order });
  const activities = activitiesOf(world).sort((a, b) => (`${order.seed}${a.id}` < `${order.seed}${b.id}` ? -1 : 1));
  return [...detector.detect({ activities, baselines: new Map(), directory: new Map(), hits: [] }).findings];
}

const ofCampaign = (findings: readonly Finding[], victim: string): Finding[] =>
  findings.filter(({ campaign, effect, subject }) => campaign === 'azure-ato-2024' && effect === 'alert' && subject === `user:${victim}`);

const attack = fc.record({
  seed: fc.uuid(),
  victim: fc.constantFrom(...humans),
  at: fc.integer({ min: begin + 2 * hour, max: end - 2 * hour }),
  pace: fc.constantFrom(1, 2, 5),
});

describe('the same attack in other guises', () => {
  it('is caught whoever, whenever and however, in whatever order its records come, and nobody else is accused', async () => {
    await fc.assert(
      fc.asyncProperty(attack, async (order) => {
        const findings = await findingsOf(order);
        expect(ofCampaign(findings, order.victim)).not.toEqual([]);
        const accused = findings
          .filter(({ campaign, effect }) => campaign === 'azure-ato-2024' && effect === 'alert')
          .map(({ subject }) => subject);
        expect(new Set(accused)).toEqual(new Set([`user:${order.victim}`]));
      }),
      { numRuns: 25, seed: 2024 },
    );
  }, 120_000);
});

describe('nearly the same attack', () => {
  const at = begin + 12 * hour;
  const victim = victims.contoso.finance.id;

  it('is the campaign as it is', async () => {
    expect(ofCampaign(await findingsOf({ seed: 'near', at }), victim)).not.toEqual([]);
  });
  it('is not the campaign with another application only', async () => {
    expect(ofCampaign(await findingsOf({ seed: 'near', at, app: clients.azureCli }), victim).map(({ rule }) => rule)).toEqual([]);
  });
  it('is not the campaign with another browser only, published network or not', async () => {
    const edge =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
    expect(ofCampaign(await findingsOf({ seed: 'near', at, userAgent: edge }), victim).map(({ rule }) => rule)).toEqual([]);
  });
  it('is still an account takeover, whatever it used', async () => {
    const findings = await findingsOf({ seed: 'near', at, app: clients.azureCli });
    expect(findings.some(({ campaign, subject }) => campaign === 'takeover-core' && subject === `user:${victim}`)).toBe(true);
  });
});
