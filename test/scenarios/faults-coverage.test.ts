// What coverage says, to the word, where a right is lost between two requests of one round: a token that is revoked in mid-page, a permission or a consent that is withdrawn.
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestFaultKind } from '../../simulator/faults.ts';
import { consentKey } from '../../simulator/world.ts';
import { apps } from '../../simulator/worlds/constants.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { contoso, startGuard, type TestGuard } from '../support/guard.ts';
import { manualClock } from '../support/manual-clock.ts';
import { createTapeCloud, type TapeCloud } from '../support/tape-cloud.ts';
import { keptIds } from './faults/ending.ts';
import { feeds } from './faults/story.ts';
import { begin, type Recorded, recordTapes } from './faults/tapes.ts';

const minute = 60_000;
let recorded: Recorded;
let cloud: TapeCloud;
let guard: TestGuard;
beforeAll(async () => {
  recorded = await recordTapes();
});

/** The first round learns what was there before. At 9:25 most of the attack is readable: two pages of sign-ins. */
beforeEach(async () => {
  cloud = await createTapeCloud(recorded.tapes, begin);
  vi.stubGlobal('fetch', cloud.fetch);
  const clock = manualClock(begin);
  cloud.begin(clock);
  guard = await startGuard({ start: begin, clock, makeCloud: async () => cloud.simulator, between: () => ({ feeds }) });
  for (const lane of ['fast', 'config'] as const) await guard.round(contoso.id, lane);
  clock.set(begin + 25 * minute);
});

const strike = (kind: RequestFaultKind, handler: string, after: number, count?: number) =>
  cloud.simulator.world.board.set({ kind, handler, after, ...(count === undefined ? {} : { count }) });

/** One round of each lane: every feed's sentence, the tenant's own, and what became of the requests to one handler. */
async function look(handler = 'graph.signIns.list') {
  const { requests } = cloud.simulator.control;
  const before = requests().length;
  for (const lane of ['fast', 'config'] as const) await guard.round(contoso.id, lane);
  const scope = await guard.deps.registry.authorise(contoso.id, 'show');
  const states = await guard.deps.store.state.feeds(scope);
  const coverage = tenantCoverage({ tenant: contoso.id, name: contoso.name }, guard.deps.feeds, states);
  return {
    sentence: coverage.sentence,
    feeds: Object.fromEntries(coverage.feeds.map(({ feed, sentence }) => [feed, sentence])),
    asked: requests()
      .slice(before)
      .filter((one) => one.handler === handler)
      .map(({ status }) => status),
  };
}
/** Which of the sign-ins that were readable at a time are not kept. */
async function unkept(at: number): Promise<string[]> {
  const kept = await keptIds(guard);
  return recorded.tapes.signIns.flatMap(({ visibleAt, record }) =>
    visibleAt <= at && !kept.has(`signin:${record['id']}`) ? [String(record['createdDateTime'])] : [],
  );
}
const soon = (): void => guard.clock.advance(5 * minute);
const read = (title: string, to: string) => `${title}: read to 2026-03-02 ${to} UTC`;
const blind = (title: string, since: string, lacks: string, means: string) =>
  `${title}: blind since 2026-03-02 ${since} UTC, because this application lacks ${lacks}; ${means}. Next step: an administrator of the tenant grants it again.`;
const consent = 'the tenant’s consent (AADSTS700016)';
const firstAlarm = 'sign-ins are not seen here; a registered sign-in method is the first alarm';

describe('a token that is revoked', () => {
  it('in mid-page costs one request: the page is asked for again with a new token, and all is read', async () => {
    strike('token-revoked', 'graph.signIns.list', 1, 1);
    const { sentence, asked } = await look();
    expect(asked).toEqual([200, 401, 200]);
    expect(sentence).toBe('Everything read to 2026-03-02 09:25 UTC.');
    expect(await unkept(begin + 25 * minute)).toEqual([]);
  });
  it('in the first request of a snapshot likewise', async () => {
    strike('token-revoked', 'graph.permissionGrants.delta', 0, 1);
    const { sentence, asked } = await look('graph.permissionGrants.delta');
    expect(asked).toEqual([401, 200]);
    expect(sentence).toBe('Everything read to 2026-03-02 09:25 UTC.');
  });
});

