// A risk detection in Graph's spelling -> activity.
import type { Activity, View } from '../../contracts/activity.ts';
import { hashId, subjectId } from '../../contracts/ids.ts';
import { activityOf, type RecordContext, type Skipped, timeOf } from './envelope.ts';
import { signInSubject } from './sign-in.ts';
import { parseTime } from './times.ts';
import { name, type Raw } from './values.ts';

export function riskActivity(record: Raw, context: RecordContext): Activity | Skipped {
  const value = record['activityDateTime'] ?? record['detectedDateTime'];
  const when = timeOf(value, parseTime(value), 'activityDateTime', context);
  if ('skipped' in when) return when;
  const subject = signInSubject(record);
  if (subject === undefined) return { skipped: 'it names nobody (userId and userPrincipalName are missing)' };
  const id = name(record['id']) || hashId(String(when.time), subject, name(record['riskEventType']));
  const view: View = { shape: 'risk-detection', record };
  return activityOf(
    {
      id: `risk:${id.toLowerCase()}`,
      time: when.time,
      undated: when.undated,
      subject,
      actor: undefined,
      subjectName: name(record['userPrincipalName']) || name(record['userDisplayName']),
      actorName: '',
      views: [view],
    },
    context,
  );
}

/** A well-formed record of a log that no rule reads: understood and counted, without a view. */
export function unusedActivity(record: Raw, time: unknown, context: RecordContext): Activity | Skipped {
  const when = timeOf(time, parseTime(time), 'time', context);
  if ('skipped' in when) return when;
  const parts = ['id', 'Id', 'correlationId', 'CorrelationId', 'category', 'Type', 'operationName', 'OperationName'];
  return activityOf(
    {
      id: `other:${hashId(String(when.time), ...parts.map((part) => name(record[part])))}`,
      time: when.time,
      undated: when.undated,
      subject: subjectId('tenant', context.tenant),
      actor: undefined,
      subjectName: '',
      actorName: '',
      views: [],
    },
    context,
  );
}
