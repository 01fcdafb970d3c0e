// Which content of the audit log was read already, by the hour in which it became readable: a few characters for each bundle, so that a day of a large tenant fits into a row, and one
// sum for an hour that is over. Used by read-content.ts and list-content.ts.
import { hash } from 'node:crypto';
import type { AuditContent } from '../../tenants/connections.ts';

export const hourMs = 3_600_000;
/** 60 bits: among 30,000 remembered, a new one is mistaken for an old one in one of 10^13 cases. */
const characters = 10;
/** 300,000 characters in all: a row takes a megabyte, two bytes each. */
const mostRemembered = 30_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const noSum = 'A'.repeat(characters);
/** key of the hour, then as far as there is any: `.count~sum` of what is no longer listed one by one, `:` read, `?` failed, `!` whole. */
const form = /^([0-9a-z]{1,8})(?:\.([0-9a-z]{1,6})~([\w-]{10}))?(?::([\w-]*))?(?:\?([\w-]*))?(!)?$/;
const windowForm = /^~([0-9a-z]{1,8})$/;
const dayForm = /^=([0-9a-z]{1,8})$/;

const digestOf = ({ id }: Pick<AuditContent, 'id'>): string => hash('sha256', id, 'base64url').slice(0, characters);
export const hourOf = (time: number): number => Math.floor(time / hourMs);

/** How many there are, and the exclusive or of their digests: two lists with the same sum hold the same. */
export interface Sum {
  readonly count: number;
  readonly sum: string;
}

const place = new Map([...alphabet].map((letter, index) => [letter, index]));
const xor = (a: string, b: string): string =>
  [...a].map((letter, index) => alphabet[(place.get(letter) ?? 0) ^ (place.get(b[index] ?? 'A') ?? 0)]).join('');
const addUp = (start: Sum, digests: Iterable<string>): Sum => {
  let { count, sum } = start;
  for (const digest of digests) {
    count++;
    sum = xor(sum, digest);
  }
  return { count, sum };
};
export const sumOf = (contents: readonly AuditContent[]): Sum => addUp({ count: 0, sum: noSum }, contents.map(digestOf));
export const sumsTogether = (a: Sum, b: Sum): Sum => ({ count: a.count + b.count, sum: xor(a.sum, b.sum) });

interface Hour {
  readonly read: Set<string>;
  /** Tried, and not readable so far. */
  readonly failed: Set<string>;
  /** Everything that was listed of it, after it was over, is read or failed. */
  whole: boolean;
  /** Of what was read and is no longer remembered one by one. */
  folded: Sum | undefined;
}

export interface Marks {
  readonly marks: string[];
  /** Bundles that were read and will be read again, since there are more than can be remembered. */
  readonly again: number;
}

export class SeenContent {
  /** By hours since 1970. */
  readonly #hours = new Map<number, Hour>();
  /** How long a window of this tenant's log can be listed at once, in ms, as far as earlier readings found out. */
  windowMs: number | undefined;
  /** The hour in which the last day was listed in one, where that took more than a page of each kind: it need not be done again within it. */
  dayListedIn: number | undefined;

  /** @param marks what `marks` gave; what is none of them is left out, and merely read again */
  constructor(marks: readonly string[]) {
    for (const mark of marks) {
      const window = windowForm.exec(mark)?.[1];
      if (window !== undefined) this.windowMs = Number.parseInt(window, 36);
      const day = dayForm.exec(mark)?.[1];
      if (day !== undefined) this.dayListedIn = Number.parseInt(day, 36);
      const [, key, count, sum = noSum, read = '', failed = '', whole] = form.exec(mark) ?? [];
      if (key === undefined) continue;
      const hour = this.#of(Number.parseInt(key, 36));
      for (const [text, into] of [
        [read, hour.read],
        [failed, hour.failed],
      ] as const)
        for (let at = 0; at + characters <= text.length; at += characters) into.add(text.slice(at, at + characters));
      hour.whole ||= whole !== undefined;
      if (count !== undefined) hour.folded = { count: Number.parseInt(count, 36), sum };
    }
  }

  /** Read for certain. */
  has(content: AuditContent): boolean {
    return this.#hours.get(hourOf(content.created))?.read.has(digestOf(content)) === true;
  }

