// Every action there is: the explicit list that plans, permissions and docs are made from. A new action is a file beside this one and a line here.
import type { Action } from '../action.ts';
import { blockSignIn } from './block-sign-in.ts';
import { disableInboundConnector } from './disable-inbound-connector.ts';
import { endSessions } from './end-sessions.ts';
import { newPassword } from './new-password.ts';
import { removeMethods } from './remove-methods.ts';

export const actions: readonly Action[] = [blockSignIn, newPassword, endSessions, removeMethods, disableInboundConnector];

/** Throws an Error that lists the known ids. */
export function actionById(id: string): Action {
  const found = actions.find((action) => action.id === id);
  if (found === undefined) throw new Error(`"${id}" is no action. Known: ${actions.map((action) => action.id).join(', ')}`);
  return found;
}
