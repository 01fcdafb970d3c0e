// Numbers every call that a process makes to storage and over HTTP, and lets chosen ones go wrong: as only a storage account or a web service can (faulty-backend.ts, faulty-fetch.ts say how),
// or as any call can: made twice, the process's last, overtaken by another worker. Used by the fault scenarios.
import type { ManualClock } from './manual-clock.ts';

/**
 * What can become of any call:
 * - `repeat`: carried out, the answer never arrives, and it is made again;
 * - `die-before`, `die-after`: the process ends there;
 * - `race`: another worker does the same job, and every other lane's, meanwhile; `overtaken`: likewise, once this worker's lease has run out.
 */
const anyKinds = ['repeat', 'die-before', 'die-after', 'race', 'overtaken'] as const;
type AnyKind = (typeof anyKinds)[number];
/** `fail`: refused before it was carried out; `hang`: no answer until the caller's time limit, not carried out; `lost`: carried out, the answer never arrives. */
export type StorageKind = 'fail' | 'hang' | 'lost';
/**
 * `refused`: no connection; `reset`: carried out, the connection breaks before the answer; `hang`: not carried out, no answer until the caller's time limit; `stall`: carried out, the answer stops
 * in mid-body until then; `cut`: carried out, the connection breaks in mid-body; a status: not carried out; `throttled`: 429, with Retry-After in seconds, as a date, or without.
 */
export const httpKinds = [
  'refused',
  'reset',
  'hang',
  'stall',
  'cut',
  '500',
  '502',
  '503',
  '504',
  'throttled',
  'throttled-seconds',
  'throttled-date',
] as const;
export type HttpKind = (typeof httpKinds)[number];
/**
 * Of requests that travel together: the answer as a whole is good, and one step in it is refused (429, 500, 503, 504), or missing, or all are refused. Reads only, so nothing is carried out.
 */
export const stepKinds = ['step-429', 'step-500', 'step-503', 'step-504', 'step-missing', 'steps-429', 'steps-503'] as const;
export type StepKind = (typeof stepKinds)[number];
export type FaultKind = AnyKind | StorageKind | HttpKind | StepKind;

/** What a process died of. Nothing but the host may catch it. */
export class DeathError extends Error {
  override readonly name = 'DeathError';
}

export interface Call {
  readonly what: string;
  readonly over: 'storage' | 'http';
  readonly writes: boolean;
  /** Several requests in one. */
  readonly steps?: true;
}
export interface NumberedCall extends Call {
  /** From 1, in the order in which calls begin. */
  readonly number: number;
}
export interface Gate {
  /** @param spoil what the caller gets of a call that goes wrong in its own way; time limits have passed by then */
  call<T>(call: Call, work: () => Promise<T>, spoil: (kind: FaultKind, work: () => Promise<T>) => Promise<T>): Promise<T>;
}
export interface FaultCalls {
  /** The gate of a new process; it dies for itself alone. */
  process(): Gate;
  /** From now on calls are numbered, and faults strike. */
  arm(): void;
  disarm(): void;
  /** Calls that a test makes itself: not numbered, never struck. */
  aside<T>(work: () => Promise<T>): Promise<T>;
  readonly calls: readonly NumberedCall[];
  /** Faults that struck. */
  readonly struck: readonly string[];
}

/** Where nothing is written, a call whose answer is lost has failed, and who dies after it has died before it. One that is repeated is the same for storage; a service counts it. */
const readsOfStorage: readonly FaultKind[] = ['fail', 'hang', 'die-before', 'race', 'overtaken'];
const writesOfStorage: readonly FaultKind[] = ['fail', 'hang', 'lost', ...anyKinds];
const writesOverHttp: readonly FaultKind[] = [...httpKinds, ...anyKinds];
const readsOverHttp = writesOverHttp.filter((kind) => kind !== 'reset' && kind !== 'die-after');
export function kindsOf({ over, writes, steps }: Call): readonly FaultKind[] {
  if (steps) return [...readsOverHttp, ...stepKinds];
  if (over === 'http') return writes ? writesOverHttp : readsOverHttp;
  return writes ? writesOfStorage : readsOfStorage;
}

/** The longest time limit of a client. */
const hangMs = 60_000;
/** Longer than a lane's lease. */
const leaseMs = 301_000;

export interface FaultOptions {
  readonly clock: ManualClock;
  /** By number of the call. */
  readonly plan: ReadonlyMap<number, FaultKind>;
  /** Another worker does the job that is under way, and whatever else there is to do, from its beginning to its end. */
  readonly other: () => Promise<void>;
}

export function createFaultCalls({ clock, plan, other }: FaultOptions): FaultCalls {
  const calls: NumberedCall[] = [];
  const struck: string[] = [];
  let armed = false;
  let apart = false;

  async function aside<T>(work: () => Promise<T>): Promise<T> {
    apart = true;
    try {
      return await work();
    } finally {
      apart = false;
    }
  }

  return {
    calls,
    struck,
    aside,
    arm: () => {
      armed = true;
    },
    disarm: () => {
      armed = false;
    },
    process() {
      let dead = false;
      const die = (what: string): never => {
        dead = true;
        throw new DeathError(`died at ${what}`);
      };
      /** What was under way when the process died is carried out, but nobody hears of it. */
      const heard = <T>(result: T): T => {
        if (dead) throw new DeathError('the process is dead');
        return result;
      };
      return {
        async call(call, work, spoil) {
          heard(undefined);
          if (!armed || apart) return work();
          const number = calls.length + 1;
          calls.push({ number, ...call });
          const kind = plan.get(number);
          if (kind === undefined) return heard(await work());
          struck.push(`${number} ${kind} ${call.what}`);
          if (kind === 'die-before') return die(call.what);
          if (kind === 'die-after') {
            await work();
            return die(call.what);
          }
          if (kind === 'repeat') {
            // A page of storage that is asked for twice is the same page; to ask an iterator twice would skip one. Numbers shift after a first fault, so that this kind may strike a read.
            if (call.over === 'http' || call.writes) await work();
            return heard(await work());
          }
          if (kind === 'race' || kind === 'overtaken') {
            if (kind === 'overtaken') clock.advance(leaseMs);
            await aside(other);
            return work();
          }
          if (kind === 'hang' || kind === 'stall') clock.advance(hangMs);
          return spoil(kind, work);
        },
      };
    },
  };
}