  /** … or of an hour of which only the sum is known, and so taken as read. */
  covers(content: AuditContent): boolean {
    const hour = this.#hours.get(hourOf(content.created));
    if (hour === undefined) return false;
    const digest = digestOf(content);
    return hour.read.has(digest) || (hour.folded !== undefined && !hour.failed.has(digest));
  }

  add(content: AuditContent): void {
    const hour = this.#of(hourOf(content.created));
    const digest = digestOf(content);
    hour.failed.delete(digest);
    if (hour.folded === undefined) hour.read.add(digest);
    else hour.folded = addUp(hour.folded, [digest]);
  }

  hasFailed(content: AuditContent): boolean {
    return this.#hours.get(hourOf(content.created))?.failed.has(digestOf(content)) === true;
  }

  fail(content: AuditContent): void {
    this.#of(hourOf(content.created)).failed.add(digestOf(content));
  }

  /** Hours since 1970, the oldest first. */
  failedHours(): number[] {
    return [...this.#hours]
      .filter(([, { failed }]) => failed.size > 0)
      .map(([hour]) => hour)
      .sort((a, b) => a - b);
  }

  /** Those that failed in this hour and are none of `listed` are gone. @returns how many */
  forgetFailed(hour: number, listed: readonly AuditContent[]): number {
    const failed = this.#hours.get(hour)?.failed ?? new Set();
    const there = new Set(listed.map(digestOf));
    const lost = [...failed].filter((digest) => !there.has(digest));
    for (const digest of lost) failed.delete(digest);
    return lost.length;
  }

  isWhole(hour: number): boolean {
    return this.#hours.get(hour)?.whole === true;
  }

  setWhole(hour: number): void {
    this.#of(hour).whole = true;
  }

  isFolded(hour: number): boolean {
    return this.#hours.get(hour)?.folded !== undefined;
  }

  /** Of all that was read of an hour. */
  sum(hour: number): Sum {
    const known = this.#hours.get(hour);
    return known === undefined ? { count: 0, sum: noSum } : addUp(known.folded ?? { count: 0, sum: noSum }, known.read);
  }

  /**
   * One text per hour, the oldest first. What became readable before `needed` is kept as a sum, before `oldest` not at all; where that is still too much, so is what lies before
   * `readTo` or is whole, the oldest first, and of the rest the oldest is forgotten (all epoch ms).
   */
  marks({ needed, oldest, readTo }: { readonly needed: number; readonly oldest: number; readonly readTo: number }): Marks {
    const hours = [...this.#hours].filter(([hour]) => hour >= hourOf(oldest)).sort(([a], [b]) => a - b);
    let count = hours.reduce((sum, [, { read, failed }]) => sum + read.size + failed.size, 0);
    let again = 0;
    for (const [key, hour] of hours) {
      const isOver = hour.whole || (key + 1) * hourMs <= readTo;
      if (key >= hourOf(needed) && count <= mostRemembered) break;
      if (!isOver) continue;
      count -= hour.read.size;
      this.#fold(hour);
    }
    for (const [, hour] of hours) {
      if (count <= mostRemembered) break;
      count -= hour.read.size;
      again += hour.read.size;
      hour.read.clear();
    }
    const texts = hours.flatMap(([key, hour]) => textOf(key, hour));
    const window = this.windowMs === undefined ? [] : [`~${Math.round(this.windowMs).toString(36)}`];
    const day = this.dayListedIn === undefined ? [] : [`=${this.dayListedIn.toString(36)}`];
    return { marks: [...window, ...day, ...texts], again };
  }

  #fold(hour: Hour): void {
    if (hour.folded === undefined && hour.read.size === 0) return;
    hour.folded = addUp(hour.folded ?? { count: 0, sum: noSum }, hour.read);
    hour.read.clear();
  }

  #of(key: number): Hour {
    const known = this.#hours.get(key) ?? { read: new Set(), failed: new Set(), whole: false, folded: undefined };
    this.#hours.set(key, known);
    return known;
  }
}

function textOf(key: number, { read, failed, whole, folded }: Hour): string[] {
  if (read.size === 0 && failed.size === 0 && folded === undefined && !whole) return [];
  return [
    `${key.toString(36)}${folded === undefined ? '' : `.${folded.count.toString(36)}~${folded.sum}`}${
      read.size === 0 ? '' : `:${[...read].join('')}`
    }${failed.size === 0 ? '' : `?${[...failed].join('')}`}${whole ? '!' : ''}`,
  ];
}
