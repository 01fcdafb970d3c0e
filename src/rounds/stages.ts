// What people decided about rules (staged, or alerting, whatever the pack says), as every round asks for it. Looked at again after twenty seconds, so a decision counts within a minute.
import type { Clock } from '../contracts/clock.ts';
import type { StageOverrides } from '../contracts/detection.ts';
import type { Decider, RuleStage } from '../contracts/doubt.ts';
import { overridesOf } from '../incidents/noise.ts';
import { clean } from '../incidents/text.ts';
import type { Store, Versioned } from '../store/store.ts';
import type { Log } from './dependencies.ts';

/** Changes kept in a row; older ones go. */
const changesMost = 100;

/** Stores the decision with who made it and what the figures said. Throws ConflictError if somebody decided since `expected` was read. Called by the command. */
export async function decideStage(
  { store, clock }: { readonly store: Pick<Store, 'stages'>; readonly clock: Clock },
  decision: {
    readonly rule: string;
    readonly effect: RuleStage['effect'];
    readonly by: Decider;
    readonly reason: string;
    readonly figures: string;
    readonly expected: Versioned<RuleStage> | undefined;
  },
): Promise<RuleStage> {
  const { rule, effect, by, reason, figures, expected } = decision;
  const change = {
    at: clock.now(),
    by: { ...by, name: clean(by.name, 120) },
    effect,
    reason: clean(reason, 300),
    figures: clean(figures, 300),
  };
  const changes = [...(expected?.value.changes ?? []), change].slice(-changesMost);
  const value: RuleStage = { v: 1, rule, effect, changes };
  await store.stages.put('stages.put', value, expected?.etag);
  return value;
}

export interface Stages {
  /** The same map as before while nothing changed. Where it cannot be read, what was read last. */
  current(): Promise<StageOverrides>;
}

const keepMs = 20_000;

export function createStages({
  store,
  clock,
  log,
}: {
  readonly store: Pick<Store, 'stages'>;
  readonly clock: Clock;
  readonly log: Log;
}): Stages {
  let kept: { readonly at: number; readonly version: string; readonly overrides: StageOverrides } | undefined;
  return {
    async current() {
      const now = clock.now();
      if (kept !== undefined && now - kept.at < keepMs && now >= kept.at) return kept.overrides;
      try {
        const stages = await store.stages.all();
        const version = stages.map(({ etag }) => etag).join();
        kept = { at: now, version, overrides: kept?.version === version ? kept.overrides : overridesOf(stages.map(({ value }) => value)) };
      } catch (cause) {
        // Without any answer yet the round must not alert on what somebody staged, nor be silent on what somebody promoted: it is tried again.
        if (kept === undefined) throw cause;
        log('stages.unread', { problem: cause instanceof Error ? cause.message : String(cause) });
      }
      return kept.overrides;
    },
  };
}
