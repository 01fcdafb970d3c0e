// Coverage in words: one cause is one block with one next step, "since" is this outage's hour, and what is read in part is not called read.
import { describe, expect, it } from 'vitest';
import { feeds } from '../../src/collect/feeds.ts';
import { readOutcomeOf } from '../../src/collect/read-outcome.ts';
import type { ReadOutcome } from '../../src/contracts/coverage.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { nextState } from '../../src/rounds/fast-lane.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { fleetSentence } from '../../src/tenants/fleet-coverage.ts';
import { answerAlone } from '../../src/tenants/words.ts';

const now = Date.UTC(2026, 2, 9, 10);
const minute = 60_000;
const contoso = { tenant: '11111111-1111-4111-8111-111111111111', name: 'Contoso' };
const wanted = feeds.filter(({ optIn }) => optIn !== true);
const state = (feed: string, outcome: ReadOutcome, more: Partial<FeedState> = {}): FeedState => ({
  v: 1,
  feed,
  startedAt: now - 1000 * minute,
  triedAt: now,
  outcome,
  ...(outcome.status === 'complete' || outcome.status === 'incomplete' ? { readTo: now } : { readTo: now - 5 * minute }),
  ...more,
});
const complete: ReadOutcome = { status: 'complete' };
const noToken = (scope: string): ReadOutcome =>
  readOutcomeOf(
    new ServiceError('token', 0, 'TokenUnavailable', `no token for ${scope}: the sign-in service could not be reached.`),
    { permission: 'AuditLog.Read.All' },
    now,
  );
const scopes = {
  reporting: 'https://graph.microsoft.com',
  graph: 'https://graph.microsoft.com',
  exchange: 'https://outlook.office365.com',
};
const scopeOf = (source: string): string => scopes[source as keyof typeof scopes] ?? 'https://manage.office.com';

/** Every feed as it stands where nothing gets a token; those that ask about nobody asked for none. */
const tokenless = wanted.map(({ id, kind, source, ...feed }) =>
  kind === 'snapshot' && 'partOf' in feed && feed.partOf !== undefined
    ? state(id, complete, { lastCount: 0 })
    : state(id, noToken(`${scopeOf(source)}/.default`), { blindSince: now - 7 * minute }),
);

describe('a tenant for which no token is given', () => {
  const coverage = tenantCoverage(contoso, wanted, tokenless);
  it('is one block with one cause and one next step, whichever service each token was meant for', () => {
    expect(coverage.shared).toHaveLength(1);
    expect(coverage.shared[0]?.feeds).toHaveLength(wanted.length);
    expect(coverage.shared[0]?.sentence).toMatch(
      /^\d+ feeds: not read since 2026-03-09 09:53 UTC, because the guard gets no token for this tenant: the sign-in service could not be reached\. Next step: check the tenant’s id, /,
    );
  });
  it('has no feed that reads as read, also of those that had nobody to ask about', () => {
    expect(coverage.feeds.filter(({ outcome }) => outcome.status === 'complete')).toEqual([]);
    expect(coverage.sentence).toBe(
      'No feed is read: not read since 2026-03-09 09:53 UTC, because the guard gets no token for this tenant: the sign-in service could not be reached.',
    );
  });
  it('is told of in the fleet’s sentence without a doubled full stop', () => {
    const sentence = fleetSentence([coverage], now);
    expect(sentence).toBe(
      'Everything read in 0 of 1 tenant; Contoso blind since 09:53 UTC, because the guard gets no token for this tenant: the sign-in service could not be reached.',
    );
  });
  it('and whose consent is lacking asks for that alone, whatever else each service says', () => {
    const denied = wanted.map(({ id, source }) =>
      state(id, { status: 'denied', permission: source === 'exchange' ? 'Exchange.ManageAsApp' : 'the tenant’s consent (AADSTS7000229)' }),
    );
    const { shared } = tenantCoverage(contoso, wanted, denied);
    expect(shared.map(({ sentence }) => sentence)).toEqual([
      `${wanted.length} feeds: blind, because this application lacks the tenant’s consent. Next step: an administrator of the tenant grants it again.`,
    ]);
  });
  it('near miss: people in question who were asked about where a single permission is lacking stay as they were read', () => {
    const some = wanted.map(({ id }) =>
      id === 'exchange.transport-rules' ? state(id, { status: 'denied', permission: 'Security Reader' }) : state(id, complete),
    );
    const read = tenantCoverage(contoso, wanted, some).feeds.find(({ feed }) => feed === 'exchange.inbox-rules');
    expect(read?.outcome.status).toBe('complete');
  });
});

