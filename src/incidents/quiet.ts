// When an incident ends and when people are told again. Pure; used by merge.ts, dismiss.ts and the sweeper.
import { type Severity, severityRank } from '../contracts/finding.ts';
import type { Incident } from '../contracts/incident.ts';
import type { OutboxEntry } from '../contracts/rows.ts';

/** An incident without a new event for this long has ended: what comes later is a new attack. */
const stillForDays = 7;
const stillFor = stillForDays * 24 * 3_600_000;
/** The same in ms: what lies further apart is another story. */
export const quietAfterMs = stillFor;

/** Informational incidents are kept and shown on the console, but tell nobody. */
export const leastToTell: Severity = 'low';

export const iso = (time: number): string => new Date(time).toISOString();

/** True if an event at `time` comes so late after the incident's last one that it belongs to another episode. */
export const isAnotherEpisode = (incident: Incident, time: string): boolean => Date.parse(time) - Date.parse(incident.lastAt) > stillFor;

/** Nothing happened, and nobody touched it, for the stated time. Called with open incidents by the sweeper. */
export const isStill = (incident: Incident, now: number): boolean =>
  incident.status !== 'closed' && now - Math.max(Date.parse(incident.lastAt), Date.parse(incident.updatedAt)) > stillFor;

/** The incident, closed; its containment stays as it is. */
export function closed(incident: Incident, because: string, now: number): Incident {
  return {
    ...incident,
    status: 'closed',
    closedBecause: because,
    closedAt: iso(now),
    updatedAt: iso(now),
    revision: incident.revision + 1,
  };
}

export const stillReason = (incident: Incident): string =>
  incident.status === 'contained'
    ? `Contained, and nothing new for ${stillForDays} days.`
    : `Nothing new for ${stillForDays} days. Nobody contained or dismissed it.`;

/** The card that a revision of an incident sends out. */
export function outboxEntry(incident: Incident, reason: OutboxEntry['reason'], now: number): OutboxEntry {
  return { v: 1, incident: incident.id, revision: incident.revision, reason, createdAt: now, status: 'waiting', tries: 0 };
}

/** Told before, and not worse since: the card is redrawn, nobody is notified. */
export const isWorth = (severity: Severity, notified: Severity | undefined): boolean =>
  severityRank(severity) >= severityRank(leastToTell) && (notified === undefined || severityRank(severity) > severityRank(notified));
