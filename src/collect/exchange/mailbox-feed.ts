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

/** Whose mailboxes rounds before this one read, where they could not read all: those that wait come first, or the same few would be read for ever. */
function readBefore(kept: string | undefined): ReadonlySet<string> {
  if (kept === undefined) return new Set();
  try {
    const ids: unknown = JSON.parse(kept);
    return new Set(Array.isArray(ids) ? ids.map(String) : []);
  } catch {
    return new Set(); // what another version kept: everything is read anew
  }
}

async function readMailboxes(context: ReadContext, read: MailboxFeed['read']): Promise<SnapshotRead> {
  const before = readBefore(context.kept);
  const named = context.touched.flatMap(({ id, name }): Mailbox[] => (name === undefined ? [] : [{ id, upn: name }]));
  const asked = named.filter(({ id }) => !before.has(id)).slice(0, mostMailboxes);
  const objects: Thing[] = [];
  const parts: string[] = [];
  try {
    for (const mailbox of asked) {
      objects.push(
        ...(await ofMailbox(read, context, mailbox)).map((object) => ({ ...object, MailboxId: mailbox.id, MailboxName: mailbox.upn })),
      );
      parts.push(mailbox.id);
    }
  } catch (error) {
    const outcome = readOutcomeOf(error, needs, context.now);
    const { done, kept } = doneOf(context, before, parts);
    if (parts.length === 0) return { outcome, objects: [], parts };
    const why = `${done} of ${context.touched.length} mailboxes were read, then ${refusalIn(outcome)}; the others are tried in the next round`;
    return { outcome: { status: 'incomplete', why }, objects, parts, kept };
  }
  const { done, kept } = doneOf(context, before, parts);
  const left = context.touched.length - done;
  if (left === 0) return { outcome: { status: 'complete' }, objects, parts };
  return {
    outcome: { status: 'incomplete', why: `${left} of ${context.touched.length} mailboxes wait for the next round` },
    objects,
    parts,
    kept,
  };
}

/** How many of those in question were read by now, and who they are, for the next round. */
function doneOf({ touched }: ReadContext, before: ReadonlySet<string>, parts: readonly string[]) {
  const read = touched.flatMap(({ id }) => (before.has(id) || parts.includes(id) ? [id] : []));
  return { done: read.length, kept: JSON.stringify(read) };
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
