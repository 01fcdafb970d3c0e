// A snapshot feed that lists one kind of Exchange object by one cmdlet. Used by the feeds beside it.
import type { SnapshotShape } from '../../contracts/activity.ts';
import { type SubjectKind, subjectId } from '../../contracts/ids.ts';
import type { SnapshotFeed } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { exchangeManageAsApp, needs, securityReader } from './permissions.ts';

export interface CmdletFeed {
  readonly id: string;
  readonly title: string;
  readonly cmdlet: string;
  readonly shape: SnapshotShape;
  readonly subjectKind: SubjectKind;
  readonly blind: string;
}

const time = (value: unknown): number | undefined => {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
};

export function cmdletFeed({ id, title, cmdlet, shape, subjectKind, blind }: CmdletFeed): SnapshotFeed {
  return {
    kind: 'snapshot',
    id,
    title,
    source: 'exchange',
    lane: 'config',
    permissions: [exchangeManageAsApp, securityReader],
    blind,
    delay: 'none: read as it is now',
    paging: 'none: all in one answer',
    reconciled: 'every reading is the whole list',
    ignore: ['WhenChanged', 'WhenChangedUTC', 'IsValid'],
    shape,
    describe(object) {
      const createdAt = time(object['WhenCreatedUTC']);
      const changedAt = time(object['WhenChangedUTC'] ?? object['WhenChanged']);
      return {
        id: String(object['Guid']),
        name: String(object['Name']),
        subject: subjectId(subjectKind, String(object['Guid'])),
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(changedAt === undefined ? {} : { changedAt }),
      };
    },
    async list(context) {
      try {
        return { outcome: { status: 'complete' }, objects: await context.connection.exchange.invoke(cmdlet, { ResultSize: 'Unlimited' }) };
      } catch (error) {
        return { outcome: readOutcomeOf(error, needs, context.now), objects: [] };
      }
    },
  };
}
