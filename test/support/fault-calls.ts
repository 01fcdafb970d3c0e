// Numbers every call that a process makes to storage and to other services, and lets chosen ones fail, hang, lose their answer, be made again or be the last. Used by the fault scenarios.
import type { ManualClock } from './manual-clock.ts';

/**
 * - `fail`: refused before it was carried out; `hang`: no answer until the caller's time limit, not carried out;
 * - `lost`: carried out, the answer never arrives; `repeat`: as `lost`, and the client library makes the call again;
 * - `die-before`, `die-after`: the process ends there;
 * - `race`: another worker does the same job, and every other lane's, meanwhile; `overtaken`: likewise, once this worker's lease has run out.
 */
export const faultKinds = ['fail', 'hang', 'lost', 'repeat', 'die-before', 'die-after', 'race', 'overtaken'] as const;
export type FaultKind = (typeof faultKinds)[number];
/** What makes a difference where nothing is written: a read that is lost has failed, one that is made again is the same. */
const readKinds: readonly FaultKind[] = ['fail', 'hang', 'die-before', 'race', 'overtaken'];

/** What a process died of. Nothing but the host may catch it. */
export class DeathError extends Error {
  override readonly name = 'DeathError';
}

export interface NumberedCall {
  /** From 1, in the order in which calls begin. */
  readonly number: number;
  readonly what: string;
  readonly writes: boolean;
}
export interface Gate {
  /** @param refusal the error of a call that failed or hung, as the caller's client would throw it */
  call<T>(
    what: { readonly name: string; readonly writes: boolean },
    work: () => Promise<T>,
    refusal: (kind: 'fail' | 'hang' | 'lost', number: number) => Error,
  ): Promise<T>;
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

export const kindsOf = ({ writes }: NumberedCall): readonly FaultKind[] => (writes ? faultKinds : readKinds);

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
      return {
        async call({ name, writes }, work, refusal) {
          if (dead) throw new DeathError('the process is dead');
          if (!armed || apart) return work();
          const number = calls.length + 1;
          calls.push({ number, what: name, writes });
          const kind = plan.get(number);
          if (kind === undefined) {
            const result = await work();
            // What was under way when the process died is carried out, but nobody hears of it.
            if (dead) throw new DeathError('the process is dead');
            return result;
          }
          struck.push(`${number} ${kind} ${name}`);
          if (kind === 'fail') throw refusal('fail', number);
          if (kind === 'hang') {
            clock.advance(hangMs);
            throw refusal('hang', number);
          }
          if (kind === 'die-before') return die(name);
          if (kind === 'race' || kind === 'overtaken') {
            if (kind === 'overtaken') clock.advance(leaseMs);
            await aside(other);
            return work();
          }
          const first = await work();
          if (kind === 'die-after') return die(name);
          if (kind === 'lost') throw refusal('lost', number);
          return writes ? work() : first;
        },
      };
    },
  };
}
