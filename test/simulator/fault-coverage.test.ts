// What the guard makes of every fault: the sentence that people read of the feed which it struck, and that all is well once the fault is over. The table is complete or does not compile.
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type RequestFault, type RequestFaultKind, requestFaultKinds } from '../../simulator/faults.ts';
import { feedsOf } from '../../src/rounds/due-feeds.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { contoso, startGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

const guard = await startGuard({ start, makeCloud: (options) => cloud.make(options), simulator: { historyDays: 2 } });

afterEach(() => guard.simulator.world.board.clear());

async function coverage() {
  guard.clock.advance(600_000);
  for (const lane of ['fast', 'config'] as const) await guard.round(contoso.id, lane);
  const scope = await guard.deps.registry.authorise(contoso.id, 'show');
  const { policy } = await guard.deps.registry.entry(scope);
  return tenantCoverage(
    { tenant: contoso.id, name: contoso.name },
    feedsOf(guard.deps.feeds, policy),
    await guard.deps.store.state.feeds(scope),
  );
}

interface Seen {
  readonly where?: Omit<RequestFault, 'kind'>;
  readonly feed: string;
  readonly says: RegExp;
  /** Of the tenant. */
  readonly tenant: RegExp;
  /** It spoils records and pages, and this quiet quarter of an hour has none: fault-answers.test.ts shows what it does. */
  readonly idle?: true;
}
const signIns = { handler: 'graph.signIns.list' } as const;
const since = String.raw`since 2026-03-02 \d\d:\d\d UTC`;
const failed = (cause: string) => ({
  where: signIns,
  feed: 'sign-ins.interactive',
  says: new RegExp(
    `^Interactive sign-ins: not read ${since}, because GET /auditLogs/signIns: ${cause}; sign-ins are not seen here; .* Next step: it is tried again`,
  ),
  tenant: new RegExp(`^3 of \\d+ feeds not read: 3 not read ${since}, because ${cause}\\.$`),
});
const waiting = {
  where: { ...signIns, seconds: 90 },
  feed: 'sign-ins.interactive',
  says: /^Interactive sign-ins: waiting until 2026-03-02 \d\d:\d\d UTC, because Microsoft throttled the reading\. Nothing to do\.$/,
  tenant: /^[34] of \d+ feeds not read: [34] waiting since 2026-03-02 \d\d:\d\d UTC, because Microsoft throttled the reading\.$/,
};
const noConsent = {
  where: {},
  feed: 'directory-audits',
  says: new RegExp(
    `blind ${since}, because this application lacks the tenant’s consent \\((AADSTS700016|InvalidAuthenticationToken)\\); .* Next step: an administrator of the tenant grants it again\\.$`,
  ),
};
const fine = { where: {}, feed: 'sign-ins.interactive', says: /^Interactive sign-ins: read to 2026-03-02/, tenant: /^Everything read to/ };
/** Struck from the second reading on, when there is a link to follow. */
const changesTold = {
  where: { handler: 'graph.servicePrincipals.delta' },
  feed: 'service-principals',
  says: /^Applications in this tenant: read to 2026-03-02/,
  tenant: /^Everything read to/,
};

