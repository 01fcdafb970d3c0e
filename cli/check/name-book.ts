// Which object id a name means, over exports that may be of several years, laboratories or tenants: one name may have belonged to several accounts. Called by history.ts.
import type { Activity } from '../../src/contracts/activity.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';

/** One account under one name in one file, and when it was seen there. */
interface Tie {
  readonly subject: SubjectId;
  readonly file: string | undefined;
  from: number;
  to: number;
}

/** Of each name. Beyond it, files are no longer told apart. */
const tiesMost = 64;

export class NameBook {
  readonly #ties = new Map<string, Tie[]>();

  /** @param name lower case */
  tie(name: string, subject: SubjectId, { time, origin }: Pick<Activity, 'time' | 'origin'>): void {
    const ties = this.#ties.get(name);
    const file = origin?.file;
    if (ties === undefined) {
      this.#ties.set(name, [{ subject, file, from: time, to: time }]);
      return;
    }
    const same = ties.filter((one) => one.subject === subject);
    const known = same.find((one) => one.file === file) ?? (ties.length < tiesMost ? undefined : same[0]);
    if (known !== undefined) {
      known.from = Math.min(known.from, time);
      known.to = Math.max(known.to, time);
    } else if (ties.length < tiesMost) ties.push({ subject, file, from: time, to: time });
  }

  /** The one account of this name; undefined where there is none, or where several had it. */
  only(name: string): SubjectId | undefined {
    const [first, ...others] = this.#ties.get(name) ?? [];
    return first !== undefined && others.every(({ subject }) => subject === first.subject) ? first.subject : undefined;
  }

  /** The account that had this name in the same file, or else at about the same time; undefined where nothing ties the name. */
  at(name: string, { time, origin }: Pick<Activity, 'time' | 'origin'>): SubjectId | undefined {
    const ties = this.#ties.get(name);
    if (ties === undefined || ties.length === 1) return ties?.[0]?.subject;
    const file = origin?.file;
    const beside = file === undefined ? [] : ties.filter((one) => one.file === file);
    const away = ({ from, to }: Tie): number => Math.max(0, from - time, time - to);
    const nearest = (beside.length > 0 ? beside : ties).reduce((best, one) => {
      const closer = away(one) - away(best) || (one.subject < best.subject ? -1 : 1);
      return closer < 0 ? one : best;
    });
    return nearest.subject;
  }
}
