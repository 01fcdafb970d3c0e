// The unified audit log cut into bundles of records by the minute in which they became readable, as the Management Activity API offers them. Used by handlers/activity-log/.
import type { RecordLog } from '../record-log.ts';
import { guid } from '../worlds/random.ts';

export const contentTypes = ['Audit.AzureActiveDirectory', 'Audit.Exchange', 'Audit.SharePoint', 'Audit.General'] as const;
export type ContentType = (typeof contentTypes)[number];
type AuditRecord = Readonly<Record<string, unknown>>;

export interface Content {
  readonly id: string;
  readonly type: ContentType;
  /** Epoch ms: when it can be listed first. */
  readonly created: number;
  readonly records: readonly AuditRecord[];
}

const minuteMs = 60_000;
const mostRecords = 100;

function typeOf({ Workload: workload }: AuditRecord): ContentType {
  if (workload === 'AzureActiveDirectory') return 'Audit.AzureActiveDirectory';
  if (workload === 'Exchange') return 'Audit.Exchange';
  return workload === 'SharePoint' || workload === 'OneDrive' ? 'Audit.SharePoint' : 'Audit.General';
}

const made = new WeakMap<RecordLog, { readonly size: number; readonly contents: ReadonlyMap<string, Content> }>();

/** All bundles of a log by id, earliest first. What came late into a minute that is over makes a bundle of its own, so that no bundle ever changes. */
export function contentsOf(log: RecordLog): ReadonlyMap<string, Content> {
  const known = made.get(log);
  if (known?.size === log.size) return known.contents;
  const minutes = new Map<string, { readonly type: ContentType; readonly created: number; readonly records: AuditRecord[] }>();
  for (const { visibleAt, record } of log.entries()) {
    const type = typeOf(record);
    const created = (Math.floor(visibleAt / minuteMs) + 1) * minuteMs;
    const key = `${created} ${type}`;
    const minute = minutes.get(key) ?? { type, created, records: [] };
    minute.records.push(record);
    minutes.set(key, minute);
  }
  const contents = new Map<string, Content>();
  for (const { type, created, records } of [...minutes.values()].sort((a, b) => a.created - b.created))
    for (let at = 0; at < records.length; at += mostRecords) {
      const part = records.slice(at, at + mostRecords);
      const stamp = new Date(created).toISOString().replaceAll(/\D/g, '');
      const id = `${stamp}$${guid('content', ...part.map(({ Id }) => String(Id))).replaceAll('-', '')}$${type.toLowerCase()}`;
      contents.set(id, { id, type, created, records: part });
    }
  made.set(log, { size: log.size, contents });
  return contents;
}
