// Which containments a case has: every one of them must stay reachable for its undo, also after another press or after two cases became one. Used by merge.ts, contain and alert.
import type { Incident } from '../contracts/incident.ts';

/** Oldest first; the newest is the one that the card shows whole. */
export const containmentsOf = (incident: Pick<Incident, 'containment' | 'containments'>): string[] => [
  ...new Set([...(incident.containments ?? []), ...(incident.containment === undefined ? [] : [incident.containment])]),
];
