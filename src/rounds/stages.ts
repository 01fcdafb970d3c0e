// What people decided about rules (staged, or alerting, whatever the pack says), as every round asks for it. Looked at again after twenty seconds, so a decision counts within a minute.
import type { Clock } from '../contracts/clock.ts';
import type { StageOverrides } from '../contracts/detection.ts';
import { overridesOf } from '../incidents/noise.ts';
import type { Store } from '../store/store.ts';
import type { Log } from './dependencies.ts';

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
