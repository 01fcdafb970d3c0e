// Time and fresh ids are handed in, so that tests use literal ones.

/** Epoch milliseconds, UTC. */
export interface Clock {
  now(): number;
}

/** Fresh identifiers (request ids, lease holders). Never used where an id can be derived from what it names. */
export interface Ids {
  fresh(): string;
}
