// A campaign published at nine: a guard that runs finds by it in its next round, and no longer once it is rolled back.
import { InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checks } from '../../functions/checks.ts';
import type { Guard } from '../../functions/guard.ts';
import { createLive } from '../../src/campaigns/live.ts';
import { readCampaign } from '../../src/campaigns/load.ts';
import { storable } from '../../src/campaigns/pack-files.ts';
import { publishPack, rollBack } from '../../src/campaigns/publish.ts';
import { type Content, contentOf, createPublishedPacks } from '../../src/campaigns/published.ts';
import { contoso, shippedDetector, startGuard, type TestGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const start = Date.UTC(2026, 2, 2, 9);
const minute = 60_000;
const manifest = (id: string): string => `id: ${id}
title: Everything
summary: Every successful sign-in.
references: [https://example.com/report]
first: 2026-01-01
attack: [T1078.004]
targets: Everybody
severity: { single: low, confirmed: low }
response: { plan: sign-out }
`;
const rule = (id: string): string => `title: A sign-in
id: 5b0a1c52-0000-4000-8000-00000000000a
name: ${id}-sign-in
tags: [attack.t1078.004]
logsource: { product: azure, service: signinlogs }
detection: { success: { status.errorCode: 0 }, condition: success }
level: low
tenant-guard: { effect: staged, stage: entry }
`;

function packOf(id: string) {
  const files = new Map([
    ['campaign.yml', manifest(id)],
    ['rules/sign-in.yml', rule(id)],
  ]);
  const { campaign, problems } = readCampaign(id, files);
  if (campaign === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return { campaign, content: storable(id, files), by: 'nora@contoso.example' };
}

describe('a campaign that is published while the guard runs', () => {
  let guard: TestGuard;
  let round: () => Promise<void>;
  beforeAll(async () => {
    const cloud = await createCloudSwitch();
    vi.stubGlobal('fetch', cloud.fetch);
    guard = await startGuard({ start, makeCloud: cloud.make, simulator: { historyDays: 1 } });
    const { store, clock } = guard.deps;
    const published = createPublishedPacks({ store });
    const { campaigns } = await shippedDetector();
    const content = createLive<Content>({
      look: async () => {
        const what = await published.look();
        return { version: what.version, make: () => contentOf({ campaigns, problems: [] }, what) };
      },
      fallback: () => {
        throw new Error('the storage answers in this story');
      },
      failed: (cause) => {
        throw cause;
      },
      clock,
      everyMs: 20_000,
    });
    const living = { ...guard.deps, content } as unknown as Guard;
    const worker = checks(async () => living, 'checks');
    round = async () => {
      await worker.handler({ v: 1, tenant: contoso.id, lane: 'fast' }, new InvocationContext());
    };
  });
  afterAll(async () => {
    await guard.close();
    vi.unstubAllGlobals();
  });
  const foundBy = async (pack: string): Promise<number> => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    return (await guard.deps.store.findings.all(scope)).filter(({ campaign }) => campaign === pack).length;
  };

  it('is what the next round judges by', async () => {
    await round();
    expect(await foundBy('everything')).toBe(0);
    await publishPack(guard.deps, packOf('everything'));
    guard.clock.advance(60 * minute);
    await round();
    expect(await foundBy('everything')).toBeGreaterThan(0);
  });
  it('judges nothing more once it is rolled back, and the other packs went on all the time', async () => {
    await rollBack(guard.deps, 'everything');
    const before = await foundBy('everything');
    guard.clock.advance(60 * minute);
    await round();
    expect(await foundBy('everything')).toBe(before);
    expect(guard.events.filter(({ event }) => event === 'round.unknown-tenant' || event === 'round.fenced')).toEqual([]);
  });
});
