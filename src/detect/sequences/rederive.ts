// What late input does to the findings of a group: which no longer follow, and what took their place. Called by rounds for every rule whose activities or groups were judged again.
import type { Finding } from '../../contracts/finding.ts';

export interface Withdrawn {
  readonly id: string;
  /** The finding that shares most of its evidence; absent if nothing took its place. */
  readonly successor?: string;
}

/** Findings of one rule before and after the input. What is in both stands (with its newer content); what is only in `before` is withdrawn. */
export function rederive(
  before: readonly Pick<Finding, 'id' | 'activities'>[],
  after: readonly Pick<Finding, 'id' | 'activities'>[],
): Withdrawn[] {
  const standing = new Set(after.map((finding) => finding.id));
  return before
    .filter((finding) => !standing.has(finding.id))
    .map(({ id, activities }) => {
      const evidence = new Set(activities);
      let best: { id: string; shared: number } | undefined;
      for (const candidate of after) {
        const shared = candidate.activities.filter((activity) => evidence.has(activity)).length;
        if (shared > (best?.shared ?? 0)) best = { id: candidate.id, shared };
      }
      return best === undefined ? { id } : { id, successor: best.id };
    });
}
