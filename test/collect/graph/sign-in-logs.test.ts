// The three feeds of sign-ins: which version and filter they ask with, what a refusal costs, and how far a read that ends early moves the mark.
import { describe, expect, it } from 'vitest';
import type { LogFeed } from '../../../src/collect/feed.ts';
import { signInsInteractive } from '../../../src/collect/graph/sign-ins-interactive.ts';
import { signInsNonInteractive } from '../../../src/collect/graph/sign-ins-non-interactive.ts';
import { signInsServicePrincipal } from '../../../src/collect/graph/sign-ins-service-principal.ts';
import { broken, fakeGraph, now, refused } from './fake-graph.ts';

const span = { from: now - 20 * 60_000, to: now };
const at = (offsetMs: number): string => new Date(span.from + offsetMs).toISOString();
const user = '00000000-0000-4000-8000-000000000001';
const record = (id: string, offsetMs: number, kind = 'nonInteractiveUser') => ({
  id,
  createdDateTime: at(offsetMs),
  userId: user,
  userPrincipalName: 'ada@contoso.example',
  appId: '00000000-0000-4000-8000-0000000000b1',
  signInEventTypes: [kind],
});
const appRecord = (id: string) => ({
  id,
  createdDateTime: at(1000),
  userId: '',
  userPrincipalName: '',
  appId: '00000000-0000-4000-8000-0000000000B2',
  servicePrincipalId: '00000000-0000-4000-8000-0000000000c2',
  servicePrincipalName: 'Monthly reports',
  signInEventTypes: ['servicePrincipal'],
});
const noPremium = refused(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant');

describe('feeds of sign-ins', () => {
  const kinds: readonly [LogFeed, string][] = [
    [signInsInteractive, "signInEventTypes/any(t: t eq 'interactiveUser')"],
    [signInsNonInteractive, "signInEventTypes/any(t: t eq 'nonInteractiveUser')"],
    [signInsServicePrincipal, "signInEventTypes/any(t: t eq 'servicePrincipal' or t eq 'managedIdentity')"],
  ];
  it.each(kinds.map(([feed, filter]) => [feed.id, feed, filter] as const))(
    '%s costs one request, of beta, for its own kind, oldest first',
    async (_id, feed, filter) => {
      const { asked, context } = fakeGraph(() => [[]]);
      const read = await feed.read(context, span);
      expect(read.outcome).toEqual({ status: 'complete' });
      expect(read.readTo).toBe(now);
      expect(asked).toHaveLength(1);
      expect(asked[0]?.options).toMatchObject({
        version: 'beta',
        query: {
          $filter: `createdDateTime ge 2026-03-09T09:40:00.000Z and createdDateTime lt 2026-03-09T10:00:00.000Z and ${filter}`,
          $orderby: 'createdDateTime asc',
          $top: '1000',
        },
        headers: { Prefer: 'include-unknown-enum-members' },
      });
    },
  );

  it('a read that ends early says whose limit ended it: Microsoft’s, or our own', async () => {
    const whyOf = async (code: string, message: string) => {
      const { context } = fakeGraph(() => [[record('a', 1000, 'interactiveUser')], broken(refused(429, code, message))]);
      const { outcome } = await signInsInteractive.read(context, span);
      return outcome.status === 'incomplete' ? outcome.why : outcome.status;
    };
    expect(await whyOf('TooManyRequests', 'slow down')).toBe('Microsoft throttled the reading; it goes on at the next round');
    expect(await whyOf('HeldBack', 'one round reads only so much')).toBe('one round reads only so much');
  });

  it.each(kinds.map(([feed]) => [feed.id, feed] as const))(
    '%s says which licence is missing, without a second request',
    async (_id, feed) => {
      const { asked, context } = fakeGraph(() => noPremium);
      expect((await feed.read(context, span)).outcome).toEqual({ status: 'unlicensed', sku: 'Entra ID P1' });
      expect(asked).toHaveLength(1);
    },
  );

  it('interactive sign-ins come from v1.0 where beta is refused, and the loss is said', async () => {
    const { asked, context } = fakeGraph(({ options }) =>
      options.version === 'beta' ? refused(500, 'Broken', 'beta is down') : [[record('a', 5)]],
    );
    const read = await signInsInteractive.read(context, span);
    expect(asked.map(({ options }) => options.version)).toEqual(['beta', 'v1.0']);
    expect(asked[1]?.options.query?.['$filter']).not.toContain('signInEventTypes');
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining('v1.0 lacks network, session and protocol') });
    expect(read.activities).toHaveLength(1);
  });

  it('non-interactive sign-ins have no other source than beta: refused is failed', async () => {
    const { asked, context } = fakeGraph(() => refused(500, 'Broken', 'beta is down'));
    expect((await signInsNonInteractive.read(context, span)).outcome).toMatchObject({ status: 'failed' });
    expect(asked).toHaveLength(1);
  });

  it('applications are read without managed identities where both are refused in one filter', async () => {
    const { asked, context } = fakeGraph(({ options }) =>
      options.query?.['$filter']?.includes('managedIdentity') ? refused(400, 'BadRequest', 'not in one filter') : [[appRecord('a')]],
    );
    const read = await signInsServicePrincipal.read(context, span);
    expect(asked).toHaveLength(2);
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining('managed identities') });
    expect(read.activities[0]).toMatchObject({
      id: 'signin:a',
      subject: 'app:00000000-0000-4000-8000-0000000000b2',
      subjectName: 'Monthly reports',
    });
  });

  it('a sign-in has the same id whichever feed brings it', async () => {
    const ids = await Promise.all(
      [signInsInteractive, signInsNonInteractive].map(async (feed) => {
        const { context } = fakeGraph(() => [[record('AbC', 5)]]);
        return (await feed.read(context, span)).activities[0]?.id;
      }),
    );
    expect(ids).toEqual(['signin:abc', 'signin:abc']);
  });
});

