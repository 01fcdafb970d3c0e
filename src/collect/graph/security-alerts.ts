// Feed: alerts of Microsoft Defender and its siblings, with what they did about them. Other people's protection is seen, not fought.
import type { LogFeed } from '../feed.ts';
import { securityAlertRead } from './permissions.ts';
import { readUnsortedPages } from './unsorted-pages.ts';

const id = 'security-alerts';

export const securityAlerts: LogFeed = {
  kind: 'log',
  shapes: ['security-alert'],
  id,
  title: 'Alerts of Microsoft Defender',
  source: 'graph',
  lane: 'fast',
  permissions: [securityAlertRead],
  licence: 'Microsoft Defender plan',
  blind: 'what Microsoft Defender saw and did is not shown on a case',
  delay: '3 to 5 minutes',
  paging:
    'as many records a page as the service gives, by next link, in no order; a span of many pages is read in shorter ones, oldest first',
  reconciled: 'by when an alert last changed, so a changed one is read again by itself; the same span again after 1, 6 and 24 hours',
  overlapSeconds: 15 * 60,
  firstReadDays: 30,
  keptDays: 90,
  read: (context, span) =>
    readUnsortedPages(context, span, {
      feed: id,
      version: 'v1.0',
      path: '/security/alerts_v2',
      timeField: 'lastUpdateDateTime',
      pageSize: 'service',
      needs: { permission: securityAlertRead.name, licence: 'Microsoft Defender plan' },
    }),
};
