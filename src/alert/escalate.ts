// A webhook takes a card with 202 and may lose it unseen: only somebody who opens the case confirms it. Unopened within the stated time, the next channel gets the card. Called by outbox.ts.
import type { TenantPolicy } from '../contracts/policy.ts';
import type { DueEntry, OutboxEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { remindDue } from '../incidents/outbox-due.ts';
import type { Store, Versioned } from '../store/store.ts';
import { type After, routesOf } from './channels.ts';
import { isNotice } from './notices.ts';

/** Cards that want somebody to do something. */
const wanting: ReadonlySet<OutboxEntry['reason']> = new Set(['opened', 'worse', 'failed']);

/** @param name the channel's, as people read it */
export const unopenedIn = (setting: string, seconds: number, name: string): After => ({
  setting,
  why: `in ${name} nobody opened this card within ${Math.round(seconds / 60)} minutes`,
});

/**
 * When the next channel gets a card that this one took at `now`; undefined where it wants nothing of anybody, or no channel is left.
 * @param setting the channel that took it
 */
export function remindAt(
  { incident, reason }: Pick<OutboxEntry, 'incident' | 'reason'>,
  setting: string | undefined,
  { channels, unopened }: Pick<TenantPolicy, 'channels' | 'unopened'>,
  addressOf: (setting: string) => string | undefined,
  now: number,
): number | undefined {
  if (setting === undefined || isNotice(incident) || !wanting.has(reason)) return undefined;
  return routesOf(channels, addressOf, { setting, why: '' }).length === 0 ? undefined : now + unopened * 1000;
}

/** The newest card of a case waits to be opened. */
export const waitsToBeOpened = ({ status, remindAt: at }: OutboxEntry): boolean => status === 'accepted' && at !== undefined;

/** Rows of cards that were opened, overtaken by a newer card, or need nobody any more. */
export async function clearReminders(
  store: Pick<Store, 'due'>,
  scope: TenantScope,
  incident: string,
  newest: OutboxEntry | undefined,
  rows: readonly DueEntry[],
): Promise<void> {
  const kept = newest !== undefined && waitsToBeOpened(newest) ? remindDue(scope.tenant, newest, 0).id : undefined;
  for (const due of rows)
    if (due.kind === 'remind' && due.id.startsWith(`${incident}:`) && due.id !== kept) await store.due.delete('outbox.delete-due', due);
}

/** Somebody has seen it, or the case is over. */
export async function forgetReminder(store: Store, scope: TenantScope, { value, etag }: Versioned<OutboxEntry>): Promise<void> {
  const { remindAt: _at, ...rest } = value;
  await store.state.putOutbox('outbox.settle', scope, { value: rest, etag });
  await store.due.delete('outbox.delete-due', remindDue(scope.tenant, value, 0));
}
