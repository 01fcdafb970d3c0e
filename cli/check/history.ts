// First pass of `check`: what is usual for each user, and which names belong to which object ids. Bounded by distinct users, whatever the number of records.

import { namesIn, withSubjects } from '../../src/collect/records/names.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { baselineKinds, FirstSeen, UserBaseline } from '../../src/contracts/detection.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { addMoment, mostMoments } from '../../src/detect/context/moments.ts';
import { isSignIn } from '../../src/detect/context/observed.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { NameBook } from './name-book.ts';

const unresolved = 'unresolved:';

export class History {
  readonly #detector: Pick<Detector, 'learn'>;
  readonly #names = new NameBook();
  #signInsUnread = true;
  readonly baselines = new Map<SubjectId, UserBaseline>();

  constructor(detector: Pick<Detector, 'learn'>) {
    this.#detector = detector;
  }

  learn(activities: readonly Activity[]): void {
    for (const activity of activities) {
      namesIn(activity, (name, subject) => this.#names.tie(name, subject, activity));
      if (this.#signInsUnread && isSignIn(activity)) this.#signInsUnread = false;
    }
    for (const [subject, baseline] of this.#detector.learn(activities, this.baselines)) this.baselines.set(subject, baseline);
  }

  /** No file held a sign-in, successful or not. */
  get signInsUnread(): boolean {
    return this.#signInsUnread;
  }

  /**
   * Between the passes: what was learnt about a name is added to what was learnt about its object id. Where several accounts had the name it stays apart: one's habits
   * must not excuse another.
   */
  settle(): void {
    for (const [subject, baseline] of this.baselines) {
      if (!subject.startsWith(unresolved)) continue;
      const known = this.#names.only(subject.slice(unresolved.length));
      if (known === undefined) continue;
      const other = this.baselines.get(known);
      this.baselines.set(known, other === undefined ? baseline : merged(other, baseline));
      this.baselines.delete(subject);
    }
  }

  /** The activity with its unresolved names re-keyed, as far as any file tells. */
  resolved = (activity: Activity): Activity => withSubjects(activity, (name) => this.#names.at(name, activity));
}

function merged(a: UserBaseline, b: UserBaseline): UserBaseline {
  const seen = (kind: (typeof baselineKinds)[number]): Record<string, FirstSeen> => {
    const values = new Map(Object.entries(a.seen[kind]));
    for (const [value, first] of Object.entries(b.seen[kind])) {
      const known = values.get(value);
      if (known === undefined || first.time < known.time || (first.time === known.time && first.activity < known.activity))
        values.set(value, first);
    }
    return Object.fromEntries(values);
  };
  const moments = [...(a.moments ?? [])];
  for (const moment of b.moments ?? []) addMoment(moments, moment);
  return {
    since: Math.min(a.since, b.since),
    seen: { browser: seen('browser'), country: seen('country'), network: seen('network'), application: seen('application') },
    ...(moments.length === 0 ? {} : { moments: moments.slice(-mostMoments) }),
  };
}
