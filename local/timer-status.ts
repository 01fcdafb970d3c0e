// Remembers over restarts when each timer last ran, as the host does in its storage account. Used by start.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { TimerStatus, TimerStatusStore } from './runner/timers.ts';

const content = z.record(z.string(), z.object({ last: z.string(), next: z.string(), lastUpdated: z.string() }));

/** Kept in a JSON file. An unreadable one counts as new: a timer then runs as it does the first time ever. */
export function fileTimerStatus(file: string): TimerStatusStore {
  const known = new Map<string, TimerStatus>();
  try {
    const parsed = content.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    for (const [name, status] of Object.entries(parsed.data ?? {})) known.set(name, status);
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && (cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
  return {
    read: (name) => known.get(name),
    write: (name, status) => {
      known.set(name, status);
      writeFileSync(file, JSON.stringify(Object.fromEntries(known)));
    },
  };
}
