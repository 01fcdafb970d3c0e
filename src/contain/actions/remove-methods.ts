// Locks: removes the authentication methods that were added since the takeover. Never the password. Cannot be undone: the user registers again.
import { z } from 'zod';
import { ServiceError } from '../../tenants/connections.ts';
import { type ActionContext, defineAction, directorySchedule, IncompleteError } from '../action.ts';
import { isGone } from '../errors.ts';
import { authenticationMethods, userAdministrator } from './permissions.ts';
import { urgent, userPath, userPortal } from './user.ts';

/** How Graph names the collection that a method of a type is deleted from. The password is not in it on purpose. */
const collections: ReadonlyMap<string, { readonly path: string; readonly label: string }> = new Map([
  ['phoneAuthenticationMethod', { path: 'phoneMethods', label: 'phone' }],
  ['microsoftAuthenticatorAuthenticationMethod', { path: 'microsoftAuthenticatorMethods', label: 'authenticator app' }],
  ['softwareOathAuthenticationMethod', { path: 'softwareOathMethods', label: 'software code generator' }],
  ['hardwareOathAuthenticationMethod', { path: 'hardwareOathMethods', label: 'hardware code generator' }],
  ['fido2AuthenticationMethod', { path: 'fido2Methods', label: 'passkey' }],
  ['emailAuthenticationMethod', { path: 'emailMethods', label: 'e-mail address' }],
  ['windowsHelloForBusinessAuthenticationMethod', { path: 'windowsHelloForBusinessMethods', label: 'Windows Hello' }],
  ['platformCredentialAuthenticationMethod', { path: 'platformCredentialMethods', label: 'platform credential' }],
  ['temporaryAccessPassAuthenticationMethod', { path: 'temporaryAccessPassMethods', label: 'temporary access pass' }],
  ['externalAuthenticationMethod', { path: 'externalAuthenticationMethods', label: 'external method' }],
]);
const password = 'passwordAuthenticationMethod';

const method = z.object({
  '@odata.type': z.string(),
  id: z.string(),
  createdDateTime: z.string().nullish(),
  displayName: z.string().nullish(),
  phoneNumber: z.string().nullish(),
  emailAddress: z.string().nullish(),
});
const kept = z.object({ type: z.string(), id: z.string(), createdDateTime: z.string().nullable(), name: z.string().nullable() });
type Kept = z.infer<typeof kept>;
const state = z.object({ remove: z.array(kept), undated: z.array(kept) });

async function methodsOf(context: ActionContext): Promise<Kept[]> {
  const found: Kept[] = [];
  for await (const page of context.responder.graph.pages(`${userPath(context)}/authentication/methods`, { headers: urgent })) {
    const parsed = z.array(method).safeParse(page);
    if (!parsed.success) throw new ServiceError('graph', 0, 'UnknownForm', `GET authentication/methods: ${z.prettifyError(parsed.error)}`);
    for (const one of parsed.data) {
      const name = one.displayName ?? one.phoneNumber ?? one.emailAddress ?? null;
      found.push({ type: one['@odata.type'].split('.').at(-1) ?? '', id: one.id, createdDateTime: one.createdDateTime ?? null, name });
    }
  }
  return found;
}

function addedSince({ parameters }: ActionContext): (one: Kept) => boolean {
  const since = Date.parse(z.iso.datetime().parse(parameters.since));
  return ({ createdDateTime }) => createdDateTime !== null && Date.parse(createdDateTime) >= since;
}

const labelOf = (one: Kept): string => collections.get(one.type)?.label ?? one.type;
const list = (methods: readonly Kept[]): string => methods.map(labelOf).join(', ');

async function remove(context: ActionContext, one: Kept): Promise<void> {
  const collection = collections.get(one.type);
  if (collection === undefined) throw new IncompleteError(`The guard doesn’t know how to remove a ${one.type}.`);
  try {
    await context.responder.graph.request(
      'DELETE',
      `${userPath(context)}/authentication/${collection.path}/${encodeURIComponent(one.id)}`,
      {
        headers: urgent,
      },
    );
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Graph refuses to delete the default method while others exist: those that fail are tried once more, last. */
async function removeAll(context: ActionContext, methods: readonly Kept[]): Promise<void> {
  let failed: { one: Kept; error: unknown }[] = [];
  let todo = methods;
  for (let round = 0; round < 2 && todo.length > 0; round++) {
    failed = [];
    for (const one of todo) {
      try {
        await remove(context, one);
      } catch (error) {
        failed.push({ one, error });
      }
    }
    todo = failed.map(({ one }) => one);
  }
  const first = failed[0];
  if (first === undefined) return;
  if (failed.length === methods.length) throw first.error;
  const said = first.error instanceof Error ? first.error.message : String(first.error);
  throw new IncompleteError(`${methods.length - failed.length} of ${methods.length} removed; still there: ${list(todo)} (${said}).`, {
    cause: first.error,
  });
}

export const removeMethods = defineAction({
  id: 'remove-methods',
  label: 'Remove added methods',
  summary: 'Removes authentication methods that were added since the takeover began; never the password.',
  object: 'removed methods',
  permissions: [authenticationMethods, userAdministrator],
  target: 'user',
  removes: true,
  state,
  schedule: directorySchedule,
  portal: (context) => userPortal(context).replace('/~/overview/', '/~/UserAuthMethods/'),
  /** `parameters.since`: ISO time. Methods without a date are left and said. */
  async before(context, earlier = { remove: [], undated: [] }) {
    const methods = (await methodsOf(context)).filter((one) => one.type !== password);
    const held = new Set(earlier.remove.map(({ id }) => id));
    const isAdded = addedSince(context);
    const added = [...earlier.remove, ...methods.filter((one) => isAdded(one) && !held.has(one.id))];
    const undated = methods.filter((one) => one.createdDateTime === null);
    return {
      state: { remove: added, undated },
      ...(added.length === 0 ? { already: 'No sign-in method was added since the takeover began.' } : {}),
      wouldDo: added.length === 0 ? 'No sign-in method would be removed.' : `Would be removed: ${list(added)}.`,
      ...(undated.length === 0 ? {} : { staysOpen: [`Sign-in methods without a date were left, look at them: ${list(undated)}.`] }),
    };
  },
  act: (context, { remove: methods }) => removeAll(context, methods),
  async look(context, { remove: methods }) {
    // One that was registered meanwhile is as much in the way as one that did not go.
    const isAdded = addedSince(context);
    const left = (await methodsOf(context)).filter(
      (one) => one.type !== password && (isAdded(one) || methods.some(({ id }) => id === one.id)),
    );
    const known = new Set(methods.map(({ id }) => id));
    return left.length === 0
      ? { seen: true, detail: `Removed: ${list(methods)}.` }
      : { seen: false, detail: `The directory still shows: ${list(left)}.`, more: left.some(({ id }) => !known.has(id)) };
  },
  undo: {
    whyNot: 'A removed sign-in method cannot be restored: its secret is gone.',
    next: 'The user registers the method again.',
  },
});
