// Who did it and whom it is about, in a record of the unified audit log. Used by unified-audit.ts and, for names, by names.ts.
import { type SubjectId, subjectId } from '../../contracts/ids.ts';
import { appIdAmong, clientNameAmong } from './directory-audit.ts';
import { userSubject } from './subjects.ts';
import { guid, name, objects, type Raw } from './values.ts';

export interface People {
  readonly subject: SubjectId | undefined;
  readonly subjectName: string;
  readonly actor: SubjectId | undefined;
  readonly actorName: string;
  /** Directory events: what Graph's record of the same event names as its first target. */
  readonly target?: string;
}

/** One party of an `Actor` or `Target` list, which describes it by several entries of different types. */
export interface Party {
  /** `User`, `ServicePrincipal`, `Application`, `Group`, …; '' where the list does not say. */
  readonly kind: string;
  /** Object id. */
  readonly id: string;
  readonly upn: string;
  readonly puid: string;
  readonly label: string;
  readonly appId: string;
}

const prefixed = /^([A-Za-z]+)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** Reads `[{ID:"User_<guid>",Type:2},{ID:"<guid>",Type:2},{ID:"User",Type:2},{ID:"<upn>",Type:5},{ID:"<puid>",Type:3},{ID:"<name>",Type:1}]`. */
export function partyOf(list: unknown): Party {
  const party = { kind: '', id: '', upn: '', puid: '', label: '', appId: '' };
  const guids: string[] = [];
  for (const entry of objects(list).slice(0, 50)) {
    const text = name(entry['ID']);
    const type = entry['Type'];
    if (type === 5) party.upn ||= text;
    else if (type === 3) party.puid ||= text;
    else if (type === 1) party.label ||= text;
    else if (guid(text) !== '') guids.push(text);
    else if (party.id === '') {
      const match = prefixed.exec(text);
      if (match !== null) {
        party.kind = match[1] ?? '';
        party.id = match[2] ?? '';
      }
    }
  }
  if (party.id === '') party.id = guids[0] ?? '';
  party.appId = guids.find((one) => one !== party.id) ?? '';
  return party;
}

const nobody = new Set(['', 'not available', 'unknown', 'n/a']);
const isApp = (userType: unknown): boolean => userType === 5 || userType === 6;

/** Who did it, from UserId, UserKey and UserType. `undefined` where the record says "Not Available". */
export function personOf(record: Raw): SubjectId | undefined {
  const id = name(record['UserId']);
  const app = prefixed.exec(id);
  if (app !== null && app[1] === 'ServicePrincipal') return subjectId('app', app[2] ?? '');
  const key = name(record['UserKey']);
  if (isApp(record['UserType'])) {
    const own = guid(key) || guid(id);
    if (own !== '') return subjectId('app', own);
  } else {
    const user = userSubject(key) ?? userSubject(id);
    if (user !== undefined) return user;
  }
  return nobody.has(id.toLowerCase()) ? undefined : subjectId('unresolved', id);
}

export function signInPeople(record: Raw): People {
  const upn = name(record['UserId']);
  return { subject: personOf(record), subjectName: nobody.has(upn.toLowerCase()) ? '' : upn, actor: undefined, actorName: '' };
}

const auditKeys = { name: 'Name', newValue: 'NewValue', oldValue: 'OldValue' };

export function directoryPeople(record: Raw): People {
  const doer = partyOf(record['Actor']);
  const target = partyOf(record['Target']);
  const kind = doer.kind.toLowerCase();
  const actor = kind === 'user' ? subjectId('user', doer.id) : kind === 'serviceprincipal' ? subjectId('app', doer.id) : personOf(record);
  const actorName = doer.upn || doer.label || name(record['UserId']);
  const subject = targetSubject(record, target);
  const object = target.id || name(record['ObjectId']);
  if (subject === undefined) return { subject: actor, subjectName: actorName, actor: undefined, actorName: '', target: object };
  return {
    subject,
    subjectName: clientNameAmong(record['ModifiedProperties'], auditKeys) || target.upn || target.label || name(record['ObjectId']),
    actor,
    actorName,
    target: object,
  };
}

function targetSubject(record: Raw, target: Party): SubjectId | undefined {
  const kind = target.kind.toLowerCase();
  if (kind === 'user') return subjectId('user', target.id);
  if (kind === 'group') return subjectId('group', target.id);
  if (kind === 'device') return subjectId('device', target.id);
  if (kind === 'serviceprincipal' || kind === 'application') {
    const app = appIdAmong(objects(record['ModifiedProperties']), auditKeys) || target.appId || target.id;
    return subjectId('app', app);
  }
  return target.kind === '' && target.upn !== '' ? subjectId('unresolved', target.upn) : undefined;
}
