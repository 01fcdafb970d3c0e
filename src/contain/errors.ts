// Errors of the services, mapped to outcomes in this one place. Used by execute.ts and undo.ts.
import type { StepOutcome } from '../contracts/containment.ts';
import type { SubjectKind } from '../contracts/ids.ts';
import { signInSilent } from '../tenants/access-token.ts';
import { ServiceError } from '../tenants/connections.ts';
import { IncompleteError } from './action.ts';
import { deletedUsers } from './outsiders.ts';

const again = 'Press again in a minute. If it stays red, do it by hand:';

export const noAccount = 'This account isn’t in the tenant’s directory: it was deleted, or belongs to another organisation.';

/**
 * @param portal where a person does the same by hand
 * @param kind what the step acts on
 */
export function failedBy(error: unknown, portal: string, kind: SubjectKind): Extract<StepOutcome, { outcome: 'failed' }> {
  const failed = (cause: string, next: string) => ({ outcome: 'failed', cause, next: `${next} ${portal}` }) as const;
  if (error instanceof IncompleteError) return failed(error.message, again);
  if (!(error instanceof ServiceError)) throw error;
  const said = `${error.message}${error.requestId === undefined ? '' : ` (request ${error.requestId})`}`;
  if (error.code === 'Authorization_RequestDenied')
    return failed(
      `Microsoft refused: ${said}`,
      'If this is a privileged account, the guard has no right to change it: a Privileged Authentication Administrator does it here:',
    );
  if (error.status === 401 || error.status === 403 || (error.service === 'token' && error.code !== signInSilent))
    return failed(`Microsoft refused: ${said}`, 'Check the responder app’s consent in this tenant; until then do it by hand:');
  if (kind === 'user' && isNoAccount(error))
    return {
      outcome: 'failed',
      cause: noAccount,
      next: `If it is a partner’s, ask the partner to block it; if it was deleted, it is here: ${deletedUsers}`,
    };
  if (error.status === 404) return failed(`It was not found: ${said}`, 'Look whether it was deleted or renamed:');
  if (error.status === 429) return failed(`Microsoft asked to slow down: ${said}`, again);
  if (error.status === 0 || error.status >= 500) return failed(`The service could not be reached or failed: ${said}`, again);
  return failed(`Microsoft refused: ${said}`, 'Do it by hand:');
}

/** The account itself is not there, and not merely something of it: Graph then knows no such resource. */
const isNoAccount = (error: ServiceError): boolean =>
  error.service === 'graph' && error.status === 404 && error.code === 'Request_ResourceNotFound';

/** True for an object that no longer exists, as Graph and Exchange say it. */
export const isGone = (error: unknown): boolean =>
  error instanceof ServiceError && (error.status === 404 || error.code.includes('ManagementObjectNotFound'));
