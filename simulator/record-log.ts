// One log of a tenant (sign-ins, directory audits, unified audit): records that become visible later than they happened. Used by tenant-state.ts.

export interface LogEntry {
  readonly time: number;
  readonly visibleAt: number;
  /** Another version of the record takes its place then. */
  readonly until?: number;
  readonly record: Readonly<Record<string, unknown>>;
}

export class RecordLog {
  /** By time, earliest first. */
  readonly #entries: LogEntry[] = [];

  add(entry: LogEntry): void {
    let place = this.#entries.length;
    while (place > 0 && (this.#entries[place - 1]?.time ?? 0) > entry.time) place -= 1;
    this.#entries.splice(place, 0, entry);
  }

  /** Adds many at once and sorts once. */
  addAll(entries: readonly LogEntry[]): void {
    this.#entries.push(...entries);
    this.#entries.sort((a, b) => a.time - b.time);
  }

  /** Entries that match get another record; when they happened and become visible stays. */
  change(matches: (entry: LogEntry) => boolean, next: (record: LogEntry['record']) => LogEntry['record']): void {
    for (const [index, entry] of this.#entries.entries())
      if (matches(entry)) this.#entries[index] = { ...entry, record: next(entry.record) };
  }

  /** The record with this id. */
  find(id: unknown): LogEntry['record'] | undefined {
    return this.#entries.find(({ record }) => record['id'] === id)?.record;
  }

  /** Entries that nobody can read yet become visible at another time. */
  delay(now: number, visibleAt: (entry: LogEntry) => number): void {
    for (const [index, entry] of this.#entries.entries())
      if (entry.visibleAt > now) this.#entries[index] = { ...entry, visibleAt: visibleAt(entry) };
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Everything, with the times at which it becomes visible, earliest event first. */
  entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** What can be read at `now`, earliest first. */
  visible(now: number): readonly Readonly<Record<string, unknown>>[] {
    return this.#entries.flatMap((entry) =>
      entry.visibleAt <= now && entry.time <= now && now < (entry.until ?? Number.POSITIVE_INFINITY) ? [entry.record] : [],
    );
  }

  /** What has happened by `now`, visible or not: the complete log. */
  happened(now: number): readonly Readonly<Record<string, unknown>>[] {
    return this.#entries.flatMap((entry) => (entry.time <= now ? [entry.record] : []));
  }
}
