// What `check` prints for people: a table of findings that fits the terminal, then what was read and what not.
import { stripVTControlCharacters } from 'node:util';
import type { Severity } from '../../src/contracts/finding.ts';
import type { CheckResult, PlacedFinding } from './run.ts';

const colours: { readonly [severity in Severity]: string } = {
  critical: '\u001b[1;31m',
  high: '\u001b[31m',
  medium: '\u001b[33m',
  low: '\u001b[36m',
  informational: '\u001b[2m',
};
const plain = '\u001b[0m';
const mostSkipped = 20;
const narrowest = 60;
const unknownWidth = 120;

/** Text from records on one line: no control characters, no terminal sequences, no text that turns the direction of reading. */
export function shown(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu, ' ')
    .trim();
}

const padded = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text.padEnd(width);

export function reportLines(result: CheckResult, terminal: { readonly columns?: number; readonly colour: boolean }): string[] {
  const width = Math.max(narrowest, terminal.columns ?? unknownWidth);
  return [...findingLines(result.findings, width, terminal.colour), ...accountLines(result)];
}

function findingLines(findings: readonly PlacedFinding[], width: number, colour: boolean): string[] {
  if (findings.length === 0) return [];
  const time = 16;
  const severity = 13;
  const who = Math.min(34, Math.floor((width - time - severity) / 3));
  const what = width - time - severity - who - 3;
  const lines = [`${padded('TIME (UTC)', time)} ${padded('SEVERITY', severity)} ${padded('WHO', who)} ${padded('WHAT', what)}`.trimEnd()];
  for (const { finding, places, undated } of findings) {
    const label = padded(finding.severity, severity);
    const when = undated ? 'unknown' : finding.time.slice(0, 16).replace('T', ' ');
    lines.push(
      `${padded(when, time)} ${colour ? `${colours[finding.severity]}${label}${plain}` : label} ${padded(shown(finding.subjectName ?? finding.subject), who)} ${padded(shown(finding.title), what)}`.trimEnd(),
      ...wrapped(shown(finding.why), width - time - 1).map((line) => `${' '.repeat(time)} ${line}`),
      ...sourceLines(`${finding.campaign}/${finding.rule}`, placeOf(places), width - time - 1).map((line) => `${' '.repeat(time)} ${line}`),
    );
  }
  lines.push('');
  return lines;
}

/** Rule and place on one line where they fit; a path that is too long loses its beginning. */
function sourceLines(rule: string, place: string, width: number): string[] {
  if (rule.length + place.length + 2 <= width) return [`${rule}  ${place}`];
  return [padded(rule, width).trimEnd(), place.length > width ? `…${place.slice(1 - width)}` : place];
}

function placeOf(places: PlacedFinding['places']): string {
  const last = places.at(-1);
  if (last === undefined) return '';
  const records = places.filter(({ file }) => file === last.file).map(({ record }) => record);
  const list =
    records.length > 6 ? `${records.slice(0, 3).join(', ')} … ${records.at(-1)} (${records.length} records)` : records.join(', ');
  return `${shown(last.file)}:${list}`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = padded(line === '' ? word : `${line} ${word}`, width).trimEnd();
  }
  return [...lines, line];
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

function accountLines(result: CheckResult): string[] {
  const { skipped, refused, notAssessable } = result;
  const lines = [
    `${plural(result.findings.length, 'finding')} in ${plural(result.read, 'record')} of ${plural(result.files.length, 'file')}; ${result.understood.toLocaleString('en')} understood.`,
  ];
  for (const { file, reason } of refused) lines.push(`Not read: ${shown(file)}: ${shown(reason)}.`);
  const named = skipped.named.filter(({ file }) => !refused.some((one) => one.file === file));
  for (const { file, record, reason } of named.slice(0, mostSkipped)) lines.push(`Skipped: ${shown(file)}:${record}: ${shown(reason)}.`);
  if (named.length > mostSkipped || skipped.beyond.length > 0)
    lines.push(`… and ${plural(skipped.count - mostSkipped, 'more skipped record')}; --json names them.`);
  const rules = new Set(notAssessable.map(({ rule }) => rule));
  if (rules.size > 0)
    lines.push(
      `${plural(rules.size, 'rule')} could not be judged on some records, because these lack a field or their time, or a user has too little history: not the same as clean; --json names them.`,
    );
  for (const { rule, group, counted } of result.atLeast)
    lines.push(`${rule}, ${group}: more records than a sequence keeps; counted at least ${plural(counted, 'record')}.`);
  return lines;
}