describe('a read that ends early', () => {
  const full = (page: number, stepMs: number) =>
    Array.from({ length: 1000 }, (_, index) => record(`${page}-${index}`, (page * 1000 + index) * stepMs));

  it('moves the mark as far as it came, and says that there is more', async () => {
    const pages = Array.from({ length: 12 }, (_, page) => full(page, 100));
    const { context } = fakeGraph(() => pages);
    const read = await signInsNonInteractive.read(context, span);
    expect(read.activities).toHaveLength(10_000);
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining('more than 10 pages') });
    expect(read.readTo).toBe(span.from + 9_999 * 100);
    expect(read.kept).toBeUndefined();
  });

  it('goes on after its own end where it did not get beyond the overlap, so that it ever ends', async () => {
    const pages = Array.from({ length: 12 }, (_, page) => full(page, 1));
    const { asked, context } = fakeGraph(() => pages);
    const first = await signInsNonInteractive.read(context, span);
    expect(first.kept).toBe(String(span.from + 9_999));
    await signInsNonInteractive.read({ ...context, ...(first.kept === undefined ? {} : { kept: first.kept }) }, span);
    expect(asked[1]?.options.query?.['$filter']).toContain(`createdDateTime ge ${at(9_999)}`);
  });

  it('begins anew where what was kept does not lie in the span', async () => {
    const { asked, context } = fakeGraph(() => [[]]);
    await signInsNonInteractive.read({ ...context, kept: String(span.from - 1) }, span);
    await signInsNonInteractive.read({ ...context, kept: 'nonsense' }, span);
    for (const { options } of asked) expect(options.query?.['$filter']).toContain(`createdDateTime ge ${at(0)}`);
  });

  it('is no loss where the last page is full and the budget is not used up', async () => {
    const { context } = fakeGraph(() => [full(0, 1)]);
    expect((await signInsNonInteractive.read(context, span)).outcome).toEqual({ status: 'complete' });
  });

  it('keeps what it has when the connection breaks between two pages', async () => {
    const { context } = fakeGraph(() => [[record('a', 5)], broken(refused(0, 'ConnectionLost', 'reset'))]);
    const read = await signInsNonInteractive.read(context, span);
    expect(read.outcome).toEqual({ status: 'incomplete', why: 'the reading broke off: reset' });
    expect(read.readTo).toBe(span.from + 5);
  });
});
