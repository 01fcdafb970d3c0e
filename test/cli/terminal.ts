// A terminal that only remembers. For the tests of the command line.
import type { Terminal } from '../../cli/command.ts';

export interface Remembered extends Terminal {
  readonly lines: string[];
  readonly errors: string[];
  readonly progressed: string[];
}

export function remembering(options: { readonly columns?: number; readonly colour?: boolean } = {}): Remembered {
  const lines: string[] = [];
  const errors: string[] = [];
  const progressed: string[] = [];
  return {
    lines,
    errors,
    progressed,
    out: (line) => lines.push(line),
    error: (line) => errors.push(line),
    progress: (line) => progressed.push(line),
    colour: options.colour ?? false,
    ...(options.columns === undefined ? {} : { columns: options.columns }),
  };
}
