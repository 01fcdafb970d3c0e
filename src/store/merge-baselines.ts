// The minimum of two baselines of one user. Used by baselines.ts. Commutative, associative, idempotent: rounds may come twice and in any order.
import { type BaselineKind, baselineKinds, type FirstSeen, type Moment, type UserBaseline } from '../contracts/detection.ts';

/** The earlier of two; at the same time the activity's id decides, so that both orders agree. */
const earlier = (a: FirstSeen, b: FirstSeen) => (b.time < a.time || (b.time === a.time && b.activity < a.activity) ? b : a);

type Seen = Readonly<Record<string, FirstSeen>>;

/**
 * Values kept per kind, the earliest first: a spray over thousands of networks must not make a row that the service refuses. The earliest of a union are the earliest of
 * the earliest, so the bound leaves the merge a minimum.
 */
export const mostValues = 500;
const longestValue = 256;

function mergeSeen(a: Seen, b: Seen): Seen {
  const merged = new Map(Object.entries(a));
  let changed = false;
  for (const [value, first] of Object.entries(b)) {
    if (value.length > longestValue) continue;
    const known = merged.get(value);
    const winner = known ? earlier(known, first) : first;
    if (winner === known) continue;
    merged.set(value, winner);
    changed = true;
  }
  if (!changed) return a;
  let kept = [...merged];
  if (kept.length > mostValues) {
    kept = kept
      .sort(([x, p], [y, q]) => p.time - q.time || (p.activity === q.activity ? (x < y ? -1 : 1) : p.activity < q.activity ? -1 : 1))
      .slice(0, mostValues);
    const before = new Map(Object.entries(a));
    if (before.size === kept.length && kept.every(([value, first]) => before.get(value) === first)) return a;
  }
  // fromEntries defines properties, it does not assign them: a value named __proto__ stays a value.
  return Object.fromEntries(kept);
}

/** Moments kept per user, the latest keys: a working fortnight of an ordinary person. The latest of a union are the latest of the latest, so the merge stays one. */
export const keptMoments = 64;

function mergeMoments(a: readonly Moment[], b: readonly Moment[]): readonly Moment[] {
  const merged = new Map(a.map((moment) => [moment[0], moment]));
  for (const moment of b) {
    const [key, time] = moment;
    if (key.length > longestValue) continue;
    const known = merged.get(key);
    if (known === undefined || time < known[1]) merged.set(key, moment);
  }
  const kept = [...merged.values()].sort(([x], [y]) => (x < y ? -1 : 1)).slice(-keptMoments);
  return kept.length === a.length && kept.every((moment, at) => moment === a[at]) ? a : kept;
}

const noMoments: readonly Moment[] = [];

/** @returns `a` itself if `b` adds nothing to it. */
export function mergeBaselines(a: UserBaseline, b: UserBaseline): UserBaseline {
  const since = Math.min(a.since, b.since);
  const of = (kind: BaselineKind) => mergeSeen(a.seen[kind], b.seen[kind]);
  const seen = { browser: of('browser'), country: of('country'), network: of('network'), application: of('application') };
  const moments = mergeMoments(a.moments ?? noMoments, b.moments ?? noMoments);
  if (since === a.since && moments === (a.moments ?? noMoments) && baselineKinds.every((kind) => seen[kind] === a.seen[kind])) return a;
  return moments.length === 0 ? { since, seen } : { since, seen, moments };
}

const nothing: UserBaseline = { since: Number.POSITIVE_INFINITY, seen: { browser: {}, country: {}, network: {}, application: {} } };
/** A baseline as it may be stored. */
export const bounded = (baseline: UserBaseline): UserBaseline => mergeBaselines(nothing, baseline);
