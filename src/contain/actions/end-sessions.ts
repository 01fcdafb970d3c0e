// Throws out: revokes every refresh token, so that open apps must sign in again. Cannot be undone: a session cannot be given back.
import { z } from 'zod';
import { defineAction, directorySchedule } from '../action.ts';
import { readUsers, revokeSessions } from './permissions.ts';
import { readUser, urgent, userPath, userPortal } from './user.ts';

const state = z.object({ validFrom: z.string().nullable() });

/** The directory stamps by its own clock; this much difference to ours is taken as the same moment. */
const toleranceMs = 2_000;
/** It may stamp whole seconds. */
const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;
/** @example utc('2026-03-02T02:31:09Z') === '2026-03-02 02:31:09 UTC' */
const utc = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
const at = (time: string | null | undefined): number => (time === null || time === undefined ? 0 : Date.parse(time));

export const endSessions = defineAction({
  id: 'end-sessions',
  label: 'End sessions',
  summary: 'Revokes every refresh token: open apps have to sign in again.',
  object: 'sessions',
  permissions: [readUsers, revokeSessions],
  target: 'user',
  removes: false,
  state,
  schedule: directorySchedule,
  portal: userPortal,
  async before(context) {
    const user = await readUser(context);
    return {
      state: { validFrom: user.signInSessionsValidFromDateTime ?? null },
      wouldDo: 'All sessions would be ended.',
      staysOpen: ['Open apps may last up to an hour.'],
    };
  },
  async act(context) {
    await context.responder.graph.request('POST', `${userPath(context)}/revokeSignInSessions`, { headers: urgent });
  },
  async look(context, before, actedAt) {
    const validFrom = (await readUser(context)).signInSessionsValidFromDateTime;
    // Ending them a second time within one second moves nothing: every session from before that second is void already.
    const seen = at(validFrom) >= wholeSecond(actedAt) || (at(validFrom) > at(before.validFrom) && at(validFrom) >= actedAt - toleranceMs);
    return seen
      ? { seen, detail: `Sessions from before ${utc(validFrom ?? '')} no longer count.` }
      : { seen, detail: `The directory still accepts sessions from ${typeof validFrom === 'string' ? utc(validFrom) : 'any time'}.` };
  },
  undo: { whyNot: 'Ended sessions cannot be given back.', next: 'The user signs in again.' },
});
