// What is wrong with a rule, and where. Thrown by the parser, shown by whoever loads rules.

export class RuleError extends Error {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The message without the place. */
  readonly reason: string;

  constructor(file: string, line: number, reason: string, options?: ErrorOptions) {
    super(`${file}:${line}: ${reason}`, options);
    this.name = 'RuleError';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}
