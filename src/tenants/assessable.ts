// Which rules cannot be assessed in a tenant, and why: from the shapes of record that a rule reads to the feeds that bring them, and what coverage knows of these. A rule without
// records is silent, which must not read as "nothing happened". Pure; called for the console.
import type { Shape } from '../contracts/activity.ts';
import type { FeedCoverage, UnassessableRules } from '../contracts/coverage.ts';

export interface RuleNeeds {
  readonly rule: string;
  readonly title: string;
  readonly shapes: readonly Shape[];
}
/** A feed as far as it matters here: a log brings `shapes`, a snapshot one `shape`. */
export interface FeedBrings {
  readonly id: string;
  readonly title: string;
  readonly shapes?: readonly Shape[];
  readonly shape?: Shape;
}

const shapesOf = ({ shapes, shape }: FeedBrings): readonly Shape[] => shapes ?? (shape === undefined ? [] : [shape]);
/** Where nothing is wrong but the time. */
const isRead = ({ outcome, readTo }: FeedCoverage): boolean =>
  outcome.status === 'complete' ||
  outcome.status === 'incomplete' ||
  (readTo !== undefined && (outcome.status === 'throttled' || outcome.status === 'failed'));

function becauseOf({ title, outcome }: FeedCoverage): string {
  switch (outcome.status) {
    case 'denied':
      return `${title} cannot be read: the guard lacks ${outcome.permission}`;
    case 'unlicensed':
      return `${title} cannot be read: the tenant has no ${outcome.sku}`;
    case 'off':
      return `${title} cannot be read: ${outcome.what}`;
    case 'never-read':
      return `${title} was not read yet`;
    default:
      return `${title} could not be read so far`;
  }
}

/** Why records of this shape do not come; undefined if at least one feed brings them. */
function missing(
  shape: Shape,
  feeds: readonly FeedBrings[],
  wanted: readonly FeedBrings[],
  byId: ReadonlyMap<string, FeedCoverage>,
): string | undefined {
  const bringing = wanted.filter((feed) => shapesOf(feed).includes(shape)).flatMap(({ id }) => byId.get(id) ?? []);
  if (bringing.some(isRead)) return undefined;
  const [first] = bringing;
  if (first !== undefined) return [...new Set(bringing.map(becauseOf))].join('; ');
  const off = feeds.filter((feed) => shapesOf(feed).includes(shape)).map(({ title }) => title);
  return off.length > 0
    ? `this tenant’s policy does not ask for ${off.join(' or ')}`
    : `no feed of the guard brings records of the kind “${shape}”`;
}

/**
 * @param given.feeds all that the guard has
 * @param given.wanted those of them that the tenant's policy asks for
 * @returns the rules that cannot be assessed, gathered by why; those with most rules first
 */
export function unassessableRules(given: {
  readonly rules: readonly RuleNeeds[];
  readonly feeds: readonly FeedBrings[];
  readonly wanted: readonly FeedBrings[];
  readonly coverage: readonly FeedCoverage[];
}): UnassessableRules[] {
  const byId = new Map(given.coverage.map((feed) => [feed.feed, feed]));
  const reasons = new Map<string, { rule: string; title: string }[]>();
  for (const { rule, title, shapes } of given.rules) {
    const because = [...new Set(shapes.flatMap((shape) => missing(shape, given.feeds, given.wanted, byId) ?? []))].join('; ');
    if (because === '') continue;
    reasons.set(because, [...(reasons.get(because) ?? []), { rule, title }]);
  }
  return [...reasons].map(([because, rules]) => ({ because, rules })).sort((a, b) => b.rules.length - a.rules.length);
}
