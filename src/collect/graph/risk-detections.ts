// Feed: risk detections of Entra ID Protection; `requestId` names the sign-in that each is about. Needs Entra ID P2.
import type { LogFeed } from '../feed.ts';
import { riskEventRead } from './permissions.ts';
import { readUnsortedPages } from './unsorted-pages.ts';

const id = 'risk-detections';
const licence = 'Entra ID P2';

export const riskDetections: LogFeed = {
  kind: 'log',
  shapes: ['risk-detection'],
  id,
  title: 'Risk detections of Entra ID Protection',
  // Its limit is another than the sign-in log's: one request a second per tenant, over all applications (Graph reference A.4).
  source: 'graph',
  lane: 'fast',
  permissions: [riskEventRead],
  licence,
  blind: 'what Entra ID Protection thinks of a sign-in (stolen tokens, leaked passwords) is not seen here',
  delay: '5 minutes for those made at sign-in, up to two days for the others',
  paging: '500 records a page, by next link, in no order; a span of many pages is read in shorter ones, oldest first',
  reconciled: 'the same span is read again after 1, 6 and 24 hours',
  overlapSeconds: 60 * 60,
  firstReadDays: 30,
  keptDays: 90,
  read: (context, span) =>
    readUnsortedPages(context, span, {
      feed: id,
      version: 'v1.0',
      path: '/identityProtection/riskDetections',
      // When it was detected, not when it happened: what is detected two days late is new today.
      timeField: 'detectedDateTime',
      pageSize: 500,
      needs: { permission: riskEventRead.name, licence },
    }),
};
