// The story of an incident in lines that a card can show. Pure; used by view.ts.
import type { TimelineEntry } from '../contracts/incident.ts';

export interface TimelineLine {
  readonly time: string;
  readonly text: string;
  /** Place, application, network; may be empty. */
  readonly where: string;
  /** How often within an hour; the time is that of the first. */
  readonly times: number;
}

const foldMs = 3_600_000;

/** The same again within an hour of its first time is counted there: one finding for each of many mail flow rules is one line. */
export function linesOf(timeline: readonly TimelineEntry[]): TimelineLine[] {
  const lines: TimelineLine[] = [];
  const open = new Map<string, number>();
  for (const { time, text, place, application, network } of timeline) {
    const where = [place, application, network].filter((part) => part !== undefined).join(', ');
    const key = JSON.stringify([text, where]);
    const index = open.get(key);
    const first = index === undefined ? undefined : lines[index];
    if (index !== undefined && first !== undefined && Date.parse(time) - Date.parse(first.time) <= foldMs)
      lines[index] = { ...first, times: first.times + 1 };
    else open.set(key, lines.push({ time, text, where, times: 1 }) - 1);
  }
  return lines;
}