const seen = {
  throttled: waiting,
  'throttled-seconds': waiting,
  'throttled-date': waiting,
  'internal-error': failed('Object reference not set to an instance of an object'),
  'bad-gateway': failed('it answered 502 without saying why'),
  unavailable: failed('The service is temporarily unavailable'),
  'gateway-timeout': failed('The upstream server did not answer in time'),
  reset: failed('the connection broke in mid-answer'),
  slow: fine,
  silent: failed('The operation was aborted due to timeout'),
  // One refused token is replaced at once and shows nowhere.
  'token-revoked': { ...fine, where: { count: 1 } },
  'consent-withdrawn': {
    ...noConsent,
    tenant: new RegExp(`^No feed is read: blind ${since}, because this application lacks the tenant’s consent\\.$`),
  },
  'permission-missing': {
    where: signIns,
    feed: 'sign-ins.non-interactive',
    says: new RegExp(`blind ${since}, because this application lacks AuditLog\\.Read\\.All; what programs do with tokens`),
    tenant: /^2 of \d+ feeds not read: non-interactive sign-ins, sign-ins of applications\.$|^3 of \d+ feeds not read: 3 blind/,
  },
  'no-p1': {
    feed: 'sign-ins.interactive',
    says: /^Interactive sign-ins: an hour or more late, by the unified audit log, because the tenant has no Entra ID P1; .* Next step: a licence, or live with it knowingly\.$/,
    tenant:
      /^4 of \d+ feeds not read: non-interactive sign-ins, sign-ins of applications, risk detections of Entra ID Protection, alerts of Microsoft Defender\.$/,
  },
  'no-p2': {
    feed: 'risk-detections',
    says: new RegExp(
      `blind ${since}, because the tenant has no Entra ID P2; what Entra ID Protection thinks of a sign-in .* is not seen here`,
    ),
    tenant: /^2 of \d+ feeds not read: risk detections of Entra ID Protection, alerts of Microsoft Defender\.$/,
  },
  // A mailbox that is not there holds no rule: Exchange says the same of one that was deleted.
  'no-mailbox': { feed: 'exchange.inbox-rules', says: /read to/, tenant: /^Everything read to/ },
  'audit-off': {
    feed: 'unified-audit',
    says: new RegExp(
      `blind ${since}, because the unified audit log of the tenant is switched off; .* Next step: an administrator switches it on \\(Purview`,
    ),
    tenant: /^1 of \d+ feeds not read: unified audit log\.$/,
  },
  'not-subscribed': {
    feed: 'unified-audit',
    says: /read to .*, but not completely: .*the subscription to it was missing and has just been started; content follows within 12 hours/,
    tenant: /^Read to .* UTC; 1 of \d+ feeds only in part: unified audit log\.$/,
  },
  'cmdlet-missing': {
    feed: 'exchange.transport-rules',
    says: new RegExp(
      `blind ${since}, because this application lacks Exchange\\.ManageAsApp with the role Security Reader \\(Get-TransportRule: The term 'Get-TransportRule' is not recognized as the name of a cmdlet\\); .* Next step: an administrator of the tenant grants it again\\.$`,
    ),
    tenant: new RegExp(
      `^6 of \\d+ feeds not read: 6 blind ${since}, because this application lacks Exchange\\.ManageAsApp with the role Security Reader\\.$`,
    ),
  },
  duplicates: fine,
  'moving-pages': { ...fine, idle: true },
  changing: { ...fine, idle: true },
  late: fine,
  'delta-replays': changesTold,
  'delta-sparse': changesTold,
  'delta-forgets': changesTold,
  'delta-reset': changesTold,
  'wrong-clock': fine,
  // In a test all requests fall into one second, and conditional access bears one.
  limits: { ...fine, tenant: /^1 of \d+ feeds not read: conditional Access policies\.$/ },
} satisfies Record<RequestFaultKind, Seen>;

describe('what people read of a fault', () => {
  it.each(requestFaultKinds)('%s', async (kind) => {
    const { where = {}, feed, says, tenant, idle }: Seen = seen[kind];
    const { board } = guard.simulator.world;
    board.set({ kind, tenant: contoso.id, ...where });
    vi.useFakeTimers({ now: guard.clock.now() + 600_000, toFake: ['Date'] });
    const struck = await coverage().finally(() => vi.useRealTimers());
    expect(struck.feeds.find((one) => one.feed === feed)?.sentence).toMatch(says);
    expect(struck.sentence).toMatch(tenant);
    if (idle === true) expect(board.list()[0]?.struck).toBe(0);
    else expect(board.list()[0]?.struck).toBeGreaterThan(0);
    board.clear();
    // The reading that starts the subscriptions again says so.
    if (kind === 'not-subscribed') await coverage();
    expect((await coverage()).sentence).toMatch(/^Everything read to/);
  });
});
