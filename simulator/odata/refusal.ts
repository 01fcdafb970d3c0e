// A query option that a service refuses. Thrown by query.ts and delta-query.ts, answered by dispatch.ts.

export class QueryRefusal extends Error {
  override readonly name = 'QueryRefusal';
  /** Of the error in the answer. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
