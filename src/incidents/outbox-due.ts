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

/** The row behind a card that waits to be opened. */
export const remindDue = (tenant: string, entry: Pick<OutboxEntry, 'incident' | 'revision'>, at: number): DueEntry => ({
  ...outboxDue(tenant, entry, 0),
  kind: 'remind',
  dueAt: at,
});

interface CardKey {
  readonly incident: string;
  readonly revision: number;
}
/** Incident and revision of an outbox due row; undefined for a row that is none. */
export const parseOutboxDue = (due: DueEntry): CardKey | undefined => (due.kind === 'outbox' ? cardOf(due) : undefined);

/** Of any row that stands behind a card. */
export const parseCardDue = (due: DueEntry): CardKey | undefined => (due.kind === 'remind' ? cardOf(due) : parseOutboxDue(due));

function cardOf(due: DueEntry): CardKey | undefined {
  const match = /^(.+):(\d+)$/.exec(due.id);
  return match?.[1] !== undefined ? { incident: match[1], revision: Number(match[2]) } : undefined;
}
