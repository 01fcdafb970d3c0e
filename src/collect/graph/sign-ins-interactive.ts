// Feed: interactive sign-ins of people. Beta, since only it carries the AS number, session and protocol; v1.0 where beta is refused. Needs Entra ID P1.
import type { LogFeed } from '../feed.ts';
import { readLogPages } from './log-pages.ts';
import { auditLogRead } from './permissions.ts';

const id = 'sign-ins.interactive';
const needs = { permission: auditLogRead.name, licence: 'Entra ID P1' };

export const signInsInteractive: LogFeed = {
  kind: 'log',
  id,
  title: 'Interactive sign-ins',
  source: 'reporting',
  lane: 'fast',
  permissions: [auditLogRead],
  licence: 'Entra ID P1',
  blind: 'sign-ins are not seen here; a registered sign-in method is the first alarm',
  delay: '2 to 10 minutes',
  paging: '1,000 records a page, by next link, oldest first',
  reconciled: 'the same span is read again after 1, 6 and 24 hours',
  overlapSeconds: 15 * 60,
  firstReadDays: 30,
  async read(context, span) {
    const beta = await readLogPages(context, span, {
      feed: id,
      version: 'beta',
      path: '/auditLogs/signIns',
      timeField: 'createdDateTime',
      filter: "signInEventTypes/any(t: t eq 'interactiveUser')",
      // Without it, protocols and transfer methods newer than the enumeration read as unknownFutureValue.
      headers: { Prefer: 'include-unknown-enum-members' },
      needs,
    });
    if (beta.outcome.status !== 'failed') return beta;
    const stable = await readLogPages(context, span, {
      feed: id,
      version: 'v1.0',
      path: '/auditLogs/signIns',
      timeField: 'createdDateTime',
      needs,
    });
    if (stable.outcome.status !== 'complete') return stable;
    return {
      ...stable,
      outcome: { status: 'incomplete', why: `beta was refused (${beta.outcome.cause}); v1.0 lacks network, session and protocol` },
    };
  },
};
