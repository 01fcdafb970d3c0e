// What `check` could not read, named record by record up to a bound, then counted. Filled by the first pass, printed in the summary.

export interface SkippedRecord {
  readonly file: string;
  /** Number of the record in its file, from 1. */
  readonly record: number;
  readonly reason: string;
}

/** A file that was not read, or not to its end. */
export interface RefusedFile {
  readonly file: string;
  readonly reason: string;
}

const mostNamed = 10_000;

/** Records beyond the bound are counted by file and reason, so that a hopeless file cannot fill the memory. */
export class SkippedList {
  readonly named: SkippedRecord[] = [];
  readonly #beyond = new Map<string, { file: string; reason: string; count: number }>();
  count = 0;

  add(skipped: SkippedRecord): void {
    this.count++;
    if (this.named.length < mostNamed) {
      this.named.push(skipped);
      return;
    }
    // Reasons quote values: only their beginning groups them.
    const reason = skipped.reason.slice(0, 40);
    const key = `${skipped.file}\n${reason}`;
    const known = this.#beyond.get(key);
    if (known !== undefined) known.count++;
    else if (this.#beyond.size < mostNamed) this.#beyond.set(key, { file: skipped.file, reason, count: 1 });
  }

  get beyond(): readonly { readonly file: string; readonly reason: string; readonly count: number }[] {
    return [...this.#beyond.values()];
  }
}
