// How actions look at a user: the few properties that containment needs. Used by block-sign-in.ts and end-sessions.ts.
import { z } from 'zod';
import { ServiceError } from '../../tenants/connections.ts';
import type { ActionContext } from '../action.ts';

const time = z.string().nullish();
const user = z.object({
  accountEnabled: z.boolean(),
  userPrincipalName: z.string(),
  signInSessionsValidFromDateTime: time,
  lastPasswordChangeDateTime: time,
  onPremisesSyncEnabled: z.boolean().nullish(),
  onPremisesSamAccountName: z.string().nullish(),
});
export type User = z.infer<typeof user>;

/** Containment is asked for by a person who waits. */
export const urgent = { 'x-ms-throttle-priority': 'high' } as const;

export const userPath = ({ target }: Pick<ActionContext, 'target'>): string => `/users/${encodeURIComponent(target.id)}`;
export const userPortal = ({ target }: Pick<ActionContext, 'target'>): string =>
  `https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(target.id)}`;

/** Throws ServiceError; an answer without the properties that were asked for is an error too. */
export async function readUser(context: ActionContext): Promise<User> {
  const answer = await context.responder.graph.request('GET', userPath(context), {
    query: { $select: Object.keys(user.shape).join(',') },
    headers: urgent,
  });
  const parsed = user.safeParse(answer);
  if (!parsed.success) throw new ServiceError('graph', 0, 'UnknownForm', `GET ${userPath(context)}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
