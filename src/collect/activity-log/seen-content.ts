// Which content of the audit log was read already: a few characters for each, by the hour in which it became readable, so that a day of a large tenant fits into a row. Used by read-content.ts.
import { hash } from 'node:crypto';
import type { AuditContent } from '../../tenants/connections.ts';

const hourMs = 3_600_000;
/** 60 bits: among 30,000 remembered, a new one is mistaken for an old one in one of 10^13 cases. */
const characters = 10;
/** 300,000 characters in all: a row takes a megabyte, two bytes each. */
const mostRemembered = 30_000;

const digestOf = ({ id }: AuditContent): string => hash('sha256', id, 'base64url').slice(0, characters);
const hourOf = (time: number): number => Math.floor(time / hourMs);

export class SeenContent {
  /** By hours since 1970. */
  readonly #hours = new Map<number, Set<string>>();
  #forgottenTo = 0;

  /** @param marks what `marks` gave; what is none of them is left out, and merely read again */
  constructor(marks: readonly string[]) {
    for (const mark of marks) {
      const [, key, digests = ''] = /^([0-9a-z]{1,8}):([\w-]*)$/.exec(mark) ?? [];
      if (key === undefined) continue;
      const hour = Number.parseInt(key, 36);
      if (digests === '') this.#forgottenTo = Math.max(this.#forgottenTo, (hour + 1) * hourMs);
      const known = this.#of(hour);
      for (let at = 0; at + characters <= digests.length; at += characters) known.add(digests.slice(at, at + characters));
    }
  }

  /** Epoch ms: of what became readable before, it is not known any more whether it was read, since there was too much of it. 0: nothing was forgotten. */
  get forgottenTo(): number {
    return this.#forgottenTo;
  }

  has(content: AuditContent): boolean {
    return this.#hours.get(hourOf(content.created))?.has(digestOf(content)) === true;
  }

  add(content: AuditContent): void {
    this.#of(hourOf(content.created)).add(digestOf(content));
  }

  /** One text per hour, the oldest first; what became readable before `from` (epoch ms) is not needed any more. */
  marks(from: number): string[] {
    const hours = [...this.#hours].filter(([hour, digests]) => hour >= hourOf(from) && digests.size > 0).sort(([a], [b]) => b - a);
    const kept: string[] = [];
    let count = 0;
    for (const [hour, digests] of hours) {
      count += digests.size;
      if (count > mostRemembered) {
        kept.push(`${hour.toString(36)}:`);
        return kept.reverse();
      }
      kept.push(`${hour.toString(36)}:${[...digests].join('')}`);
    }
    if (this.#forgottenTo > from) kept.push(`${(hourOf(this.#forgottenTo) - 1).toString(36)}:`);
    return kept.reverse();
  }

  #of(hour: number): Set<string> {
    const known = this.#hours.get(hour) ?? new Set();
    this.#hours.set(hour, known);
    return known;
  }
}
