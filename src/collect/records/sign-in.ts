// A sign-in in Graph's spelling -> activity. The hot path of every feed: the record is handed on as it is, only what the envelope needs is read.
import type { Activity, View } from '../../contracts/activity.ts';
import { hashId, type SubjectId, signInActivityId, subjectId } from '../../contracts/ids.ts';
import { activityOf, type RecordContext, type Skipped, timeOf } from './envelope.ts';
import { userSubject } from './subjects.ts';
import { parseTime } from './times.ts';
import { name, type Raw } from './values.ts';

/**
 * Who signed in: `user:{object id}`; `unresolved:{upn}` where the record has no usable object id (failed sign-ins of unknown users carry zeros);
 * `app:{app id}` for service principals and managed identities.
 */
export function signInSubject(record: Raw): SubjectId | undefined {
  const user = userSubject(record['userId']);
  if (user !== undefined) return user;
  const upn = name(record['userPrincipalName']);
  if (upn !== '') return subjectId('unresolved', upn);
  const app = name(record['appId']) || name(record['servicePrincipalId']);
  return app === '' ? undefined : subjectId('app', app);
}

/** The activity of one sign-in in Graph’s spelling. */
export function signInActivity(record: Raw, context: RecordContext): Activity | Skipped {
  const when = timeOf(record['createdDateTime'], parseTime(record['createdDateTime']), 'createdDateTime', context);
  if ('skipped' in when) return when;
  const subject = signInSubject(record);
  if (subject === undefined) return { skipped: 'it names neither user nor application (userId, userPrincipalName and appId are missing)' };
  const view: View = { shape: 'sign-in', record };
  return activityOf(
    {
      id: signInId(record, when.time, subject),
      time: when.time,
      undated: when.undated,
      subject,
      actor: undefined,
      subjectName: name(record['userPrincipalName']) || name(record['servicePrincipalName']) || name(record['appDisplayName']),
      actorName: '',
      views: [view],
    },
    context,
  );
}

/** An export that lost the request id still gives one id per sign-in. */
function signInId(record: Raw, time: number, subject: SubjectId): string {
  const id = name(record['id']);
  if (id !== '') return signInActivityId(id);
  const rest = ['correlationId', 'appId', 'appDisplayName', 'ipAddress', 'resourceId'].map((field) => name(record[field]));
  return signInActivityId(`derived-${hashId(String(time), subject, ...rest)}`);
}
