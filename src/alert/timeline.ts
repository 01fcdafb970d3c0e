// The story of an incident in lines that a card can show, and which of them tell it shortest. Pure; used by view.ts and card.ts.
import { severityRank } from '../contracts/finding.ts';
import type { TimelineEntry } from '../contracts/incident.ts';

export interface TimelineLine {
  readonly time: string;
  readonly text: string;
  /** Place, application, network; may be empty. */
  readonly where: string;
  /** How often within an hour; the time is that of the first. */
  readonly times: number;
  readonly severity: TimelineEntry['severity'];
  readonly stage?: TimelineEntry['stage'];
  /** What other people's protection said: no finding of the guard. */
  readonly note?: true;
}

const foldMs = 3_600_000;

/** The same again within an hour of its first time is counted there: one finding for each of many mail flow rules is one line. */
export function linesOf(timeline: readonly TimelineEntry[], notes: readonly string[] = []): TimelineLine[] {
  const noted = new Set(notes);
  const lines: TimelineLine[] = [];
  const open = new Map<string, number>();
  for (const { time, text, place, application, network, severity, stage, finding } of timeline) {
    const where = [place, application, network].filter((part) => part !== undefined).join(', ');
    const key = JSON.stringify([text, where]);
    const index = open.get(key);
    const first = index === undefined ? undefined : lines[index];
    if (index !== undefined && first !== undefined && Date.parse(time) - Date.parse(first.time) <= foldMs)
      lines[index] = { ...first, times: first.times + 1 };
    else {
      const note = noted.has(finding) ? { note: true as const } : {};
      open.set(key, lines.push({ time, text, where, times: 1, severity, ...(stage === undefined ? {} : { stage }), ...note }) - 1);
    }
  }
  return lines;
}

/**
 * So many lines that tell the story: where it stands (the last), what is worst, then the worst of each other stage, then how it began. In their order.
 * Several rules often say the same of one sign-in; of a stage one line is enough.
 */
export function tellingLines(lines: readonly TimelineLine[], most: number): readonly TimelineLine[] {
  if (lines.length <= most) return lines;
  const last = lines.at(-1);
  const chosen = new Set<TimelineLine>(last === undefined || most === 0 ? [] : [last]);
  const worst = lines.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const [top] = worst;
  if (top?.stage !== undefined && chosen.size < most) chosen.add(top);
  const stages = new Set([...chosen].map(({ stage }) => stage));
  for (const line of worst) {
    if (chosen.size >= most) break;
    if (line.stage === undefined || stages.has(line.stage)) continue;
    stages.add(line.stage);
    chosen.add(line);
  }
  for (const line of lines) if (chosen.size < most) chosen.add(line);
  return lines.filter((line) => chosen.has(line));
}

/** How many findings of the guard these lines stand for. */
export const findingsIn = (lines: readonly TimelineLine[]): number =>
  lines.reduce((sum, { times, note }) => sum + (note === true ? 0 : times), 0);
