// "This address is bad": what is taken, what never, and that a report ends.
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import type { BadAddress } from '../../src/contracts/events.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { microsoftNetworks } from '../../src/tenants/microsoft-networks.ts';
import { acceptAddress, mostReports, report } from '../../src/tenants/reported-addresses.ts';
import { manualClock } from '../support/manual-clock.ts';
import { scopeOf } from '../support/scope.ts';

const tenant = '6f1d2c8e-3b47-4a59-9c10-5d2e8f7a1b01';
const day = 86_400_000;

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 198.51.100.9 ', '198.51.100.9'],
    ['203.0.113.77/28', '203.0.113.64/28'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8:1:2::/48', '2001:db8:1::/48'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('%j is taken as %s', (text, address) => expect(acceptAddress(text, [])).toEqual({ address }));

  it.each([
    ['a name', 'bad.example.com', 'no IPv4 or IPv6'],
    ['a number', '3221225991', 'no IPv4 or IPv6'],
    ['octal digits', '0300.0.2.7', 'no IPv4 or IPv6'],
    ['a length that is none', '192.0.2.7/33', 'no IPv4 or IPv6'],
    ['a length of text', '192.0.2.7/x', 'no IPv4 or IPv6'],
    ['a mapped range', '::ffff:192.0.2.0/120', 'no IPv4 or IPv6'],
    ['everything', '0.0.0.0/0', 'at most /24'],
    ['a wider range', '198.51.100.0/23', 'at most /24'],
    ['a wider IPv6 range', '2001:db8::/47', 'at most /48'],
    ['the own office', '198.51.100.20', 'own networks'],
    ['a range that holds the own office', '198.51.100.0/24', 'own networks'],
    ['a private address', '10.0.0.1', 'private'],
    ['this computer', '127.0.0.1', 'loopback'],
    ['a link-local address', 'fe80::1', 'linkLocal'],
  ])('%s is refused, and the field named', (_, text, why) => {
    const answer = acceptAddress(text, ['198.51.100.16/28']);
    expect(answer).toEqual({ refused: expect.stringMatching(/^data\.address: /) });
    expect(answer).toEqual({ refused: expect.stringContaining(why) });
  });

  it('of Microsoft is never taken, nor a range that holds one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...microsoftNetworks), fc.nat(255), (network, last) => {
        const [first = ''] = network.split('/');
        const parsed = ipaddr.parse(first);
        const near = parsed.kind() === 'ipv4' ? `${first}/24` : `${first}/48`;
        expect(acceptAddress(first, [])).toHaveProperty('refused');
        expect(acceptAddress(near, [])).toHaveProperty('refused');
        if (network.endsWith('/16')) expect(acceptAddress(first.replace(/\.0\.0$/, `.7.${last}`), [])).toHaveProperty('refused');
      }),
    );
  });

  it('is taken or refused whatever stands there, and what is taken is one again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.ipV4(),
          fc.ipV6(),
          fc.ipV4Extended(),
          fc.tuple(fc.ipV4(), fc.nat(40)).map((parts) => parts.join('/')),
        ),
        (text) => {
          const answer = acceptAddress(text, []);
          if ('address' in answer) expect(acceptAddress(answer.address, [])).toEqual(answer);
          else expect(answer.refused).toMatch(/^data\.address: /);
        },
      ),
    );
  });
});

describe('a report', () => {
  const at = () => {
    const clock = manualClock(Date.UTC(2026, 2, 9, 10));
    const store = createStore({ backend: memoryBackend({ clock }) });
    const scope = scopeOf(tenant);
    const send = (data: Partial<BadAddress['data']> = {}, source = '/soc/example') =>
      report(
        { store, clock },
        scope,
        {
          specversion: '1.0',
          id: 'c1',
          source,
          type: 'TenantGuard.BadAddress',
          data: { tenant, address: '192.0.2.7', reason: 'Seen in a spray', ...data },
        },
        [],
      );
    return { clock, send, stored: () => store.reports.of(scope) };
  };

  it('stands for a month unless it says otherwise, with who sent it and why', async () => {
    const { clock, send, stored } = at();
    expect(await send()).toBeUndefined();
    expect(await stored()).toMatchObject([
      { address: '192.0.2.7', reason: 'Seen in a spray', sender: '/soc/example', until: clock.now() + 30 * day },
    ]);
  });

  it('that comes twice is one; a later one moves the end', async () => {
    const { clock, send, stored } = at();
    await send();
    const [{ from } = { from: 0 }] = await stored();
    clock.advance(day);
    await send({ until: '2026-03-12T00:00:00Z' });
    expect(await stored()).toMatchObject([{ from, until: Date.UTC(2026, 2, 12) }]);
  });

  it.each([
    ['an end in the past', '2026-03-09T09:59:59Z', 'data.until: lies in the past'],
    ['an end after three months', '2026-09-09T10:00:00Z', 'data.until: more than 90 days ahead'],
  ])('with %s is refused', async (_, until, why) => {
    const { send, stored } = at();
    expect(await send({ until })).toBe(why);
    expect(await stored()).toEqual([]);
  });

  it('beyond the most that stand at once is refused until one ends; one that stands can be renewed', async () => {
    const { clock, send, stored } = at();
    for (let count = 0; count < mostReports; count++) await send({ address: `192.0.2.${count}`, until: '2026-03-10T00:00:00Z' });
    expect(await send({ address: '198.51.100.1' })).toMatch(/^data\.address: 200 reported addresses stand/);
    expect(await send({ address: '192.0.2.7', until: '2026-03-11T00:00:00Z' })).toBeUndefined();
    clock.set(Date.UTC(2026, 2, 10));
    expect(await send({ address: '198.51.100.1' })).toBeUndefined();
    expect((await stored()).map(({ address }) => address).sort()).toEqual(['192.0.2.7', '198.51.100.1']);
  });
});
