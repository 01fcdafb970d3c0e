// What a subcommand of `tenant-guard` is. One file per subcommand under commands/, listed with its name in main.ts.

/** Where a command writes. `out` is for results, `error` for everything about the run. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Rewrites one line of progress; absent where stderr is no terminal. '' clears it. */
  readonly progress?: (line: string) => void;
  /** Asks and resolves to what was typed; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Columns of stdout where it is a terminal. */
  readonly columns?: number;
  /** stdout is a terminal and NO_COLOR is not set. */
  readonly colour: boolean;
}

export interface Command {
  readonly help: string;
  /** Arguments after the name. Gives the exit code. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}
