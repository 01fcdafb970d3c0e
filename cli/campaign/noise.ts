// How much a pack would say: findings per 1,000 users and day of the logs it was tried on. Pure; called by try.ts.
import type { Activity } from '../../src/contracts/activity.ts';
import type { Detector } from '../../src/detect/detector.ts';
import type { PlacedFinding } from '../check/run.ts';

const dayMs = 86_400_000;

/** Counts who occurs in the logs, and on which days, while `check` learns. */
export class Logged {
  readonly #users = new Set<string>();
  readonly #days = new Set<number>();

  watching(detector: Detector): Pick<Detector, 'learn' | 'match' | 'conclude' | 'sequences'> {
    return {
      sequences: detector.sequences,
      match: detector.match,
      conclude: detector.conclude,
      learn: (activities, baselines) => {
        for (const activity of activities) this.#see(activity);
        return detector.learn(activities, baselines);
      },
    };
  }

  #see({ subject, subjectName, time, undated }: Activity): void {
    // One person may stand there by id and by name: the name tells them apart where it is known.
    if (subject.startsWith('user:') || subject.startsWith('unresolved:')) this.#users.add((subjectName ?? subject).toLowerCase());
    if (undated !== true) this.#days.add(Math.floor(time / dayMs));
  }

  get users(): number {
    return this.#users.size;
  }
  /** Days (UTC) of which there is a record: exports have holes, and what was not exported is not quiet. */
  get days(): number {
    return this.#days.size;
  }
}

export interface RuleNoise {
  readonly rule: string;
  readonly severity: string;
  readonly effect: string;
  readonly findings: number;
  readonly subjects: number;
  /** Findings per 1,000 users and day; undefined where the logs name no user. */
  readonly per1000UsersAndDay: number | undefined;
}

const rate = (count: number, { users, days }: Pick<Logged, 'users' | 'days'>): number | undefined =>
  users === 0 || days === 0 ? undefined : Math.round((count / users / days) * 1000 * 100) / 100;

/** By rule, the loudest first, and all together. */
export function noiseOf(findings: readonly PlacedFinding[], logged: Pick<Logged, 'users' | 'days'>) {
  const byRule = new Map<string, PlacedFinding[]>();
  for (const placed of findings) byRule.set(placed.finding.rule, [...(byRule.get(placed.finding.rule) ?? []), placed]);
  const rules = [...byRule]
    .map(
      ([rule, own]): RuleNoise => ({
        rule,
        severity: own[0]?.finding.severity ?? 'informational',
        effect: own[0]?.finding.effect ?? 'alert',
        findings: own.length,
        subjects: new Set(own.map(({ finding }) => finding.subject)).size,
        per1000UsersAndDay: rate(own.length, logged),
      }),
    )
    .sort((a, b) => b.findings - a.findings || (a.rule < b.rule ? -1 : 1));
  return { rules, per1000UsersAndDay: rate(findings.length, logged) };
}
