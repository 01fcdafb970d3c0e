// What is asked again and what is not: a blip and a short throttle are, a service's own no is not; nothing goes on for longer than a worker may hold its lease.
import { describe, expect, it } from 'vitest';
import { IncompleteError } from '../../src/contain/action.ts';
import { insisting, insistingOnce } from '../../src/contain/insist.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { manualClock } from '../support/manual-clock.ts';

const failing = (status: number, code: string, retryAfterSeconds?: number) =>
  new ServiceError('graph', status, code, code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

/** Fails with each of these in turn, then succeeds. */
function work(errors: readonly Error[], takesMs = 0) {
  const clock = manualClock(0);
  const waits: number[] = [];
  const tools = {
    clock,
    wait: async (milliseconds: number) => {
      waits.push(milliseconds / 1000);
      clock.advance(milliseconds);
    },
  };
  let calls = 0;
  const call = async (): Promise<void> => {
    clock.advance(takesMs);
    const error = errors[calls++];
    if (error !== undefined) throw error;
  };
  return { tools, waits, call, calls: () => calls };
}

describe('insisting', () => {
  it.each([
    [0, 'Unreachable'],
    [0, 'ConnectionLost'],
    [0, 'TokenUnavailable'],
    [0, 'SignInSilent'],
    [429, 'TooManyRequests'],
    [500, 'UnknownError'],
    [503, 'ServiceUnavailable'],
  ])('asks again after %i %s', async (status, code) => {
    const { tools, call, calls, waits } = work([failing(status, code)]);
    await insisting(tools, call);
    expect([calls(), waits]).toEqual([2, [1]]);
  });
  it.each([
    [400, 'BadRequest'],
    [401, 'AADSTS700016'],
    [403, 'Authorization_RequestDenied'],
    [404, 'Request_ResourceNotFound'],
    [0, 'UnknownForm'],
    [0, 'ForeignNextLink'],
  ])('takes %i %s for an answer', async (status, code) => {
    const { tools, call, calls } = work([failing(status, code)]);
    await expect(insisting(tools, call)).rejects.toThrow(code);
    expect(calls()).toBe(1);
  });
  it('waits as long as the service asks, half a minute at most', async () => {
    const short = work([failing(429, 'TooManyRequests', 30)]);
    await insisting(short.tools, short.call);
    expect(short.waits).toEqual([30]);
    const long = work([failing(429, 'TooManyRequests', 31)]);
    await expect(insisting(long.tools, long.call)).rejects.toThrow('TooManyRequests');
  });
  it('ends after the fourth try, and where another would begin too late', async () => {
    const often = work(Array.from({ length: 9 }, () => failing(503, 'ServiceUnavailable')));
    await expect(insisting(often.tools, often.call)).rejects.toThrow('ServiceUnavailable');
    expect([often.calls(), often.waits]).toEqual([4, [1, 3, 10]]);
    const slow = work(
      Array.from({ length: 9 }, () => failing(0, 'Unreachable')),
      60_000,
    );
    await expect(insisting(slow.tools, slow.call)).rejects.toThrow('Unreachable');
    expect(slow.calls()).toBe(2);
  });
  it('begins no new try after the turn of the worker', async () => {
    const { tools, call, calls } = work(
      Array.from({ length: 9 }, () => failing(0, 'Unreachable')),
      10_000,
    );
    await expect(insisting({ ...tools, until: 20_000 }, call)).rejects.toThrow('Unreachable');
    expect(calls()).toBe(1 + 1);
  });
  it('does the rest of what was done in part because a call failed', async () => {
    const { tools, call, calls } = work([new IncompleteError('1 of 2 removed', { cause: failing(0, 'Unreachable') })]);
    await insisting(tools, call);
    expect(calls()).toBe(2);
    const refused = work([new IncompleteError('1 of 2 removed', { cause: failing(403, 'Forbidden') })]);
    await expect(insisting(refused.tools, refused.call)).rejects.toThrow('1 of 2');
  });
  it('never hides a fault of the program', async () => {
    const { tools, call } = work([new TypeError('no such thing')]);
    await expect(insisting(tools, call)).rejects.toThrow(TypeError);
  });
});

describe('what must not be done twice', () => {
  it('is looked for before it is done again', async () => {
    const lost = work([failing(0, 'Unreachable')]);
    await insistingOnce(lost.tools, lost.call, async () => true);
    expect([lost.calls(), lost.waits]).toEqual([1, [10]]);
    const refused = work([failing(0, 'Unreachable')]);
    await insistingOnce(refused.tools, refused.call, async () => false);
    expect(refused.calls()).toBe(2);
  });
  it('is not done again where the look outlasted the turn of the worker', async () => {
    const { tools, call, calls } = work([failing(0, 'Unreachable')]);
    const slow = async () => {
      tools.clock.advance(30_000);
      return false;
    };
    await expect(insistingOnce({ ...tools, until: 30_000 }, call, slow)).rejects.toThrow('Unreachable');
    expect(calls()).toBe(1);
  });
  it('is not done again where it cannot be looked for', async () => {
    const { tools, call, calls } = work([failing(0, 'Unreachable')]);
    await expect(
      insistingOnce(tools, call, async () => {
        throw failing(403, 'Forbidden');
      }),
    ).rejects.toThrow('Forbidden');
    expect(calls()).toBe(1);
  });
});