describe('a permission that is withdrawn', () => {
  it('in mid-page: the first page counts, the mark stands at its last record, the next round is blind from there; granted again, the rest is read', async () => {
    strike('permission-missing', 'graph.signIns.list', 1);
    const broken = await look();
    expect(broken.asked).toEqual([200, 403]);
    expect(broken.feeds['sign-ins.interactive']).toBe(
      `${read('Interactive sign-ins', '09:11')}, but not completely: the reading broke off: AuditLog.Read.All was withdrawn.`,
    );
    expect(broken.feeds['directory-audits']).toBe(`${read('Directory audits', '09:25')}.`);
    expect(broken.sentence).toBe('Read to 2026-03-02 09:11 UTC; 1 of 6 feeds only in part: interactive sign-ins.');

    soon();
    const denied = await look();
    expect(denied.asked).toEqual([403]);
    expect(denied.feeds['sign-ins.interactive']).toBe(
      blind(
        'Interactive sign-ins',
        '09:11',
        'AuditLog.Read.All',
        'they are read an hour or more late, by the unified audit log; until then a registered sign-in method is the first alarm',
      ),
    );
    expect(denied.sentence).toBe('1 of 6 feeds not read: interactive sign-ins.');

    soon();
    cloud.simulator.world.board.clear();
    expect((await look()).sentence).toBe('Everything read to 2026-03-02 09:35 UTC.');
    expect(await unkept(begin + 35 * minute)).toEqual([]);
  });
  it('of one snapshot is told of that one alone', async () => {
    strike('permission-missing', 'graph.permissionGrants.', 0);
    const { sentence, feeds: told } = await look();
    expect(told['permission-grants']).toBe(
      blind('Delegated permission grants', '09:00', 'Directory.Read.All', 'consents are seen only through audits'),
    );
    expect(sentence).toBe('1 of 6 feeds not read: delegated permission grants.');
  });
});

describe('a consent that is withdrawn', () => {
  it('in mid-page: what was read before counts, every later request is refused, nothing that was not read is called complete', async () => {
    const key = consentKey(contoso.id, apps.reader);
    const given = cloud.simulator.world.consents.get(key);
    if (given === undefined) throw new Error('no consent');
    strike('consent-withdrawn', 'graph.signIns.list', 1, 1);
    const broken = await look();
    expect(broken.feeds).toEqual({
      'sign-ins.interactive': `${read('Interactive sign-ins', '09:11')}, but not completely: the reading broke off: ${consent} was withdrawn.`,
      'directory-audits': `${read('Directory audits', '09:25')}.`,
      'unified-audit': `${read('Unified audit log', '09:25')}; nothing new.`,
      'service-principals': blind(
        'Applications in this tenant',
        '09:00',
        consent,
        'new applications and credentials are seen only through audits',
      ),
      'permission-grants': blind('Delegated permission grants', '09:00', consent, 'consents are seen only through audits'),
      'exchange.transport-rules': blind(
        'Mail flow rules',
        '09:00',
        consent,
        'mail rules that strip headers or copy mail outside would not be seen here',
      ),
    });
    expect(broken.sentence).toMatch(/^3 of 6 feeds not read: .*the tenant’s consent/);

    soon();
    const { feeds: told, sentence } = await look();
    expect(told['sign-ins.interactive']).toBe(blind('Interactive sign-ins', '09:11', consent, firstAlarm));
    expect(told['directory-audits']).toMatch(/^Directory audits: blind since 2026-03-02 09:25 UTC/);
    expect(told['unified-audit']).toMatch(/^Unified audit log: blind since 2026-03-02 09:25 UTC/);
    expect(sentence).toMatch(/^No feed is read: .*the tenant’s consent/);

    soon();
    cloud.simulator.world.consents.set(key, given);
    expect((await look()).sentence).toBe('Everything read to 2026-03-02 09:35 UTC.');
    expect(await unkept(begin + 35 * minute)).toEqual([]);
  });
  it('between two feeds of one lane: the one before it was read, the next is blind', async () => {
    strike('consent-withdrawn', 'graph.servicePrincipals.delta', 0, 1);
    const { sentence, feeds: told } = await look();
    expect(told['service-principals']).toMatch(
      /^Applications in this tenant: blind since 2026-03-02 09:00 UTC, because this application lacks the tenant’s consent/,
    );
    expect(told['sign-ins.interactive']).toBe(`${read('Interactive sign-ins', '09:25')}.`);
    expect(sentence).toMatch(/^\d of 6 feeds not read/);
  });
});
