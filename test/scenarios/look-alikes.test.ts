// Honest things that look like attacks, each amid ordinary weeks in a running guard: no card above the severity that is stated here.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { movedMonitor, passkeyRollOut, syntheticMonitor, travellerWithNewPhone } from '../../simulator/worlds/look-alikes/people.ts';
import { helpDesk, mailGateway, migrationTool } from '../../simulator/worlds/look-alikes/products.ts';
import { Scribe } from '../../simulator/worlds/look-alikes/scribe.ts';
import { type Severity, severityRank } from '../../src/contracts/finding.ts';
import { contoso, startGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

const minute = 60_000;
const start = Date.UTC(2026, 2, 9, 10);

interface LookAlike {
  readonly name: string;
  readonly play: (scribe: Scribe, at: number) => void;
  /** No card is worse than this; `none`: no card at all. */
  readonly atMost: Severity | 'none';
}
const lookAlikes: readonly LookAlike[] = [
  { name: 'a mail gateway with one connector and four rules for its own headers', play: mailGateway, atMost: 'medium' },
  { name: 'a migration tool over every mailbox', play: migrationTool, atMost: 'medium' },
  { name: 'a help desk with passes, passwords and a ticket system', play: helpDesk, atMost: 'none' },
  { name: 'a hundred passkey registrations in a roll-out', play: passkeyRollOut, atMost: 'none' },
  // Its very first day in the log has nothing before it that would excuse the browser; after that it is a habit.
  { name: 'a synthetic monitor pinned to an old browser on Linux', play: syntheticMonitor, atMost: 'medium' },
  { name: 'that monitor, moved to another network and country', play: movedMonitor, atMost: 'medium' },
  { name: 'a traveller with a new phone', play: travellerWithNewPhone, atMost: 'none' },
];

describe.each(lookAlikes)('$name', ({ play, atMost }) => {
  it(`makes ${atMost === 'none' ? 'no card' : `one card, ${atMost} at most`}`, async () => {
    const guard = await startGuard({ start, makeCloud: cloud.make, simulator: { historyDays: 20 } });
    const { world } = guard.simulator;
    const tenant = world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('Contoso is missing');
    world.advance();
    play(new Scribe(world, tenant, 'look-alike'), start + 10 * minute);
    await guard.round(contoso.id, 'fast');
    await guard.round(contoso.id, 'config');
    for (let round = 1; round <= 8; round += 1) {
      guard.clock.advance(15 * minute);
      await guard.round(contoso.id, 'fast');
      if (round % 4 === 0) await guard.round(contoso.id, 'config');
    }
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    const incidents = (await guard.deps.store.state.incidents(scope, 50)).map(({ value }) => value);
    await guard.close();
    const told = incidents.map(
      ({ severity, title, timeline }) => `${severity}: ${title}\n  ${timeline.map(({ text }) => text).join('\n  ')}`,
    );
    const worst = Math.max(-1, ...incidents.map(({ severity }) => severityRank(severity)));
    expect(worst, told.join('\n')).toBeLessThanOrEqual(atMost === 'none' ? -1 : severityRank(atMost));
    expect(incidents.length, told.join('\n')).toBeLessThanOrEqual(1);
    expect(incidents.flatMap(({ campaigns }) => campaigns.filter(({ confirmed }) => confirmed))).toEqual([]);
  }, 60_000);
});
