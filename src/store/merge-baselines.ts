// The minimum of two baselines of one user. Used by baselines.ts. Commutative, associative, idempotent: rounds may come twice and in any order.
import { type BaselineKind, baselineKinds, type FirstSeen, type UserBaseline } from '../contracts/detection.ts';

/** The earlier of two; at the same time the activity's id decides, so that both orders agree. */
const earlier = (a: FirstSeen, b: FirstSeen) => (b.time < a.time || (b.time === a.time && b.activity < a.activity) ? b : a);

type Seen = Readonly<Record<string, FirstSeen>>;
function mergeSeen(a: Seen, b: Seen): Seen {
  const merged = new Map(Object.entries(a));
  let changed = false;
  for (const [value, first] of Object.entries(b)) {
    const known = merged.get(value);
    const winner = known ? earlier(known, first) : first;
    if (winner === known) continue;
    merged.set(value, winner);
    changed = true;
  }
  // fromEntries defines properties, it does not assign them: a value named __proto__ stays a value.
  return changed ? Object.fromEntries(merged) : a;
}

/** @returns `a` itself if `b` adds nothing to it. */
export function mergeBaselines(a: UserBaseline, b: UserBaseline): UserBaseline {
  const since = Math.min(a.since, b.since);
  const of = (kind: BaselineKind) => mergeSeen(a.seen[kind], b.seen[kind]);
  const seen = { browser: of('browser'), country: of('country'), network: of('network'), application: of('application') };
  return since === a.since && baselineKinds.every((kind) => seen[kind] === a.seen[kind]) ? a : { since, seen };
}
