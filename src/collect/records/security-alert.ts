// An alert of Microsoft Defender and its siblings (Graph's alerts_v2) -> activity. About the first person whom its evidence names, else the first application.
import type { Activity, View } from '../../contracts/activity.ts';
import { hashId, type SubjectId, subjectId } from '../../contracts/ids.ts';
import { activityOf, type RecordContext, type Skipped, timeOf } from './envelope.ts';
import { userSubject } from './subjects.ts';
import { parseTime } from './times.ts';
import { isRaw, name, objects, type Raw } from './values.ts';

export function alertActivity(record: Raw, context: RecordContext): Activity | Skipped {
  const value = record['createdDateTime'];
  const when = timeOf(value, parseTime(value), 'createdDateTime', context);
  if ('skipped' in when) return when;
  const about = aboutOf(record);
  const id = name(record['id']) || hashId(String(when.time), name(record['title']), about?.subject ?? '');
  const view: View = { shape: 'security-alert', record };
  return activityOf(
    {
      id: `alert:${id.toLowerCase()}`,
      time: when.time,
      undated: when.undated,
      subject: about?.subject ?? subjectId('tenant', context.tenant),
      actor: undefined,
      subjectName: about?.label ?? '',
      actorName: '',
      views: [view],
    },
    context,
  );
}

function aboutOf(record: Raw): { readonly subject: SubjectId; readonly label: string } | undefined {
  const evidence = objects(record['evidence']).slice(0, 100);
  for (const item of evidence) {
    const account = item['userAccount'];
    if (!isRaw(account)) continue;
    const label = name(account['userPrincipalName']) || name(account['displayName']);
    const user = userSubject(account['azureAdUserId']);
    if (user !== undefined) return { subject: user, label };
    const upn = name(account['userPrincipalName']);
    if (upn !== '') return { subject: subjectId('unresolved', upn), label };
  }
  for (const item of evidence) {
    // oauthApplicationEvidence spells it appId as text, cloudApplicationEvidence as a number that is no application id.
    const app = typeof item['appId'] === 'string' ? name(item['appId']) : '';
    if (app !== '') return { subject: subjectId('app', app), label: name(item['displayName']) };
  }
  return undefined;
}
