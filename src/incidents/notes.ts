// Notes on an incident: lines of its timeline that open nothing, weigh nothing and join no two attacks, such as what Microsoft Defender saw and did. Pure; used by merge.ts.
import type { Finding } from '../contracts/finding.ts';
import type { Incident, TimelineEntry } from '../contracts/incident.ts';
import { entryOf } from './draw.ts';
import { linkedSubjects } from './linking.ts';

const notesMost = 20;
/** What was noted this long before an attack's first finding may belong to it. */
const beforeMs = 2 * 86_400_000;

export interface NotesTaken {
  readonly notes: string[];
  readonly timeline: readonly TimelineEntry[];
}

/** The notes about an incident's subjects, and those that it holds and that are not at hand. An alert on an address or the whole tenant is about nobody. */
export function notesOn(
  about: { readonly before: Incident | undefined; readonly subjects: Incident['subjects']; readonly firstAt: string },
  notes: readonly Finding[],
): NotesTaken {
  const subjects = new Set<string>(about.subjects.filter((subject) => !/^(?:tenant|address):/.test(subject)));
  const from = Date.parse(about.firstAt) - beforeMs;
  const own = notes.filter(
    (note) => note.standing && Date.parse(note.time) >= from && linkedSubjects(note).some((one) => subjects.has(one)),
  );
  const known = new Set(notes.map(({ id }) => id));
  const held = about.before?.notes?.filter((id) => !known.has(id)) ?? [];
  const taken = own.slice(0, Math.max(0, notesMost - held.length));
  return {
    notes: [...held, ...taken.map(({ id }) => id)],
    timeline: [...(about.before?.timeline.filter(({ finding }) => held.includes(finding)) ?? []), ...taken.map(entryOf)],
  };
}
