// Directory objects as replicas serve them: a write is current at once for the service itself, and for readers only after the replica lag. Used by tenant-state.ts.

interface Version<T> {
  readonly at: number;
  /** undefined: deleted. */
  readonly value: T | undefined;
}

export class Replica<T extends object> {
  readonly #versions = new Map<string, Version<T>[]>();
  readonly #lag: () => number;

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  /** Writes a new version (undefined deletes). Objects are replaced, never changed in place. */
  write(id: string, value: T | undefined, at: number): void {
    const versions = this.#versions.get(id);
    if (versions === undefined) this.#versions.set(id, [{ at, value }]);
    else versions.push({ at, value });
  }

  /** What the service itself knows. */
  current(id: string): T | undefined {
    return this.#versions.get(id)?.at(-1)?.value;
  }

  /** What a reader gets at `now`. An object that was made less than the lag ago is not there yet. */
  read(id: string, now: number): T | undefined {
    return this.#versions.get(id)?.findLast((version) => version.at <= now - this.#lag())?.value;
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
