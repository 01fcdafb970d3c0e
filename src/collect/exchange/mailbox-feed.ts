// A snapshot feed that costs a call per mailbox and so reads only those of users whom the guard has reason to look into. Used by the feeds beside it.
import type { SnapshotShape } from '../../contracts/activity.ts';
import type { ReadOutcome } from '../../contracts/coverage.ts';
import { subjectId } from '../../contracts/ids.ts';
import { type Exchange, ServiceError } from '../../tenants/connections.ts';
import type { ReadContext, SnapshotFeed, SnapshotRead } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { exchangeManageAsApp, needs, securityReader } from './permissions.ts';

type Thing = Record<string, unknown>;

export interface Mailbox {
  /** The owner's object id in the directory. */
  readonly id: string;
  readonly upn: string;
}

export interface MailboxFeed {
  readonly id: string;
  readonly title: string;
  readonly blind: string;
  readonly shape: SnapshotShape;
  readonly ignore?: readonly string[];
  readonly read: (exchange: Exchange, mailbox: Mailbox) => Promise<readonly Thing[]>;
  /** Within its mailbox. */
  readonly nameOf: (object: Thing) => { readonly id: string; readonly name: string; readonly changedAt?: number };
}

/** A mailbox costs about a second, and Exchange publishes no limits: a round asks for this many, and says which it left out. */
export const mostMailboxes = 50;

export function mailboxFeed({ read, nameOf, ignore = [], ...facts }: MailboxFeed): SnapshotFeed {
  return {
    ...facts,
    kind: 'snapshot',
    source: 'exchange',
    lane: 'config',
    permissions: [exchangeManageAsApp, securityReader],
    delay: 'none: read as it is now',
    paging: `one mailbox at a time, at most ${mostMailboxes} in a round`,
    reconciled: 'every reading of a mailbox is its whole list',
    ignore,
    partOf: (object) => String(object['MailboxId']),
    describe(object) {
      const { id, name, changedAt } = nameOf(object);
      return {
        id: `${String(object['MailboxId'])}/${id}`,
        name,
        subject: subjectId('user', String(object['MailboxId'])),
        subjectName: String(object['MailboxName']),
        ...(changedAt === undefined ? {} : { changedAt }),
      };
    },
    list: (context) => readMailboxes(context, read),
  };
}

/** A mailbox that was read so lately counts as read: Exchange bears few requests, and rounds that reach some of the mailboxes take turns. */
const lateMs = 3_600_000;

/** When each mailbox was read last, by its owner: those that wait longest come first, or the same few would be read for ever. */
function readBefore(kept: string | undefined): Map<string, number> {
  if (kept === undefined) return new Map();
  try {
    const times: unknown = JSON.parse(kept);
    const entries = typeof times === 'object' && times !== null ? Object.entries(times) : [];
    return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  } catch {
    return new Map(); // what another version kept: everything is read anew
  }
}

async function readMailboxes(context: ReadContext, read: MailboxFeed['read']): Promise<SnapshotRead> {
  const before = readBefore(context.kept);
  const named = context.touched.flatMap(({ id, name }): Mailbox[] => (name === undefined ? [] : [{ id, upn: name }]));
  // In their own order where they waited equally long: whom a case is about comes first.
  const asked = named.toSorted((a, b) => (before.get(a.id) ?? 0) - (before.get(b.id) ?? 0)).slice(0, mostMailboxes);
  const objects: Thing[] = [];
  const parts: string[] = [];
  let outcome: ReadOutcome | undefined;
  try {
    for (const mailbox of asked) {
      objects.push(
        ...(await ofMailbox(read, context, mailbox)).map((object) => ({ ...object, MailboxId: mailbox.id, MailboxName: mailbox.upn })),
      );
      parts.push(mailbox.id);
    }
  } catch (error) {
    outcome = readOutcomeOf(error, needs, context.now);
    if (parts.length === 0) return { outcome, objects: [], parts };
  }
  return { outcome: outcomeOf(context, before, { parts, outcome }), objects, parts, ...keptOf(context, before, parts) };
}

/** Complete, once each mailbox was read lately; what broke off for another reason than a limit is said at once. */
function outcomeOf(
  { touched, now }: ReadContext,
  before: ReadonlyMap<string, number>,
  read: { readonly parts: readonly string[]; readonly outcome: ReadOutcome | undefined },
): ReadOutcome {
  const all = touched.length;
  const done = touched.filter(({ id }) => read.parts.includes(id) || (before.get(id) ?? 0) > now - lateMs).length;
  if (done === all && (read.outcome === undefined || read.outcome.status === 'throttled')) return { status: 'complete' };
  if (read.outcome === undefined) return { status: 'incomplete', why: `${all - done} of ${all} mailboxes wait for the next round` };
  const shown = Math.min(done, all - 1);
  return {
    status: 'incomplete',
    why: `${shown} of ${all} mailboxes were read, then ${refusalIn(read.outcome)}; the others are tried in the next round`,
  };
}

function keptOf({ touched, now }: ReadContext, before: ReadonlyMap<string, number>, parts: readonly string[]): { readonly kept?: string } {
  const times = touched.flatMap(({ id }): [string, number][] => {
    const at = parts.includes(id) ? now : before.get(id);
    return at === undefined ? [] : [[id, at]];
  });
  return times.length === 0 ? {} : { kept: JSON.stringify(Object.fromEntries(times)) };
}

/** In mid-sentence. */
function refusalIn(outcome: ReadOutcome): string {
  switch (outcome.status) {
    case 'denied':
      return `Exchange refused: the guard lacks ${outcome.permission}`;
    case 'throttled':
      return outcome.why ?? 'Exchange throttled the reading';
    case 'unlicensed':
      return `Exchange refused: the tenant has no ${outcome.sku}`;
    case 'failed':
      return outcome.cause.replace(/\.$/, '');
    default:
      return 'the reading ended';
  }
}

/** A user without a mailbox has nothing in it. */
async function ofMailbox(read: MailboxFeed['read'], { connection }: ReadContext, mailbox: Mailbox): Promise<readonly Thing[]> {
  try {
    return await read(connection.exchange, mailbox);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ManagementObjectNotFoundException') return [];
    throw error;
  }
}
