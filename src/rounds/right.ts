// What one lane may ask of the reporting API for its tenant, whichever workers its lanes run on: Microsoft counts five requests in ten seconds per app and tenant. Pure; called by limits.ts.
import type { Lane } from '../contracts/bells.ts';

/** Of one tenant in ten seconds: Graph's own limit. */
export const reportingPerTenant = 5;
export const windowMs = 10_000;
/** For so long a lane that began alone has all five. */
const boxMs = 10_000;
/** By so much the clocks of two workers may differ. What another worker noted counts that much longer: by this one's clock it may be younger than it looks. */
export const clockAllowanceMs = 1_000;
/** After that, and beside another lane: four and one are five. Other lanes ask the reporting API for nothing. */
const beside: Readonly<Record<Lane, number>> = { fast: 4, reconcile: 1, config: 0 };

/**
 * Rounds of two lanes may run at once on different workers, and no request is worth a storage operation. What holds instead: a lane takes its lease in one transaction with a row that both lanes
 * write (store/state.ts), so of two that begin at once the later one knows of the earlier. It keeps silent until the earlier one's five are spent and ten seconds old, and from then on
 * each has its part. The earlier one need not know: past its first ten seconds it never takes more than its part.
 * @param begunAt when this lane's round began
 * @param otherBegunAt when the other lane's round began, if it was running then
 */
export function laneRight(lane: Lane, begunAt: number, otherBegunAt: number | undefined) {
  const quietUntil = otherBegunAt === undefined ? 0 : otherBegunAt + boxMs + windowMs + clockAllowanceMs;
  return {
    quietUntil,
    /** Requests of this lane in the ten seconds that end at `now`. */
    most(now: number): number {
      return otherBegunAt === undefined && now < begunAt + boxMs ? reportingPerTenant : beside[lane];
    },
  };
}
