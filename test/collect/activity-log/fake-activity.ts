// A Management Activity API in memory, with content as tests lay it out, and what was asked of it.
import type { ReadContext } from '../../../src/collect/feed.ts';
import {
  type ActivityApi,
  type AuditContent,
  type AuditContentType,
  type Exchange,
  ServiceError,
} from '../../../src/tenants/connections.ts';

export const tenant = '11111111-1111-4111-8111-111111111111';
export const refused = (code: string, status = 400, message = 'refused'): ServiceError =>
  new ServiceError('activity', status, code, message);

export interface FakeContent {
  readonly type: AuditContentType;
  readonly created: number;
  /** When it shows up in listings; default: when it was created. */
  readonly listedAt?: number;
  /** An error is thrown in place of the records. */
  readonly records: readonly unknown[] | ServiceError;
}

export class FakeActivity implements ActivityApi {
  readonly contents = new Map<string, FakeContent>();
  readonly started: AuditContentType[] = [];
  readonly windows: { readonly type: AuditContentType; readonly from: number; readonly to: number }[] = [];
  readonly reads: string[] = [];
  /** Thrown by listings of that type. */
  readonly refusals = new Map<AuditContentType, ServiceError>();
  startRefusal: ServiceError | undefined;
  auditOn = true;
  mostAtOnce = 0;
  /** Bundles on a page of a listing. */
  pageSize = 20;
  /** Pages that were listed. */
  pages = 0;
  now = Number.POSITIVE_INFINITY;
  #atOnce = 0;

  async start(type: AuditContentType): Promise<void> {
    if (this.startRefusal !== undefined) throw this.startRefusal;
    this.started.push(type);
    this.refusals.delete(type);
  }

  async *content(type: AuditContentType, from: number, to: number): AsyncIterable<readonly AuditContent[]> {
    this.windows.push({ type, from, to });
    const refusal = this.refusals.get(type);
    if (refusal !== undefined) throw refusal;
    // The service takes whole seconds, and is in no order that anybody promised.
    const [first, last] = [Math.floor(from / 1000) * 1000, Math.floor(to / 1000) * 1000];
    const found = [...this.contents]
      .filter(([, one]) => one.type === type && one.created >= first && one.created < last && (one.listedAt ?? one.created) <= this.now)
      .map(([id, { created }]) => ({ id, uri: `https://activity.example/${id}`, created }));
    for (let at = 0; at === 0 || at < found.length; at += this.pageSize) {
      this.pages++;
      yield found.slice(at, at + this.pageSize);
    }
  }

  async read({ id }: AuditContent): Promise<readonly unknown[]> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    await Promise.resolve();
    this.#atOnce--;
    this.reads.push(id);
    const records = this.contents.get(id)?.records ?? [];
    if (records instanceof ServiceError) throw records;
    return records;
  }

  context(now: number, seen?: readonly string[], more: Pick<ReadContext, 'alsoSeen' | 'readTo'> = {}): ReadContext {
    this.now = now;
    const exchange: Exchange = {
      invoke: async (cmdlet) => {
        if (cmdlet !== 'Get-AdminAuditLogConfig') throw new Error(`not expected: ${cmdlet}`);
        return [{ UnifiedAuditLogIngestionEnabled: this.auditOn }];
      },
    };
    const connection = { activity: this, exchange } as unknown as ReadContext['connection'];
    return { tenant, connection, now, touched: [], ...(seen === undefined ? {} : { seen }), ...more };
  }
}

/** A rule made in Outlook on the web, an hour before `created`. */
export const ruleRecord = (id: string, time: number): Record<string, unknown> => ({
  Id: id,
  CreationTime: new Date(time).toISOString().slice(0, 19),
  RecordType: 1,
  Operation: 'New-InboxRule',
  OrganizationId: tenant,
  UserType: 2,
  UserKey: 'c1000000-0000-4000-8000-000000000001',
  UserId: 'marta.ferrer@contoso.example ',
  Workload: 'Exchange',
  ResultStatus: 'True',
  ClientIP: '203.0.113.7:52378',
  Parameters: [{ Name: 'Name', Value: '. ' }],
});
