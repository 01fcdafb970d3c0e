// Blindness is said: each feed denied, unlicensed, empty, failing and throttled gives a sentence of its own, in the tenant's coverage and on the card.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultKind } from '../../simulator/world.ts';
import { consentKey, faultKey } from '../../simulator/world.ts';
import { apps } from '../../simulator/worlds/constants.ts';
import { feeds } from '../../src/collect/feeds.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';

let guard: TestGuard;
beforeAll(async () => {
  guard = await startGuard({ start: Date.UTC(2026, 2, 2, 9, 0, 0), simulator: { historyDays: 2 } });
  const on = feeds.filter(({ optIn }) => optIn === true).map(({ id }) => id);
  await guard.deps.registry.update(contoso.id, (entry) => ({ ...entry, policy: { ...entry.policy, feeds: { on, off: [] } } }));
});
afterAll(() => guard.close());

async function coverageAfter(
  kind: FaultKind | undefined,
  feed: (typeof feeds)[number]['id'],
  tenant: typeof contoso | typeof fabrikam = contoso,
) {
  const key = faultKey(tenant.id, feed as Parameters<typeof faultKey>[1]);
  if (kind === undefined) guard.simulator.world.faults.delete(key);
  else guard.simulator.world.faults.set(key, { tenant: tenant.id, feed: feed as Parameters<typeof faultKey>[1], kind });
  guard.clock.advance(60_000);
  await guard.round(tenant.id, 'fast');
  await guard.round(tenant.id, 'config');
  guard.simulator.world.faults.delete(key);
  const scope = await guard.deps.registry.authorise(tenant.id, 'show');
  const coverage = tenantCoverage({ tenant: tenant.id, name: tenant.name }, guard.deps.feeds, await guard.deps.store.state.feeds(scope));
  const found = coverage.feeds.find((one) => one.feed === feed);
  if (found === undefined) throw new Error(`${feed} is not in coverage`);
  return { feed: found, tenant: coverage };
}

describe('coverage says what could not be read', () => {
  // A feed whose spans are asked for once has nothing to ask in most rounds, so nothing is refused.
  it.each(feeds.flatMap((feed) => (feed.kind === 'log' && feed.readOnce === true ? [] : [feed.id])))(
    '%s: denied, unlicensed and empty are three different sentences',
    async (id) => {
      const denied = await coverageAfter('denied', id);
      const unlicensed = await coverageAfter('unlicensed', id);
      const empty = await coverageAfter('empty', id);
      const sentences = [denied, unlicensed, empty].map(({ feed }) => feed.sentence);
      expect(new Set(sentences).size).toBe(3);
      expect(denied.feed.outcome.status).toBe('denied');
      expect(denied.feed.sentence).toMatch(/blind since .* because this application lacks .+ Next step:/);
      expect(denied.tenant.sentence).toContain('not read');
      expect(empty.feed.outcome.status).toBe('complete');
      expect(empty.feed.sentence).toContain('read to 2026-03-02');
    },
  );
  it('a feed that fails says that it is tried again, and keeps saying since when', async () => {
    const first = await coverageAfter('failing', 'directory-audits');
    expect(first.feed.outcome.status).toBe('failed');
    expect(first.feed.sentence).toContain('tried again every round');
    const second = await coverageAfter('failing', 'directory-audits');
    expect(second.feed.blindSince).toBe(first.feed.blindSince);
    const healed = await coverageAfter(undefined, 'directory-audits');
    expect(healed.feed.blindSince).toBeUndefined();
  });
  it('throttling is waiting, not blindness, and the next round heeds it', async () => {
    const throttled = await coverageAfter('throttled', 'sign-ins.interactive');
    expect(throttled.feed.outcome.status).toBe('throttled');
    expect(throttled.feed.sentence).toMatch(/waiting until .* throttled/);
  });
  it('a tenant without Entra ID P1 says so, and what is the first alarm there', async () => {
    const { feed } = await coverageAfter(undefined, 'sign-ins.interactive', fabrikam);
    expect(feed.outcome).toEqual({ status: 'unlicensed', sku: 'Entra ID P1' });
    expect(feed.sentence).toContain('a registered sign-in method is the first alarm');
  });
});

describe('a tenant that is seen only in part', () => {
  /** Every feed's outcome after a fast and a config round, and the tenant's own sentence. */
  async function seen(tenant: typeof contoso | typeof fabrikam) {
    guard.clock.advance(60_000);
    for (const lane of ['fast', 'config'] as const) await guard.round(tenant.id, lane);
    const scope = await guard.deps.registry.authorise(tenant.id, 'show');
    return tenantCoverage({ tenant: tenant.id, name: tenant.name }, guard.deps.feeds, await guard.deps.store.state.feeds(scope));
  }

  it('without Exchange every Exchange feed is blind with its next step, and no other', async () => {
    const { board } = guard.simulator.world;
    const fault = board.set({ kind: 'permission-missing', tenant: contoso.id, handler: 'exchange.' });
    const coverage = await seen(contoso);
    board.clear(fault.id);
    const dark = coverage.feeds.filter(({ outcome }) => outcome.status === 'denied').map(({ feed }) => feed);
    expect(dark).toContain('exchange.inbound-connectors');
    expect(dark.every((feed) => feed.startsWith('exchange.'))).toBe(true);
    for (const { feed, sentence } of coverage.feeds) if (dark.includes(feed)) expect(sentence).toMatch(/blind since .* Next step:/);
    expect((await seen(contoso)).feeds.filter(({ outcome }) => outcome.status === 'denied')).toEqual([]);
  });

  it('that withdraws its consent in mid-round: what was read before counts, the rest says why, and nothing that was not read is called complete', async () => {
    const { board, consents } = guard.simulator.world;
    const key = consentKey(contoso.id, apps.reader);
    const given = consents.get(key);
    if (given === undefined) throw new Error('no consent');
    board.set({ kind: 'consent-withdrawn', tenant: contoso.id, after: 2, count: 1 });
    const before = guard.simulator.control.requests().length;
    const withdrawn = await seen(contoso);
    const answered = guard.simulator.control
      .requests()
      .slice(before)
      .filter(({ status }) => status < 300).length;
    const statuses = withdrawn.feeds.map(({ outcome }) => outcome.status);
    expect(answered).toBeGreaterThan(0);
    expect(statuses).toContain('denied');
    expect(withdrawn.sentence).toMatch(/^\d+ of \d+ feeds not read/);
    const next = await seen(contoso);
    // A search of the audit log is asked for once per span: nothing was due, and its mark stands where it stood.
    expect(next.feeds.filter(({ outcome }) => outcome.status === 'complete').map(({ feed }) => feed)).toEqual(['unified-audit.query']);
    expect(next.feeds[0]?.sentence).toMatch(/blind since .* lacks the tenant’s consent/);
    board.clear();
    expect(consents.get(key)).toEqual(given);
    expect((await seen(contoso)).sentence).toMatch(/^Everything read to/);
  });
});
