// Authentication methods of a user: list, and delete by type. Source: Graph reference A.4.5 (types, paths, default method, createdDateTime of the base type).
import { entities, project } from '../../entities.ts';
import { type Handler, reading } from '../../handler.ts';
import { denied, noContent, notFound, ok, page } from '../../odata/query.ts';
import { graphError } from '../../refusals.ts';
import { readUser } from '../../tenant-state.ts';
import { victims } from '../../worlds/constants.ts';
import { auditOfApp, currentUser, mayTouch } from './users.ts';

const readers = ['UserAuthenticationMethod.Read.All', 'UserAuthenticationMethod.ReadWrite.All'];
const writers = ['UserAuthenticationMethod.ReadWrite.All'];
const entity = { 'v1.0': entities.method, beta: entities.method };
const example = { params: { id: victims.contoso.finance.id } };

const list: Handler = reading({
  id: 'graph.methods.list',
  service: 'graph',
  method: 'GET',
  path: '/users/{id}/authentication/methods',
  source: 'Graph reference A.4.5; createdDateTime on the base type from the CSDL of 2026-08-20',
  certainty: 'documented',
  permissions: readers,
  entity,
  odata: { select: true },
  success: 200,
  example,
  run: (call) => {
    const user = readUser(call.tenant, call.params.id ?? '', call.now);
    if (user === undefined) return notFound(call, call.params.id ?? '');
    const methods = call.tenant.methods.list(call.now).flatMap(([, method]) => (method.userId === user.id ? [method] : []));
    return page(call, list, methods);
  },
});

const get: Handler = reading({
  id: 'graph.methods.get',
  service: 'graph',
  method: 'GET',
  path: '/users/{id}/authentication/methods/{methodId}',
  source: 'authenticationMethod get page',
  certainty: 'documented',
  permissions: readers,
  entity,
  success: 200,
  example: { params: { ...example.params, methodId: '28c10230-6103-485e-b985-444c60001490' } },
  run: (call) => {
    const user = readUser(call.tenant, call.params.id ?? '', call.now);
    const method = user && call.tenant.methods.read(`${user.id}/${call.params.methodId}`, call.now);
    return method === undefined ? notFound(call, call.params.methodId ?? '') : ok(call, project(entities.method, method));
  },
});

/** Path segment and type of every method that can be deleted; the password cannot. */
const types = {
  phoneMethods: 'phone',
  microsoftAuthenticatorMethods: 'microsoftAuthenticator',
  softwareOathMethods: 'softwareOath',
  fido2Methods: 'fido2',
  emailMethods: 'email',
  windowsHelloForBusinessMethods: 'windowsHelloForBusiness',
  platformCredentialMethods: 'platformCredential',
  temporaryAccessPassMethods: 'temporaryAccessPass',
} as const;

const remove = ([segment, type]: readonly [string, string]): Handler =>
  reading({
    id: `graph.methods.delete.${segment}`,
    service: 'graph',
    method: 'DELETE',
    path: `/users/{id}/authentication/${segment}/{methodId}`,
    source:
      'Graph reference A.4.5: 204; the default method cannot be deleted while others exist; privileged targets ask for a role (inferred for apps)',
    certainty: 'inferred',
    permissions: writers,
    success: 204,
    example: { params: { ...example.params, methodId: `example-${segment}` } },
    run: (call) => {
      const user = currentUser(call);
      const key = `${user?.id}/${call.params.methodId}`;
      const method = call.tenant.methods.current(key);
      if (user === undefined || method?.['@odata.type'] !== `#microsoft.graph.${type}AuthenticationMethod`)
        return notFound(call, call.params.methodId ?? '');
      if (!mayTouch(call, user)) return denied(call);
      const others = call.tenant.methods
        .all()
        .some(([, other]) => other.userId === user.id && other.id !== method.id && !other['@odata.type'].includes('password'));
      if (method.isDefault && others)
        return graphError(
          call.trace,
          400,
          'badRequest',
          'The default authentication method cannot be deleted while other methods are registered.',
        );
      call.tenant.methods.write(key, undefined, call.now);
      auditOfApp(call, user, 'Admin deleted security info', [], 'Authentication Methods', `Admin deleted ${type} method for user`);
      return noContent(call);
    },
  });

export const methodHandlers: readonly Handler[] = [list, get, ...Object.entries(types).map(remove)];
