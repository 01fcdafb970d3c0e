// Hosts that answer nobody: left alone by all workers, asked again by one request, and closed everywhere by the first answer.
import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { manualClock } from '../support/manual-clock.ts';
import { planned, refused, workers } from '../support/workers.ts';

describe('the circuit breaker', () => {
  it('opens when a host answers nobody, lets one through after a pause, and closes at an answer', () => {
    const clock = manualClock(Date.UTC(2026, 0, 5));
    const breaker = createBreaker({ clock });
    for (let n = 0; n < 9; n++) breaker.failed('graph', `tenant-${n % 3}`);
    expect(breaker.closedUntil('graph')).toBeUndefined();
    breaker.failed('graph', 'tenant-0');
    expect(breaker.closedUntil('graph')).toBe(clock.now() + 30_000);
    expect(breaker.closedUntil('exchange')).toBeUndefined();
    clock.advance(30_000);
    expect(breaker.closedUntil('graph')).toBeUndefined();
    expect(breaker.closedUntil('graph')).toBeDefined();
    breaker.failed('graph', 'tenant-0');
    expect(breaker.closedUntil('graph')).toBe(clock.now() + 60_000);
    clock.advance(60_000);
    expect(breaker.closedUntil('graph')).toBeUndefined();
    breaker.succeeded('graph');
    expect(breaker.closedUntil('graph')).toBeUndefined();
    expect(breaker.closedUntil('graph')).toBeUndefined();
  });

  it('lets another one through where nothing is heard of the first: it got no token, so the host was never asked', async () => {
    const { clock, worker } = workers();
    const limits = worker();
    for (let n = 0; n < 10; n++)
      limits.open({ ...planned, tenant: `t${n}` }).after('graph', new ServiceError('graph', 0, 'Unreachable', 'down'));
    const ask = () => refused(limits.open(planned).before('organization', 'graph'));
    expect(await ask()).toBe('CircuitOpen');
    clock.advance(30_000);
    expect(await ask()).toBe('sent');
    limits.open(planned).after('graph', new ServiceError('token', 401, 'AADSTS700016', 'no consent'));
    expect(await ask()).toBe('CircuitOpen');
    clock.advance(30_000);
    expect(await ask()).toBe('sent');
  });

  it.each(['ForeignNextLink', 'ForeignDeltaLink', 'ForeignAddress', 'NoAddress', 'NoDelta'])(
    'takes %s, which the guard says of a link itself, neither for silence nor for an answer',
    async (code) => {
      const { clock, worker } = workers();
      const limits = worker();
      const tell = (of: string) => {
        for (let n = 0; n < 10; n++) limits.open({ ...planned, tenant: `t${n}` }).after('graph', new ServiceError('graph', 0, of, of));
      };
      const ask = () => refused(limits.open(planned).before('organization', 'graph'));
      tell(code);
      expect(await ask()).toBe('sent');
      tell('Unreachable');
      tell(code);
      expect(await ask()).toBe('CircuitOpen');
      clock.advance(30_000);
      expect(await ask()).toBe('sent');
      tell(code);
      expect(await ask()).toBe('CircuitOpen');
    },
  );

  it('is known to the worker that has a tenant’s next round, which asks once, and no longer than the first worker does', async () => {
    const { clock, worker } = workers();
    const [one, other] = [worker(), worker()];
    const down = new ServiceError('graph', 503, 'ServiceUnavailable', 'down');
    for (let n = 0; n < 10; n++) one.open({ ...planned, tenant: `t${n}` }).after('graph', down);
    const left = new Map([['fast', one.open(planned).spent()]] as const);
    const ask = (limits: typeof one, source: 'graph' | 'exchange' | 'activity' = 'graph') =>
      refused(limits.open({ ...planned, before: left }).before('organization', source));
    expect(await refused(other.open(planned).before('organization', 'graph'))).toBe('sent');
    other.open(planned).after('graph', down);
    expect(await ask(other)).toBe('CircuitOpen');
    expect([await ask(other, 'exchange'), await ask(other, 'activity')]).toEqual(['sent', 'sent']);
    clock.advance(30_000);
    expect([await ask(other), await ask(other)]).toEqual(['sent', 'CircuitOpen']);
    other.open(planned).after('graph', down);
    clock.advance(30_001);
    // One failure of the probe was enough for a longer pause.
    expect(await ask(other)).toBe('CircuitOpen');
    clock.advance(29_999);
    expect(await ask(other)).toBe('sent');
    other.open(planned).after('graph');
    // What the tenant's row still says is older than this answer.
    expect([await ask(other), await ask(other)]).toEqual(['sent', 'sent']);
  });

  it('closes everywhere with the first answer that anybody had since, and believes no word of long ago or of years ahead', async () => {
    const { clock, worker } = workers();
    const heard = { since: clock.now(), until: clock.now() + 480_000, pauseMs: 600_000 };
    const leftBy = (open: typeof heard) => new Map([['fast', { open: { graph: open } }]] as const);
    const ask = (
      limits: ReturnType<typeof worker>,
      more: { before?: ReturnType<typeof leftBy>; answered?: ReadonlyMap<'graph', number> },
    ) => refused(limits.open({ ...planned, ...more }).before('organization', 'graph'));
    const limits = worker();
    expect(await ask(limits, { before: leftBy(heard) })).toBe('CircuitOpen');
    clock.advance(60_000);
    expect(await ask(limits, { answered: new Map([['graph', heard.since - 1]]) })).toBe('CircuitOpen');
    expect(await ask(limits, { answered: new Map([['graph', heard.since + 30_000]]) })).toBe('sent');
    expect(await ask(limits, { before: leftBy(heard) })).toBe('sent');
    clock.advance(86_400_000);
    expect(await ask(worker(), { before: leftBy(heard) })).toBe('sent');
    const mad = worker();
    expect(await ask(mad, { before: leftBy({ since: clock.now() + 9e12, until: clock.now() + 9e12, pauseMs: 9e12 }) })).toBe('CircuitOpen');
    clock.advance(600_000);
    expect(await ask(mad, {})).toBe('sent');
  });

  it('stays closed over the trouble of one tenant, and over failures with answers between', () => {
    const breaker = createBreaker({ clock: manualClock(0) });
    for (let n = 0; n < 50; n++) breaker.failed('graph', 'tenant');
    expect(breaker.closedUntil('graph')).toBeUndefined();
    for (let n = 0; n < 50; n++) {
      breaker.failed('exchange', `tenant-${n}`);
      if (n % 5 === 4) breaker.succeeded('exchange');
    }
    expect(breaker.closedUntil('exchange')).toBeUndefined();
  });
});
