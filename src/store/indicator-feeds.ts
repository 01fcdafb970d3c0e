// What the guard keeps of foreign indicator feeds: one small row each, and the last good copy as a blob. Called through Store.indicatorFeeds.
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { type FeedCopy, type FeedStatus, feedCopy, feedStatus } from '../contracts/indicators.ts';
import { codec } from './body.ts';
import type { CrashPoint } from './crash-points.ts';
import { blobNames, indicatorKeys } from './keys.ts';
import { type Access, allValues } from './rows.ts';

/** Unscoped on purpose: what a feed lists belongs to no tenant. */
export interface IndicatorFeedStore {
  statuses(): Promise<FeedStatus[]>;
  /** Whatever was there: the timer that writes it is alone. */
  putStatus(point: CrashPoint, status: FeedStatus): Promise<void>;
  copy(feed: string): Promise<FeedCopy | undefined>;
  putCopy(point: CrashPoint, copy: FeedCopy): Promise<void>;
  /** Row and copy. One that is gone is no error. */
  remove(point: CrashPoint, feed: string): Promise<void>;
}

const statusRows = codec({ what: 'state of an indicator feed', version: 1, schema: feedStatus });
const unpacked = promisify(gunzip);

export function indicatorFeeds({ reads, writer }: Access): IndicatorFeedStore {
  return {
    statuses: () => allValues(reads, 'state', indicatorKeys.all, statusRows),
    async putStatus(point, status) {
      await writer.transact(point, 'state', [
        { kind: 'upsert', row: { ...indicatorKeys.row(status.feed), properties: statusRows.encode(status) } },
      ]);
    },
    async copy(feed) {
      const [container, name] = blobNames.indicators(feed);
      const content = await reads.read(container, name);
      if (content === undefined) return undefined;
      const parts: Uint8Array[] = [];
      for await (const part of content) parts.push(part);
      try {
        return feedCopy.parse(JSON.parse((await unpacked(Buffer.concat(parts))).toString('utf8')));
      } catch (cause) {
        throw new Error(`The copy of the indicator feed ${feed} in ${container}/${name} cannot be read`, { cause });
      }
    },
    async putCopy(point, copy) {
      const [container, name] = blobNames.indicators(copy.feed);
      await writer.put(point, container, name, gzipSync(JSON.stringify(copy)), false);
    },
    async remove(point, feed) {
      const [container, name] = blobNames.indicators(feed);
      await writer.remove(point, container, name);
      await writer.transact(point, 'state', [{ kind: 'delete', row: indicatorKeys.row(feed) }]);
    },
  };
}
