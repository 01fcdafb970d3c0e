// The due row that stands behind every outbox entry: written before the entry, deleted once the card is accepted. Used by rounds, contain, dismiss and alert.
import type { DueEntry, OutboxEntry } from '../contracts/rows.ts';

/** How long the bell has before the sweeper rings again. */
const graceMs = 60_000;

/** @param entry its key is in the row's id, so that the row can be found again */
export const outboxDue = (tenant: string, entry: Pick<OutboxEntry, 'incident' | 'revision'>, now: number): DueEntry => ({
  v: 1,
  tenant,
  kind: 'outbox',
  id: `${entry.incident}:${entry.revision}`,
  dueAt: now + graceMs,
  tries: 0,
});

/** Incident and revision of an outbox due row; undefined for a row that is none. */
export function parseOutboxDue(due: DueEntry): { incident: string; revision: number } | undefined {
  const match = /^(.+):(\d+)$/.exec(due.id);
  return due.kind === 'outbox' && match?.[1] !== undefined ? { incident: match[1], revision: Number(match[2]) } : undefined;
}
