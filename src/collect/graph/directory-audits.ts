// Feed: directory audits (security-info and MFA registrations, consents, application changes, roles). Every licence has them.
import type { LogFeed } from '../feed.ts';
import { readLogPages } from './log-pages.ts';
import { auditLogRead } from './permissions.ts';

const id = 'directory-audits';

export const directoryAudits: LogFeed = {
  kind: 'log',
  shapes: ['directory-audit'],
  id,
  title: 'Directory audits',
  source: 'reporting',
  lane: 'fast',
  permissions: [auditLogRead],
  blind: 'registered sign-in methods, consents and role changes are not seen here',
  delay: '2 to 15 minutes',
  paging: '1,000 records a page, by next link, oldest first',
  reconciled: 'the same span is read again after 1, 6 and 24 hours',
  overlapSeconds: 15 * 60,
  // Kept so long with Entra ID P1. Free keeps 7 days, and asking for more is refused (reference: graph, A.2 and A.3).
  firstReadDays: 30,
  leastKeptDays: 7,
  read: (context, span) =>
    readLogPages(context, span, {
      feed: id,
      version: 'v1.0',
      path: '/auditLogs/directoryAudits',
      timeField: 'activityDateTime',
      needs: { permission: auditLogRead.name },
    }),
};
