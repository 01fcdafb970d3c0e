// Feed: sign-ins of applications by themselves: service principals and managed identities, in one request. Only beta has them. Needs Entra ID P1.
import type { LogFeed } from '../feed.ts';
import { auditLogRead } from './permissions.ts';
import { entraP1, readBetaSignIns, withLoss } from './sign-in-logs.ts';

const id = 'sign-ins.service-principal';
const overlapSeconds = 15 * 60;
const pages = 10;
const budget = { pages, overlapSeconds };

export const signInsServicePrincipal: LogFeed = {
  kind: 'log',
  shapes: ['sign-in'],
  id,
  title: 'Sign-ins of applications',
  source: 'reporting',
  lane: 'fast',
  permissions: [auditLogRead],
  licence: entraP1,
  blind: 'sign-ins of applications are not seen here: one that wakes after months shows only by what it changes',
  delay: '2 to 15 minutes',
  paging: `1,000 records a page, by next link, oldest first, at most ${pages} pages a read`,
  reconciled: 'the same span is read again after 1, 6 and 24 hours',
  overlapSeconds,
  firstReadDays: 30,
  async read(context, span) {
    const both = await readBetaSignIns(context, span, { feed: id, kinds: ['servicePrincipal', 'managedIdentity'], budget });
    if (both.outcome.status !== 'failed') return both;
    // Not every tenant takes the two kinds in one filter; people's applications matter more than Azure's own identities.
    const applications = await readBetaSignIns(context, span, { feed: id, kinds: ['servicePrincipal'], budget });
    return withLoss(applications, `managed identities were not read together with applications (${both.outcome.cause})`);
  },
};
