// Fields of the snapshot shapes (ConfigChange): what changed, and the object before and after as its source spells it.
import type { Shape } from '../../../contracts/activity.ts';
import * as properties from './config-properties.ts';
import type { FieldTable, Source } from './field-table.ts';
import { missing } from './field-table.ts';
import { joined, own, valuesAt } from './read-path.ts';

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** A property of the object by itself means its new state; of a removed object, its last. An empty list is no value: Exchange writes it for "nobody". */
function bare(path: string): (record: Source) => unknown {
  const segments = path.split('.');
  return (record) => {
    const object = own(record, 'after') ?? own(record, 'before');
    const found = valuesAt(object, segments).filter((value) => !isEmptyList(value));
    return found.length === 0 ? missing : joined(found);
  };
}

/** `added.x`: values of x that the object has now and had not before; `removed.x`: the other way round. One that was created has added everything. */
function difference(from: 'before' | 'after', to: 'before' | 'after', path: string): (record: Source) => unknown {
  const segments = path.split('.');
  return (record) => {
    const known = new Set(leaves(own(record, from), segments).map((value) => JSON.stringify(value)));
    const fresh = leaves(own(record, to), segments).filter((value) => !known.has(JSON.stringify(value)));
    return fresh.length === 0 ? missing : joined(fresh);
  };
}

/** Elements of lists one by one; null and an empty text are no values. */
const leaves = (object: unknown, segments: readonly string[]): unknown[] =>
  valuesAt(object, segments)
    .flat(4)
    .filter((value) => value !== null && value !== '');

function table(shape: Shape, names: readonly string[]): FieldTable {
  const envelope = ['change', 'id', 'name', 'changed', 'stood'];
  const byLower = new Map(names.map((name) => [name.toLowerCase(), name]));
  return {
    shape,
    known: [...envelope, 'before', 'after', ...names.flatMap((name) => [`after.${name}`, `before.${name}`])],
    complete: false,
    operations: [],
    encoded: [],
    derived: {},
    suggestions: names.flatMap((name) => [name, `added.${name}`, `removed.${name}`]),
    named(name) {
      const [, kind, path = name] = /^(added|removed)\.(.+)$/i.exec(name) ?? [];
      const proper = byLower.get(path.toLowerCase());
      if (proper === undefined) return undefined;
      if (kind === undefined) return { path: proper, known: true, read: bare(proper) };
      const added = kind.toLowerCase() === 'added';
      const read = added ? difference('before', 'after', proper) : difference('after', 'before', proper);
      return { path: `${kind.toLowerCase()}.${proper}`, known: true, read };
    },
    aliases: {},
  };
}

export const configChangeFields: readonly FieldTable[] = [
  table('service-principal', properties.servicePrincipal),
  table('application', properties.application),
  table('permission-grant', properties.permissionGrant),
  table('app-role-assignment', properties.appRoleAssignment),
  table('inbound-connector', properties.inboundConnector),
  table('outbound-connector', properties.outboundConnector),
  table('transport-rule', properties.transportRule),
  table('inbox-rule', properties.inboxRule),
  table('mailbox', properties.mailbox),
  table('mailbox-permission', properties.mailboxPermission),
  table('cross-tenant-partner', properties.crossTenantPartner),
  table('delegated-admin-relationship', properties.delegatedAdminRelationship),
  table('domain', properties.domain),
  table('organization', properties.organization),
  table('security-defaults', properties.securityDefaults),
  table('conditional-access-policy', properties.conditionalAccessPolicy),
  table('authentication-methods-policy', properties.authenticationMethodsPolicy),
];
