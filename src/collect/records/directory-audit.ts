// A directory audit in Graph's spelling -> activity: whom it is about and who did it.
import type { Activity, View } from '../../contracts/activity.ts';
import { hashId, type SubjectId, subjectId } from '../../contracts/ids.ts';
import { directoryEventId } from './directory-id.ts';
import { activityOf, type RecordContext, type Skipped, timeOf } from './envelope.ts';
import { normalOperation } from './operation.ts';
import { userSubject } from './subjects.ts';
import { parseTime } from './times.ts';
import { guid, guidIn, isRaw, name, objects, type Raw } from './values.ts';

/**
 * Whom a directory event is about: the user, application, group, device or domain that it changed; where it changed something else (a policy, the company),
 * whoever did it. So a consent is about the application, and the user who consented is its actor: the finding joins that user's incident through the actor.
 */
export interface DirectoryParties {
  readonly subject: SubjectId | undefined;
  readonly subjectName: string;
  readonly actor: SubjectId | undefined;
  readonly actorName: string;
}

/** Application ids as directory events hide them: the client of a grant first, then the application itself. */
const appIdProperties = ['ServicePrincipal.AppId', 'ServicePrincipal.ObjectID', 'AppPrincipalId', 'AppId', 'Application.AppId'];
const ownNames = 'TargetId.ServicePrincipalNames';

/** App id among modified properties, whose name stands under `displayName` (Graph) or `Name` (unified audit). '' if none tells. */
export function appIdAmong(
  properties: readonly Raw[],
  keys: { readonly name: string; readonly newValue: string; readonly oldValue: string },
): string {
  for (const wanted of [...appIdProperties, ownNames]) {
    for (const property of properties) {
      if (property[keys.name] !== wanted) continue;
      const id = guidIn(property[keys.newValue]) || guidIn(property[keys.oldValue]);
      if (id !== '') return id;
    }
  }
  return '';
}

/** Name of the client of a grant: the target of such an event is the resource, whose name would mislead. '' for other events. */
export function clientNameAmong(properties: unknown, keys: { readonly name: string; readonly newValue: string }): string {
  if (!Array.isArray(properties)) return '';
  for (const property of properties)
    if (isRaw(property) && property[keys.name] === 'ServicePrincipal.DisplayName')
      return name(property[keys.newValue]).replaceAll(/^"|"$/g, '');
  return '';
}

const graphKeys = { name: 'displayName', newValue: 'newValue', oldValue: 'oldValue' };

export function directoryActivity(record: Raw, context: RecordContext): Activity | Skipped {
  const when = timeOf(record['activityDateTime'], parseTime(record['activityDateTime']), 'activityDateTime', context);
  if ('skipped' in when) return when;
  const operation = name(record['activityDisplayName']);
  if (operation === '') return { skipped: 'it has no operation (activityDisplayName is missing)' };
  const targets = objects(record['targetResources']);
  const parties = directoryParties(record, targets, operation);
  const view: View = { shape: 'directory-audit', record };
  return activityOf(
    {
      id: directoryId(record, operation, targets[0], when.time),
      time: when.time,
      undated: when.undated,
      subject: parties.subject ?? subjectId('tenant', context.tenant),
      actor: parties.actor,
      subjectName: parties.subjectName,
      actorName: parties.actorName,
      views: [view],
    },
    context,
  );
}

function directoryId(record: Raw, operation: string, target: Raw | undefined, time: number): string {
  const correlation = guid(record['correlationId']);
  const object = name(target?.['id']) || name(target?.['displayName']);
  if (correlation !== '') return directoryEventId(correlation, operation, object);
  const own = name(record['id']) || String(time);
  return `directory:${hashId(own.toLowerCase(), normalOperation(operation), object.toLowerCase())}`;
}

function directoryParties(record: Raw, targets: readonly Raw[], operation: string): DirectoryParties {
  const initiator = initiatorOf(record['initiatedBy']);
  for (const target of targets) {
    const subject = targetSubject(record, target, operation);
    if (subject === undefined) continue;
    return {
      subject,
      subjectName:
        clientNameAmong(target['modifiedProperties'], graphKeys) || name(target['userPrincipalName']) || name(target['displayName']),
      actor: initiator.id,
      actorName: initiator.name,
    };
  }
  return { subject: initiator.id, subjectName: initiator.name, actor: undefined, actorName: '' };
}

function targetSubject(record: Raw, target: Raw, operation: string): SubjectId | undefined {
  const id = name(target['id']);
  const kind = name(target['type']).toLowerCase();
  if (kind === 'user') {
    const user = userSubject(id);
    if (user !== undefined) return user;
    const upn = name(target['userPrincipalName']);
    return upn === '' ? undefined : subjectId('unresolved', upn);
  }
  if (kind === 'serviceprincipal' || kind === 'application') {
    const app =
      appIdAmong(objects(target['modifiedProperties']), graphKeys) ||
      guidIn(objects(record['additionalDetails']).find((detail) => detail['key'] === 'AppId')?.['value']) ||
      id;
    return app === '' ? undefined : subjectId('app', app);
  }
  if (kind === 'group' && id !== '') return subjectId('group', id);
  if (kind === 'device' && id !== '') return subjectId('device', id);
  const label = name(target['displayName']);
  if (label !== '' && kind === '' && /\bdomain\b/i.test(operation)) return subjectId('domain', label);
  return undefined;
}

function initiatorOf(value: unknown): { readonly id: SubjectId | undefined; readonly name: string } {
  const by = isRaw(value) ? value : {};
  const user = isRaw(by['user']) ? by['user'] : {};
  const upn = name(user['userPrincipalName']);
  const label = upn || name(user['displayName']);
  const person = userSubject(user['id']);
  if (person !== undefined) return { id: person, name: label };
  if (upn !== '') return { id: subjectId('unresolved', upn), name: label };
  const app = isRaw(by['app']) ? by['app'] : {};
  // Records of applications carry the service principal's object id and no app id: without the directory that is the only name.
  const id = guid(app['appId']) || guid(app['servicePrincipalId']);
  return { id: id === '' ? undefined : subjectId('app', id), name: name(app['displayName']) };
}
