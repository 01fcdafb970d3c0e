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

const exclude = /^exclude-([0-9a-f]{32})$/;
/** What was excluded at once by that card's name; undefined for any other card. */
export const excludedBy = (name: string): string | undefined => exclude.exec(name)?.[1];

const staged = /^staged-(\d{1,6})$/;
/** The digest of what staged rules would have said, one per channel and week (number of the Monday since 1970). */
export const stagedCard = (week: number): string => `staged-${week}`;
/** The week of that card's name; undefined for any other card. */
export function stagedWeek(name: string): number | undefined {
  const week = staged.exec(name)?.[1];
  return week === undefined ? undefined : Number(week);
}

const kinds = [firstLightAt, huntOf, excludedBy, stagedWeek] as const;
export const isNotice = (name: string): boolean => name === watchCard || kinds.some((kind) => kind(name) !== undefined);

export const noticeEntry = (incident: string, revision: number, reason: OutboxEntry['reason'], now: number): OutboxEntry => ({
  v: 1,
  incident,
  revision,
  reason,
  createdAt: now,
  status: 'waiting',
  tries: 0,
});
