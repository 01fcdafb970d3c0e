// Feed: interactive sign-ins of people. Beta, since only it carries the AS number, session and protocol; v1.0 where beta is refused. Needs Entra ID P1.
import type { LogFeed } from '../feed.ts';
import { auditLogRead } from './permissions.ts';
import { entraP1, orStableSignIns, readBetaSignIns } from './sign-in-logs.ts';

const id = 'sign-ins.interactive';

export const signInsInteractive: LogFeed = {
  kind: 'log',
  shapes: ['sign-in'],
  id,
  title: 'Interactive sign-ins',
  source: 'reporting',
  lane: 'fast',
  permissions: [auditLogRead],
  licence: entraP1,
  blind: 'sign-ins are not seen here; a registered sign-in method is the first alarm',
  instead: {
    feed: 'unified-audit',
    how: 'an hour or more late, by the unified audit log',
    blind: 'until then a registered sign-in method is the first alarm',
  },
  delay: '2 to 10 minutes',
  paging: '1,000 records a page, by next link, oldest first',
  reconciled: 'the same span is read again after 1, 6 and 24 hours',
  overlapSeconds: 15 * 60,
  firstReadDays: 30,
  async read(context, span) {
    const beta = await readBetaSignIns(context, span, { feed: id, kinds: ['interactiveUser'] });
    return orStableSignIns(beta, context, span, id);
  },
};
