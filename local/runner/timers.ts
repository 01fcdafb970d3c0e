// Timer triggers: six-field cron in UTC, never two runs of one timer at a time, missed ticks made up for by one late run. Used by host.ts.
import { Cron } from 'croner';
import type { InvocationRequest, Log } from './messages.ts';

/** When a timer last ran and was next due, ISO 8601; what the host keeps in its status blob. */
export interface TimerStatus {
  readonly last: string;
  readonly next: string;
  readonly lastUpdated: string;
}
export interface TimerStatusStore {
  read(name: string): TimerStatus | undefined;
  write(name: string, status: TimerStatus): void;
}

/** Time as the timers see it: now, and a call after so many milliseconds that can be called off. */
export interface TimerClock {
  now(): number;
  after(milliseconds: number, call: () => void): () => void;
}

/** .NET's smallest time: a timer that never ran. */
const never = '0001-01-01T00:00:00+00:00';
/** Node's timers hold at most 2^31-1 ms: longer waits are cut and resumed. */
const longestWait = 2 ** 31 - 1;

export interface RunningTimer {
  /** No further run starts; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Reads an NCRONTAB expression (five or six fields; day of month and day of week must both fit). Throws what is wrong with it. */
export function ncrontab(schedule: string): { next(after: number): number } {
  let cron: Cron;
  try {
    cron = new Cron(schedule, { timezone: 'UTC', mode: '5-or-6-parts', domAndDow: true, paused: true });
  } catch (cause) {
    throw new Error(`"${schedule}" is no schedule: six fields, {second} {minute} {hour} {day} {month} {day of week}.`, { cause });
  }
  return {
    next(after) {
      const next = cron.nextRun(new Date(after));
      if (next === null) throw new Error(`The schedule "${schedule}" never comes.`);
      return next.getTime();
    },
  };
}

/** Runs `invoke` on `schedule` until stopped. A run that fails is logged; the next comes on schedule. */
export function startTimer(given: {
  readonly name: string;
  readonly trigger: string;
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
  readonly status: TimerStatusStore;
  readonly clock: TimerClock;
  readonly invoke: (request: InvocationRequest) => Promise<unknown>;
  readonly log: Log;
}): RunningTimer {
  const { name, clock, status } = given;
  const cron = ncrontab(given.schedule);
  const iso = (time: number): string => new Date(time).toISOString();
  const first = cron.next(clock.now());
  // The host watches only timers that run once a minute or less often.
  const monitored = given.useMonitor && cron.next(first) - first >= 60_000;
  let cancel = (): void => undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  async function run(due: number, isPastDue: boolean): Promise<void> {
    const known = monitored ? status.read(name) : undefined;
    const begun = clock.now();
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: monitored
        ? { Last: known?.last ?? never, Next: known?.next ?? iso(due), LastUpdated: known?.lastUpdated ?? never }
        : null,
      IsPastDue: isPastDue,
    };
    try {
      await given.invoke({ inputData: [{ name: given.trigger, data: { json: JSON.stringify(info) } }] });
    } catch (error) {
      given.log({ level: 'error', category: 'host', message: `Failed: ${error instanceof Error ? error.message : error}`, function: name });
    }
    const next = cron.next(clock.now());
    if (monitored) status.write(name, { last: iso(begun), next: iso(next), lastUpdated: iso(begun) });
    schedule(next);
  }
  function begin(due: number, isPastDue: boolean): void {
    running = run(due, isPastDue);
  }
  function schedule(due: number): void {
    if (stopped) return;
    const wait = due - clock.now();
    cancel = clock.after(Math.min(Math.max(0, wait), longestWait), () => (wait > longestWait ? schedule(due) : begin(due, false)));
  }

  const missed = monitored ? status.read(name)?.next : undefined;
  if (missed !== undefined && Date.parse(missed) < clock.now()) begin(Date.parse(missed), true);
  else if (given.runOnStartup) begin(clock.now(), false);
  else schedule(first);

  return {
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
