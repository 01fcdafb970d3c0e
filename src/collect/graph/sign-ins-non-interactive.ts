// Feed: sign-ins that programs make for people who signed in before (refreshed tokens, device-code redemption, replayed sessions). Only beta has them. Needs Entra ID P1.
import type { LogFeed } from '../feed.ts';
import { auditLogRead } from './permissions.ts';
import { entraP1, readBetaSignIns } from './sign-in-logs.ts';

const id = 'sign-ins.non-interactive';
const overlapSeconds = 15 * 60;
const pages = 10;

export const signInsNonInteractive: LogFeed = {
  kind: 'log',
  shapes: ['sign-in'],
  id,
  title: 'Non-interactive sign-ins',
  source: 'reporting',
  lane: 'fast',
  permissions: [auditLogRead],
  licence: entraP1,
  blind: 'what programs do with tokens and sessions, stolen ones too, is not seen here',
  delay: '2 to 15 minutes',
  paging: `1,000 records a page, by next link, oldest first, at most ${pages} pages a read`,
  reconciled: 'the same span is read again after 1, 6 and 24 hours',
  overlapSeconds,
  // The largest log of all, and what was usual is learnt from interactive sign-ins: its past is worth a day.
  firstReadDays: 1,
  keptDays: 30,
  read: (context, span) => readBetaSignIns(context, span, { feed: id, kinds: ['nonInteractiveUser'], budget: { pages, overlapSeconds } }),
};
