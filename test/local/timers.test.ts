// Timers on a clock that the test moves.
import { describe, expect, it } from 'vitest';
import type { InvocationRequest, LogLine } from '../../local/runner/messages.ts';
import { ncrontab, startTimer, type TimerClock, type TimerStatus } from '../../local/runner/timers.ts';

/** A clock whose waits end when the test moves it past them. */
function manualClock(start: string): TimerClock & { advance(milliseconds: number): Promise<void> } {
  let now = Date.parse(start);
  const waits = new Set<{ at: number; call: () => void }>();
  return {
    now: () => now,
    after(milliseconds, call) {
      const wait = { at: now + milliseconds, call };
      waits.add(wait);
      return () => waits.delete(wait);
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        // A run and what follows it are promises.
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        const next = [...waits].filter((wait) => wait.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waits.delete(next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
    },
  };
}

interface Info {
  readonly ScheduleStatus: { readonly Last: string; readonly Next: string; readonly LastUpdated: string } | null;
  readonly IsPastDue: boolean;
}

function timer(given: { schedule: string; start: string; status?: TimerStatus; runOnStartup?: boolean; work?: () => Promise<void> }) {
  const clock = manualClock(given.start);
  const known = new Map<string, TimerStatus>(given.status === undefined ? [] : [['planner', given.status]]);
  const runs: { at: string; info: Info }[] = [];
  const log: LogLine[] = [];
  const running = startTimer({
    name: 'planner',
    trigger: 'in',
    schedule: given.schedule,
    runOnStartup: given.runOnStartup ?? false,
    useMonitor: true,
    status: { read: (name) => known.get(name), write: (name, status) => known.set(name, status) },
    clock,
    invoke: async (request: InvocationRequest) => {
      runs.push({ at: new Date(clock.now()).toISOString(), info: JSON.parse(request.inputData[0]?.data.json ?? '') });
      await given.work?.();
    },
    log: (line) => log.push(line),
  });
  return { clock, runs, log, running, status: () => known.get('planner') };
}

describe('a schedule', () => {
  it.each([
    ['0 */5 * * * *', '2026-11-02T03:04:05Z', '2026-11-02T03:05:00.000Z'],
    ['*/15 * * * * *', '2026-11-02T03:04:05Z', '2026-11-02T03:04:15.000Z'],
    ['0 30 9 * * 1-5', '2026-11-06T10:00:00Z', '2026-11-09T09:30:00.000Z'],
    // Day of month and day of week must both fit: the next 13th that is a Friday.
    ['0 0 0 13 * 5', '2026-11-02T00:00:00Z', '2026-11-13T00:00:00.000Z'],
    ['0 0 0 13 * 5', '2026-11-14T00:00:00Z', '2027-08-13T00:00:00.000Z'],
    // Europe changes its clocks in that night; UTC does not.
    ['0 30 1 * * *', '2026-10-25T00:00:00Z', '2026-10-25T01:30:00.000Z'],
  ])('%s comes after %s at %s', (schedule, after, next) => {
    expect(new Date(ncrontab(schedule).next(Date.parse(after))).toISOString()).toBe(next);
  });

  it.each(['every minute', '* * *', '0 61 * * * *'])('that is none is refused: %s', (schedule) => {
    expect(() => ncrontab(schedule)).toThrow('is no schedule');
  });
});

describe('a timer', () => {
  it('fires when due, and tells its first run that it never ran', async () => {
    const { clock, runs } = timer({ schedule: '0 * * * * *', start: '2026-11-02T03:04:05Z' });
    await clock.advance(54_000);
    expect(runs).toEqual([]);
    await clock.advance(1000);
    expect(runs).toEqual([
      {
        at: '2026-11-02T03:05:00.000Z',
        info: {
          Schedule: { AdjustForDST: true },
          ScheduleStatus: { Last: '0001-01-01T00:00:00+00:00', Next: '2026-11-02T03:05:00.000Z', LastUpdated: '0001-01-01T00:00:00+00:00' },
          IsPastDue: false,
        },
      },
    ]);
  });

  it('tells the next run when the last one was', async () => {
    const { clock, runs } = timer({ schedule: '0 * * * * *', start: '2026-11-02T03:04:05Z' });
    await clock.advance(120_000);
    expect(runs).toHaveLength(2);
    expect(runs[1]?.info.ScheduleStatus?.Last).toBe('2026-11-02T03:05:00.000Z');
  });

  it('makes up for all missed ticks by one late run', async () => {
    const status = { last: '2026-11-02T02:00:00.000Z', next: '2026-11-02T02:01:00.000Z', lastUpdated: '2026-11-02T02:00:00.000Z' };
    const { clock, runs } = timer({ schedule: '0 * * * * *', start: '2026-11-02T03:04:05Z', status });
    await clock.advance(0);
    expect(runs.map((run) => [run.at, run.info.IsPastDue])).toEqual([['2026-11-02T03:04:05.000Z', true]]);
    await clock.advance(55_000);
    expect(runs.map((run) => run.info.IsPastDue)).toEqual([true, false]);
  });

  it('never runs twice at a time: ticks during a run are dropped', async () => {
    let finish = (): void => undefined;
    const { clock, runs } = timer({
      schedule: '0 * * * * *',
      start: '2026-11-02T03:04:05Z',
      work: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    await clock.advance(5 * 60_000);
    expect(runs).toHaveLength(1);
    finish();
    await clock.advance(60_000);
    expect(runs.map((run) => run.at)).toEqual(['2026-11-02T03:05:00.000Z', '2026-11-02T03:10:00.000Z']);
  });

  it('goes on after a run that failed, and says so', async () => {
    const { clock, runs, log, status } = timer({
      schedule: '0 * * * * *',
      start: '2026-11-02T03:04:05Z',
      work: async () => {
        throw new Error('no storage');
      },
    });
    await clock.advance(120_000);
    expect(runs).toHaveLength(2);
    expect(log.map((line) => line.message)).toContain('Failed: no storage');
    expect(status()?.last).toBe('2026-11-02T03:06:00.000Z');
  });

  it('runs at the start where asked to', async () => {
    const { clock, runs } = timer({ schedule: '0 0 0 * * *', start: '2026-11-02T03:04:05Z', runOnStartup: true });
    await clock.advance(0);
    expect(runs).toHaveLength(1);
  });

  it('has no status when it comes more often than once a minute', async () => {
    const { clock, runs, status } = timer({ schedule: '*/15 * * * * *', start: '2026-11-02T03:04:05Z' });
    await clock.advance(10_000);
    expect(runs[0]?.info.ScheduleStatus).toBeNull();
    expect(status()).toBeUndefined();
  });

  it('stops: no run comes after', async () => {
    const { clock, runs, running } = timer({ schedule: '0 * * * * *', start: '2026-11-02T03:04:05Z' });
    await running.stop();
    await clock.advance(600_000);
    expect(runs).toEqual([]);
  });
});
