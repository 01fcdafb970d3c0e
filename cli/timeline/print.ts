// A story for people: one line per record in columns, its findings below it. Called by commands/timeline.ts.
import { shown } from '../check/table.ts';
import type { StoryLine } from './story.ts';

const narrowest = 80;
const unknownWidth = 140;
const marks = { by: ' ', on: '<', named: '·' } as const;

const cut = (text: string, width: number): string => {
  const characters = [...text];
  return characters.length > width
    ? `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
    : text + ' '.repeat(width - characters.length);
};

/** Columns share what the terminal has; times are UTC. */
export function storyLines(lines: readonly StoryLine[], { columns }: { readonly columns?: number }): string[] {
  if (lines.length === 0) return [];
  const width = Math.max(narrowest, columns ?? unknownWidth);
  const rest = width - 19 - 2 - 5;
  const [what, result, place, network, application] = [0.3, 0.12, 0.15, 0.19, 0.12].map((share) => Math.floor(rest * share)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const device = rest - what - result - place - network - application - 1;
  const row = (...cells: readonly (readonly [string, number])[]): string =>
    cells
      .map(([text, size]) => cut(text, size))
      .join(' ')
      .trimEnd();
  return [
    row(
      ['TIME (UTC)', 19],
      ['', 1],
      ['WHAT', what],
      ['RESULT', result],
      ['PLACE', place],
      ['FROM', network],
      ['APP', application],
      ['WITH', device],
    ),
    ...lines.flatMap((line) => [
      row(
        [line.time.slice(0, 19).replace('T', ' '), 19],
        [marks[line.role], 1],
        [shown(line.role === 'by' ? line.what : `${line.what} (by ${line.who})`), what],
        [shown(line.result ?? ''), result],
        [shown(line.place ?? ''), place],
        [shown([line.address, line.network].filter((part) => part !== undefined).join(' ')), network],
        [shown(line.application ?? ''), application],
        [shown(line.device ?? ''), device],
      ),
      ...line.findings.map(({ severity, title, rule, retrospect }) =>
        cut(
          `${' '.repeat(22)}^ ${severity}: ${shown(title)} (${shown(rule)}${retrospect ? ', found in retrospect' : ''})`,
          width,
        ).trimEnd(),
      ),
    ]),
  ];
}
