// The person of a validated token as the one who acts: what the journal keeps. Used by the functions that act.
import type { Responder } from '../src/contracts/containment.ts';
import type { Person } from '../src/tenants/authenticate.ts';

export const responderOf = ({ oid, tenant, name, username }: Person): Responder => ({
  oid,
  tenant,
  name,
  ...(username === undefined ? {} : { username }),
  via: 'console',
});
