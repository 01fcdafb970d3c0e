// Times that objects of the configuration state about themselves. Used by the snapshot feeds.

/** Epoch ms; undefined where no time is stated. */
export function timeOf(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

interface Stamps {
  readonly createdAt?: number;
  readonly changedAt?: number;
}

/** The part of a feed's description that holds these times, as far as they are stated. */
export function stamps(created: unknown, changed?: unknown): Stamps {
  const createdAt = timeOf(created);
  const changedAt = timeOf(changed);
  return { ...(createdAt === undefined ? {} : { createdAt }), ...(changedAt === undefined ? {} : { changedAt }) };
}
