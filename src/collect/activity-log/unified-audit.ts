// Feed: the unified audit log of Entra ID and Exchange (mailbox rules, mail sent and read, connectors, and where Graph cannot tell them: sign-ins). Every licence has it.
import type { LogFeed } from '../feed.ts';
import { activityFeedRead } from './permissions.ts';
import { readContent } from './read-content.ts';

const hourMs = 3_600_000;
/** Under a day together with the time since the last round, so that one window of the service holds both. */
const overlapSeconds = 23 * 3600;
/** The last later look comes a day after, within the hour, and lists what became readable then once more. */
export const rememberMs = 28 * hourMs;

export const shared = {
  kind: 'log',
  source: 'activity',
  lane: 'fast',
  permissions: [activityFeedRead],
  delay: '60 to 90 minutes, sometimes a day',
  paging: 'bundles of records, listed by the time at which they became readable, by next page',
  reconciled:
    'what became readable in the last day is listed every round (where that takes more than a page of each kind: once an hour, and the last hour every round), again after 1, 6 and 24 hours, and once more by whole days 5 to 6 days later; only what was not read before is read; what shows up in a listing later still, or more than a day late while the guard could not look for 23 hours, is not looked for',
  overlapSeconds,
  // The service gives seven days. Five and the day that comes together leave 23 hours for a guard that could not look when it was time.
  lastLook: { afterSeconds: 5 * 86_400, worthSeconds: 86_400 },
  firstReadDays: 7,
  remembers: true,
} as const;

const id = 'unified-audit';

export const unifiedAudit: LogFeed = {
  ...shared,
  id,
  title: 'Unified audit log',
  shapes: ['unified-audit', 'sign-in', 'directory-audit'],
  blind: 'mailbox rules, sent and read mail are not seen here, nor sign-ins where Entra ID P1 is missing',
  read: (context, span) => readContent(context, span, { feed: id, types: ['Audit.AzureActiveDirectory', 'Audit.Exchange'], rememberMs }),
};
