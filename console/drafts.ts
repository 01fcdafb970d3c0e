// Reasons that a person typed for a press which the guard wanted a fresh sign-in for: kept over the way to the sign-in page and back. Used by app.ts, sign-in.ts and views/incident.ts.

export interface Draft {
  /** The press's address under /api. */
  readonly path: string;
  readonly reason: string;
}

export interface Drafts {
  /** The reason that waits for this press, once; empty if none does. */
  take(path: string): string;
}

/** @param kept what came back from the sign-in page */
export function createDrafts(kept: Draft | undefined): Drafts {
  let waiting = kept;
  return {
    take(path) {
      if (waiting?.path !== path) return '';
      const { reason } = waiting;
      waiting = undefined;
      return reason;
    },
  };
}

const longest = 500;
/** Of the body of a press; undefined where it holds no reason. */
export function draftOf(path: string, body: unknown): Draft | undefined {
  const reason = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined;
  return typeof reason === 'string' && reason !== '' ? { path, reason: reason.slice(0, longest) } : undefined;
}
