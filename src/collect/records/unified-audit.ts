// A record of the unified audit log -> activity, with a second, derived view in Graph's spelling where it is a sign-in or a directory event.
import type { Activity, View } from '../../contracts/activity.ts';
import { auditActivityId, hashId, type SubjectId, signInActivityId, subjectId } from '../../contracts/ids.ts';
import { directoryEventId } from './directory-id.ts';
import { activityOf, type RecordContext, type Skipped, timeOf } from './envelope.ts';
import { parseTime } from './times.ts';
import { derivedDirectoryAudit } from './unified-directory-audit.ts';
import { directoryPeople, type People, personOf, signInPeople } from './unified-people.ts';
import { derivedSignIn } from './unified-sign-in.ts';
import { guid, name, named, numberOf, type Raw } from './values.ts';

const recordTypes = { exchangeAdmin: 1, directory: 8, signIn: 15 };

/** What the envelope of an export says where the record inside does not. */
export interface SearchRow {
  readonly time: unknown;
}

export function unifiedAuditActivity(record: Raw, context: RecordContext, row?: SearchRow): Activity | Skipped {
  const written = record['CreationTime'];
  const when = timeOf(written ?? row?.time, parseTime(written) ?? parseTime(row?.time), 'CreationTime', context);
  if ('skipped' in when) return when;
  const operation = name(record['Operation']);
  if (operation === '') return { skipped: 'it has no operation (Operation is missing)' };
  const type = numberOf(record['RecordType']);
  const isSignIn = type === recordTypes.signIn && (operation === 'UserLoggedIn' || operation === 'UserLoginFailed');
  const people = isSignIn
    ? signInPeople(record)
    : type === recordTypes.directory
      ? directoryPeople(record)
      : otherPeople(record, type, operation);
  const subject = people.subject ?? people.actor ?? addressSubject(record) ?? subjectId('tenant', context.tenant);
  const first: View = { shape: 'unified-audit', record };
  const time = when.undated ? undefined : when.time;
  return activityOf(
    {
      id: activityId(record, operation, people, when.time, isSignIn),
      time: when.time,
      undated: when.undated,
      subject,
      actor: people.actor,
      subjectName: people.subjectName,
      actorName: people.actorName,
      views: isSignIn
        ? [first, lazily('sign-in', () => derivedSignIn(record, time))]
        : type === recordTypes.directory
          ? [first, lazily('directory-audit', () => derivedDirectoryAudit(record, time))]
          : [first],
    },
    context,
  );
}

/** A view whose record is made when first looked at: most are never looked at. Own and enumerable, so that it is stored like any other. */
function lazily(shape: View['shape'], make: () => Raw): View {
  let made: Raw | undefined;
  return {
    shape,
    get record() {
      made ??= make();
      return made;
    },
  };
}

/** Which of Graph's logs tells the same event: an activity read from the unified audit log, with a derived view in that log's spelling. */
export function twinOf({ views: [first, second] }: Activity): 'sign-in' | 'directory-audit' | undefined {
  if (first?.shape !== 'unified-audit') return undefined;
  return second?.shape === 'sign-in' || second?.shape === 'directory-audit' ? second.shape : undefined;
}

function activityId(record: Raw, operation: string, people: People, time: number, isSignIn: boolean): string {
  const own = name(record['Id']);
  if (isSignIn) {
    const request = guid(record['IntraSystemId']);
    if (request !== '') return signInActivityId(request);
  }
  const correlation = guid(record['InterSystemsId']);
  // The same target that Graph's record of this event names first.
  if (people.target !== undefined && correlation !== '') return directoryEventId(correlation, operation, people.target);
  if (own !== '') return auditActivityId(own);
  return auditActivityId(`derived-${hashId(String(time), operation, name(record['UserId']), name(record['ObjectId']))}`);
}

/** Cmdlets whose ObjectId names a mailbox; when it is a GUID, it is the object id of the mailbox's user. */
const mailboxCmdlet =
  /^(Set|Add|Remove|New|Enable|Disable)-(Mailbox|CASMailbox|MailboxPermission|RecipientPermission|MailboxFolderPermission|MailboxAuditBypassAssociation|MailboxAutoReplyConfiguration)$/;

/**
 * Exchange and all other workloads: whoever did it, except where the cmdlet names what it changed: a connector, a transport rule, or another user's mailbox by object id.
 * A mailbox named by its alias stays the doer's: names don't decide.
 */
function otherPeople(record: Raw, type: number | undefined, operation: string): People {
  const doer = personOf(record);
  const doerName = name(record['UserId']);
  const object = type === recordTypes.exchangeAdmin ? changedObject(record, operation) : undefined;
  if (object === undefined) return { subject: doer, subjectName: doerName, actor: undefined, actorName: '' };
  return { subject: object.id, subjectName: object.label, actor: doer, actorName: doerName };
}

function changedObject(record: Raw, operation: string): { readonly id: SubjectId; readonly label: string } | undefined {
  const object = name(record['ObjectId']);
  if (mailboxCmdlet.test(operation)) {
    const mailbox = guid(object);
    return mailbox === '' ? undefined : { id: subjectId('user', mailbox), label: name(record['ModifiedObjectResolvedName']) };
  }
  const kind = /-InboundConnector$/.test(operation) ? 'connector' : /-TransportRule$/.test(operation) ? 'transport-rule' : undefined;
  if (kind === undefined) return undefined;
  const label = object || name(named(record['Parameters'], 'Name')) || name(named(record['Parameters'], 'Identity'));
  return label === '' ? undefined : { id: subjectId(kind, label), label };
}

function addressSubject(record: Raw): SubjectId | undefined {
  const address = name(record['ClientIP']) || name(record['ActorIpAddress']) || name(record['ClientIPAddress']);
  return address === '' ? undefined : subjectId('address', address);
}
