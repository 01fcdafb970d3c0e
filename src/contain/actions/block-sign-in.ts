// Closes the door: disables the account, so that no new sign-in works. Undo enables it again.
import { z } from 'zod';
import { type ActionContext, defineAction, directorySchedule } from '../action.ts';
import { refuseBlocking } from '../guard.ts';
import { enableDisable, readRoles, readUsers, userAdministrator } from './permissions.ts';
import { readUser, type User, urgent, userPath, userPortal } from './user.ts';

const state = z.object({
  accountEnabled: z.boolean(),
  userPrincipalName: z.string(),
  lastPasswordChangeDateTime: z.string().nullable(),
  onPremisesSyncEnabled: z.boolean(),
});
type State = z.infer<typeof state>;

const set = (context: ActionContext, accountEnabled: boolean) =>
  context.responder.graph.request('PATCH', userPath(context), { body: { accountEnabled }, headers: urgent });

/** A synchronised account is mastered on premises: the next synchronisation may enable it again. */
function synchronised(user: User): string[] {
  if (user.onPremisesSyncEnabled !== true) return [];
  const name = user.onPremisesSamAccountName ?? '';
  // The name comes from the directory and ends up in a command that somebody copies.
  const command = /^[\w.-]{1,64}$/.test(name) ? `Disable-ADAccount -Identity "${name}"` : 'Disable-ADAccount for this account';
  return [`The account is synchronised and on-premises wins: run ${command} on premises too.`];
}

const passwordOf = (value: string | null) => (value === null ? 'never changed' : `last changed ${value}`);

export const blockSignIn = defineAction<State>({
  id: 'block-sign-in',
  label: 'Block sign-in',
  summary: 'Disables the account, so that no new sign-in works.',
  object: 'sign-in',
  permissions: [readUsers, readRoles, enableDisable, userAdministrator],
  target: 'user',
  removes: false,
  state,
  schedule: directorySchedule,
  portal: userPortal,
  /** `parameters.blocked`: object ids of users whom other containments block now, separated by blanks. */
  async before(context) {
    const blocked = (context.parameters.blocked ?? '').split(' ');
    const [user, refused] = await Promise.all([readUser(context), refuseBlocking(context.responder.graph, context.target.id, blocked)]);
    return {
      state: {
        accountEnabled: user.accountEnabled,
        userPrincipalName: user.userPrincipalName,
        lastPasswordChangeDateTime: user.lastPasswordChangeDateTime ?? null,
        onPremisesSyncEnabled: user.onPremisesSyncEnabled === true,
      },
      ...(user.accountEnabled ? {} : { already: 'Sign-in was blocked already.' }),
      ...(refused === undefined ? {} : { refused }),
      wouldDo: 'Sign-in would be blocked.',
      staysOpen: synchronised(user),
    };
  },
  async act(context) {
    await set(context, false);
  },
  async look(context) {
    const { accountEnabled } = await readUser(context);
    return accountEnabled
      ? { seen: false, detail: 'The directory still shows the account as enabled.' }
      : { seen: true, detail: 'Sign-in is blocked.' };
  },
  undo: {
    async check(context, before) {
      const user = await readUser(context);
      if (!before.accountEnabled) return { already: 'Sign-in was blocked before: it stays blocked.' };
      if (user.accountEnabled) return { already: 'Somebody enabled the account already.' };
      const password = user.lastPasswordChangeDateTime ?? null;
      if (password !== before.lastPasswordChangeDateTime || user.userPrincipalName !== before.userPrincipalName)
        return {
          conflict: {
            left: `${before.userPrincipalName}, blocked, password ${passwordOf(before.lastPasswordChangeDateTime)}`,
            found: `${user.userPrincipalName}, blocked, password ${passwordOf(password)}`,
          },
        };
      return {};
    },
    async act(context, before) {
      if (before.accountEnabled) await set(context, true);
    },
    async look(context, before) {
      const { accountEnabled } = await readUser(context);
      if (!before.accountEnabled) return { seen: true, detail: 'Sign-in was blocked before: it stays blocked.' };
      return accountEnabled
        ? { seen: true, detail: 'Sign-in is allowed again.' }
        : { seen: false, detail: 'The directory still shows the account as blocked.' };
    },
  },
});
