// Names (UPN, PUID) and object ids that one record ties together, and re-keying of activities whose subject was only a name. Used by rounds and by `check`.
import type { Activity } from '../../contracts/activity.ts';
import { type SubjectId, subjectId } from '../../contracts/ids.ts';
import { partyOf } from './unified-people.ts';
import { guid, isRaw, name, objects, type Raw } from './values.ts';

/** Calls `learn` for every name in the activity that its record ties to an object id. Names are lower case. */
export function namesIn(activity: Activity, learn: (name: string, subject: SubjectId) => void): void {
  const tie = (label: string, id: string): void => {
    if (label !== '' && guid(id) !== '') learn(label.toLowerCase(), subjectId('user', id));
  };
  const view = activity.views[0];
  if (view === undefined) return;
  const record: Raw = view.record;
  if (view.shape === 'sign-in' || view.shape === 'risk-detection') tie(name(record['userPrincipalName']), name(record['userId']));
  if (view.shape === 'directory-audit') {
    const by = isRaw(record['initiatedBy']) ? record['initiatedBy']['user'] : undefined;
    if (isRaw(by)) tie(name(by['userPrincipalName']), name(by['id']));
    for (const target of objects(record['targetResources']))
      if (name(target['type']).toLowerCase() === 'user') tie(name(target['userPrincipalName']), name(target['id']));
  }
  if (view.shape === 'unified-audit') {
    if (record['RecordType'] === 15) tie(name(record['UserId']), name(record['UserKey']));
    if (record['RecordType'] === 8)
      for (const party of [partyOf(record['Actor']), partyOf(record['Target'])])
        if (party.kind === 'User') {
          tie(party.upn, party.id);
          tie(party.puid, party.id);
        }
  }
}

/** The activity with its unresolved subject and actor re-keyed, or the same one where `resolve` knows neither. The actor goes where it turns out to be the subject. */
export function withSubjects(activity: Activity, resolve: (name: string) => SubjectId | undefined): Activity {
  const subject = resolved(activity.subject, resolve);
  const actor = activity.actor === undefined ? undefined : resolved(activity.actor, resolve);
  if (subject === activity.subject && actor === activity.actor) return activity;
  const { actor: _actor, actorName, ...rest } = activity;
  if (actor !== undefined && actor !== subject) return { ...activity, subject, actor };
  const subjectName = rest.subjectName ?? actorName;
  return { ...rest, subject, ...(subjectName === undefined ? {} : { subjectName }) };
}

function resolved(subject: SubjectId, resolve: (name: string) => SubjectId | undefined): SubjectId {
  return subject.startsWith('unresolved:') ? (resolve(subject.slice('unresolved:'.length)) ?? subject) : subject;
}
