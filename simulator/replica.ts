// Directory objects as replicas serve them: a write is current at once for the service itself, and for readers only after the replica lag. Used by tenant-state.ts.

interface Version<T> {
  readonly at: number;
  /** Counts the writes of this replica: a clock that is put back takes none of them away from who was told already. */
  readonly turn: number;
  /** undefined: deleted. */
  readonly value: T | undefined;
}

/** What a reader had seen at some moment: the writes up to a turn that were readable by a time. */
export interface Mark {
  readonly turn: number;
  readonly at: number;
}
const isIn = ({ turn, at }: Mark, version: { readonly turn: number; readonly at: number }): boolean =>
  version.turn <= turn && version.at <= at;

export class Replica<T extends object> {
  readonly #versions = new Map<string, Version<T>[]>();
  readonly #lag: () => number;
  #turn = 0;

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  /** Writes a new version (undefined deletes). Objects are replaced, never changed in place. */
  write(id: string, value: T | undefined, at: number): void {
    this.#turn += 1;
    const version = { at, turn: this.#turn, value };
    const versions = this.#versions.get(id);
    if (versions === undefined) this.#versions.set(id, [version]);
    else versions.push(version);
  }

  /** What the service itself knows. */
  current(id: string): T | undefined {
    return this.#versions.get(id)?.at(-1)?.value;
  }

  /** What a reader gets at `now`. An object that was made less than the lag ago is not there yet. */
  read(id: string, now: number): T | undefined {
    return this.#versions.get(id)?.findLast((version) => version.at <= now - this.#lag())?.value;
  }

  /** What a reader sees at `now`, to be compared with later. */
  mark(now: number): Mark {
    return { turn: this.#turn, at: now - this.#lag() };
  }

  /** What a reader had got at a mark. */
  readAt(id: string, mark: Mark): T | undefined {
    return this.#versions.get(id)?.findLast((version) => isIn(mark, version))?.value;
  }

  /** Ids of what was written between two marks, in the order in which the objects were first written. */
  writtenBetween(from: Mark, to: Mark): readonly string[] {
    return [...this.#versions].flatMap(([id, versions]) =>
      versions.some((version) => isIn(to, version) && !isIn(from, version)) ? [id] : [],
    );
  }

  /** All that a reader gets at `now`, in the order in which the objects were first written. */
  list(now: number): readonly (readonly [string, T])[] {
    return [...this.#versions.keys()].flatMap((id) => {
      const value = this.read(id, now);
      return value === undefined ? [] : [[id, value] as const];
    });
  }

  /** Everything as the service itself knows it. */
  all(): readonly (readonly [string, T])[] {
    return [...this.#versions.keys()].flatMap((id) => {
      const value = this.current(id);
      return value === undefined ? [] : [[id, value] as const];
    });
  }
}
