// Cards that are about no incident: what the outbox calls them. Used by the dead man's switch, the digest of the first read, and outbox.ts.
import type { OutboxEntry } from '../contracts/rows.ts';

/** The one card of a tenant's dead man's switch. */
export const watchCard = 'watch';

const firstLight = /^first-light-(\d{1,15})$/;
/** Each digest is a card of its own: `at` (epoch ms) is when it was made. */
export const firstLightCard = (at: number): string => `first-light-${at}`;
/** When the digest of that name was made; undefined for any other card. */
export function firstLightAt(name: string): number | undefined {
  const at = firstLight.exec(name)?.[1];
  return at === undefined ? undefined : Number(at);
}

const hunt = /^hunt-([0-9a-f]{32})$/;
/** The one card of a hunt, in each channel. */
export const huntCard = (id: string): string => `hunt-${id}`;
/** The hunt that the card of that name is about; undefined for any other card. */
export const huntOf = (name: string): string | undefined => hunt.exec(name)?.[1];

export const isNotice = (name: string): boolean => name === watchCard || firstLightAt(name) !== undefined || huntOf(name) !== undefined;

export const noticeEntry = (incident: string, revision: number, reason: OutboxEntry['reason'], now: number): OutboxEntry => ({
  v: 1,
  incident,
  revision,
  reason,
  createdAt: now,
  status: 'waiting',
  tries: 0,
});
