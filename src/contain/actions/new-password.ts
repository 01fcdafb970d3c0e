// The way that is left where sign-in could not be blocked: a password that nobody knows. It is made, sent and forgotten: never stored, logged or shown. Cannot be undone.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { defineAction, directorySchedule } from '../action.ts';
import { refuseBlocking } from '../guard.ts';
import { passwordProfile, readRoles, readUsers, userAdministrator } from './permissions.ts';
import { readUser, urgent, userPath, userPortal } from './user.ts';

const state = z.object({ lastPasswordChangeDateTime: z.string().nullable() });

/** The directory stamps by its own clock, in whole seconds. */
const toleranceMs = 2_000;
const at = (time: string | null | undefined): number => (time === null || time === undefined ? 0 : Date.parse(time));

/** 256 random bits, and one of each kind of character that the strictest policy asks for. */
const unknownPassword = (): string => `${randomBytes(32).toString('base64url')}aA1!`;

export const newPassword = defineAction({
  id: 'new-password',
  label: 'Set a new password',
  summary:
    'Only where sign-in could not be blocked: sets a random password that nobody knows and that must be changed at the next sign-in.',
  object: 'the password',
  permissions: [readUsers, readRoles, passwordProfile, userAdministrator],
  target: 'user',
  removes: false,
  once: true,
  state,
  schedule: directorySchedule,
  portal: userPortal,
  /** As `block-sign-in`: whoever cannot know the password is locked out just as well. */
  async before(context) {
    const blocked = (context.parameters.blocked ?? '').split(' ');
    const [user, refused] = await Promise.all([readUser(context), refuseBlocking(context.responder.graph, context.target.id, blocked)]);
    return {
      state: { lastPasswordChangeDateTime: user.lastPasswordChangeDateTime ?? null },
      ...(refused === undefined ? {} : { refused }),
      wouldDo: 'A new password would be set.',
    };
  },
  async act(context) {
    const profile = { password: unknownPassword(), forceChangePasswordNextSignIn: true };
    await context.responder.graph.request('PATCH', userPath(context), { body: { passwordProfile: profile }, headers: urgent });
  },
  async look(context, before, actedAt) {
    const changed = (await readUser(context)).lastPasswordChangeDateTime;
    return at(changed) > at(before.lastPasswordChangeDateTime) && at(changed) >= actedAt - toleranceMs
      ? { seen: true, detail: 'The password was replaced by one that nobody knows.' }
      : { seen: false, detail: 'The directory still shows the old password.' };
  },
  undo: {
    whyNot: 'The old password is not known to the guard, and the new one to nobody.',
    next: 'An administrator sets a password together with the user.',
  },
});
