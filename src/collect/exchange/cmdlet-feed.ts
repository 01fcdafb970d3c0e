// A snapshot feed that lists one kind of Exchange object by one cmdlet. Used by the feeds beside it.
import type { SnapshotShape } from '../../contracts/activity.ts';
import { type SubjectKind, subjectId } from '../../contracts/ids.ts';
import type { SnapshotFeed } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { stamps } from '../stamps.ts';
import { exchangeManageAsApp, needs, securityReader } from './permissions.ts';

export interface CmdletFeed {
  readonly id: string;
  readonly title: string;
  readonly cmdlet: string;
  readonly shape: SnapshotShape;
  readonly subjectKind: SubjectKind;
  readonly blind: string;
  /** Default: all, however many. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Fields whose change is none, beside the stamps. */
  readonly ignore?: readonly string[];
}

export function cmdletFeed({
  id,
  title,
  cmdlet,
  shape,
  subjectKind,
  blind,
  parameters = { ResultSize: 'Unlimited' },
  ignore = [],
}: CmdletFeed): SnapshotFeed {
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
    ignore: ['WhenChanged', 'WhenChangedUTC', 'IsValid', ...ignore],
    shape,
    describe: (object) => ({
      id: String(object['Guid']),
      name: String(object['Name']),
      subject: subjectId(subjectKind, String(object['Guid'])),
      ...stamps(object['WhenCreatedUTC'], object['WhenChangedUTC'] ?? object['WhenChanged']),
    }),
    async list(context) {
      try {
        return { outcome: { status: 'complete' }, objects: await context.connection.exchange.invoke(cmdlet, parameters) };
      } catch (error) {
        return { outcome: readOutcomeOf(error, needs, context.now), objects: [] };
      }
    },
  };
}