describe('a service that fails at many paths', () => {
  const answers = (text: string) =>
    wanted.map(({ id }, index) =>
      state(id, { status: 'failed', cause: `GET /paths/${index}: ${text}` }, { blindSince: now - 10 * minute }),
    );
  it('is one block with one cause, and one in the fleet’s sentence', () => {
    const coverage = tenantCoverage(contoso, wanted, answers('The service is temporarily unavailable.'));
    const because = 'not read since 2026-03-09 09:50 UTC, because The service is temporarily unavailable';
    expect(coverage.shared.map(({ feeds, because: why }) => [feeds.length, why])).toEqual([[wanted.length, because]]);
    expect(fleetSentence([coverage], now)).toContain('since 09:50 UTC, because The service is temporarily unavailable.');
  });
  it('folds cmdlets, listings and readings of content likewise, and nothing that answers otherwise', () => {
    const texts = [
      'Get-TransportRule: It is down.',
      'listing Audit.Exchange: It is down.',
      'reading content: It is down.',
      'POST /$batch: It is down.',
    ];
    expect(new Set(texts.map(answerAlone))).toEqual(new Set(['It is down']));
    for (const text of ['GET: it is down', 'The connector: it is down', 'Get-: it is down']) expect(answerAlone(text)).toBe(text);
  });
});

describe('since when', () => {
  const failed: ReadOutcome = { status: 'failed', cause: 'Graph answered 503.' };
  it('is this outage’s hour; an older outage is that of the few that have it', () => {
    const old = now - 600 * minute;
    const states = wanted.map(({ id }, index) => state(id, failed, { blindSince: index < 2 ? old : now - 10 * minute }));
    const coverage = tenantCoverage(contoso, wanted, states);
    expect(coverage.shared[0]?.because).toBe(
      'not read since 2026-03-09 09:50 UTC (2 of them since 2026-03-09 00:00 UTC), because Graph answered 503',
    );
    expect(fleetSentence([coverage], now)).toContain('Contoso blind since 09:50 UTC, because Graph answered 503.');
  });
  it('goes with its own cause: what blinds most feeds, and not what is blind for longest', () => {
    const off: ReadOutcome = { status: 'off', what: 'the audit log is switched off', next: 'switch it on' };
    const states = wanted.map(({ id }) =>
      id === 'unified-audit' ? state(id, off, { blindSince: now - 900 * minute }) : state(id, failed, { blindSince: now - 10 * minute }),
    );
    expect(fleetSentence([tenantCoverage(contoso, wanted, states)], now)).toMatch(
      /; Contoso blind since 09:50 UTC, because Graph answered 503\.$/,
    );
  });
  it('counts from the last look, also of a log that still catches up after an older outage', () => {
    const catching = state('directory-audits', complete, { readTo: now - 500 * minute, triedAt: now - 5 * minute });
    const read = { outcome: failed, readTo: 0 };
    const first = nextState({ id: 'directory-audits' }, catching, read, 0, [], now);
    expect(first).toMatchObject({ blindSince: now - 5 * minute, readTo: now - 500 * minute });
    expect(nextState({ id: 'directory-audits' }, first, read, 0, [], now + minute).blindSince).toBe(first.blindSince);
  });
  it('begins anew after a licence that was never there, and not while one outage is told first as an error, then as a limit, then as a missing right', () => {
    const next = (before: FeedState | undefined, outcome: ReadOutcome, at: number) =>
      nextState({ id: 'sign-ins.interactive' }, before, { outcome, readTo: 0 }, 0, [], at);
    const unlicensed = next(undefined, { status: 'unlicensed', sku: 'Entra ID P1' }, now - 18 * minute);
    const throttled: ReadOutcome = { status: 'throttled', until: now + minute };
    const outage = next(unlicensed, failed, now);
    expect([unlicensed.blindSince, outage.blindSince]).toEqual([now - 18 * minute, now]);
    const limited = next(outage, throttled, now + minute);
    expect([limited.blindSince, next(limited, failed, now + 2 * minute).blindSince]).toEqual([now, now]);
    expect(next(limited, { status: 'denied', permission: 'AuditLog.Read.All' }, now + 3 * minute).blindSince).toBe(now);
  });
  it('and a tenant that had no licence before is told the hour of the outage', () => {
    const unlicensed: ReadOutcome = { status: 'unlicensed', sku: 'Entra ID P1' };
    const lacking = (id: string) => nextState({ id }, undefined, { outcome: unlicensed, readTo: 0 }, 0, [], now - 18 * minute);
    const states = wanted.map(({ id }) => nextState({ id }, lacking(id), { outcome: failed, readTo: 0 }, 0, [], now));
    expect(tenantCoverage(contoso, wanted, states).sentence).toBe(
      'No feed is read: not read since 2026-03-09 10:00 UTC, because Graph answered 503.',
    );
  });
});

describe('what is read in part', () => {
  const why = '3 of 4 mailboxes were read, then Exchange throttled the reading.';
  const states = wanted.map(({ id }) => state(id, id === 'exchange.inbox-rules' ? { status: 'incomplete', why } : complete));
  const coverage = tenantCoverage(contoso, wanted, states);
  it('is not called read, of the tenant or of the fleet', () => {
    expect(coverage.sentence).toBe(
      `Read to 2026-03-09 10:00 UTC; 1 of ${wanted.length} feeds only in part: inbox rules of people in question.`,
    );
    expect(fleetSentence([coverage], now)).toBe(
      'Everything read in 0 of 1 tenant; Contoso read only in part (inbox rules of people in question).',
    );
    expect(coverage.feeds.find(({ feed }) => feed === 'exchange.inbox-rules')?.sentence).toMatch(/throttled the reading\.$/);
  });
});
