// Which indicators findings are about, so that a fleet can be asked who else saw one. Pure; called by rounds and hunts, which write the rows.
import type { Finding } from '../contracts/finding.ts';

export interface Sighting {
  readonly indicator: string;
  /** Event time, epoch ms. */
  readonly time: number;
}

/** Of one finding: more would be no indicator but a list. */
const mostOfOne = 10;

/** Per indicator the first and the last time: a row keeps no more. What was withdrawn, or is only a note, saw nothing. */
export function sightingsIn(findings: readonly Finding[]): Sighting[] {
  const spans = new Map<string, { first: number; last: number }>();
  for (const finding of findings) {
    if (!finding.standing || finding.effect === 'note') continue;
    for (const indicator of indicatorsOf(finding)) {
      const time = Date.parse(finding.time);
      const span = spans.get(indicator);
      if (span === undefined) spans.set(indicator, { first: time, last: time });
      else {
        span.first = Math.min(span.first, time);
        span.last = Math.max(span.last, time);
      }
    }
  }
  return [...spans].flatMap(([indicator, { first, last }]) =>
    first === last
      ? [{ indicator, time: first }]
      : [
          { indicator, time: first },
          { indicator, time: last },
        ],
  );
}

/** Ids of indicators (`{campaign}/{name}`) that a finding rests on. Somebody's report of an address (`reported/…`) is about one tenant, and is nobody else's. */
export const indicatorsOf = ({ facts }: Pick<Finding, 'facts'>): string[] =>
  [...new Set((facts['indicator'] ?? '').split(', '))].filter((id) => id.includes('/') && !id.startsWith('reported/')).slice(0, mostOfOne);
