// What is too large for rows: activities, snapshots, evidence. Called through Store.blobs.
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip, gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type Activity, storedActivity } from '../contracts/activity.ts';
import { membersHolding, packed } from './activity-blocks.ts';
import type { ContainerName } from './backend.ts';
import { blobNames, blobPrefix } from './keys.ts';
import { linesHolding } from './lines-holding.ts';
import type { Access } from './rows.ts';
import type { Store } from './store.ts';
import { mostBlockBytes } from './validate.ts';

const snapshotObjects = z.array(z.record(z.string(), z.unknown()));

const lineOf = ({ origin: _, ...activity }: Activity): string => `${JSON.stringify({ v: 1, ...activity })}\n`;

async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

/** Lines end with a line feed and nothing else: other line separators may stand inside JSON. */
async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  // Steps of 64 KiB cost half of what the default of 16 KiB does.
  const gunzip = createGunzip({ chunkSize: 65_536 });
  // An error on either side destroys the other, and so ends the loop below with that error.
  pipeline(Readable.from(content), gunzip, () => undefined);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of gunzip) {
    const lines = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function readActivity(line: string, blob: string, number?: number): Activity {
  try {
    const { v: _, ...activity } = storedActivity.parse(JSON.parse(line));
    return activity as Activity;
  } catch (cause) {
    throw new Error(`${number === undefined ? 'A line' : `Line ${number}`} of ${blob} is no activity`, { cause });
  }
}

const dayOf = (name: string): string | undefined => /(\d{4}-\d{2}-\d{2})\.ndjson\.gz$/.exec(name)?.[1];
/** Of the gzip members one after another. Off the main thread, so that several days unpack side by side. */
const unpack = promisify<Buffer, { chunkSize: number }, Buffer>(gunzip);
/** Large steps: the default of 16 KiB makes it half as fast again. */
const unpacked = (content: Buffer): Promise<Buffer> => unpack(content, { chunkSize: 1_048_576 });

export function blobContents({ reads, writer }: Access): Store['blobs'] {
  return {
    async appendActivities(point, { tenant }, date, activities) {
      if (activities.length === 0) return;
      const [container, name] = blobNames.activities(tenant, date);
      for (const blocks of packed(activities.map(lineOf), mostBlockBytes)) await writer.append(point, container, name, blocks);
    },
    /** In the order of writing. An activity that was read twice, or whose round was done again after a crash, stands twice: ids decide, the later one is newer. */
    async *activities({ tenant }, date) {
      const [container, name] = blobNames.activities(tenant, date);
      const content = await reads.read(container, name);
      if (!content) return;
      let number = 0;
      for await (const line of linesOf(content)) yield readActivity(line, `${container}/${name}`, ++number);
    },
    async days({ tenant }) {
      const days: { date: string; bytes: number }[] = [];
      for await (const page of reads.list('activities', blobPrefix(tenant)))
        for (const { name, bytes } of page) {
          const date = dayOf(name);
          if (date !== undefined) days.push({ date, bytes });
        }
      return days.sort((a, b) => (a.date < b.date ? -1 : 1));
    },
    async mentioning({ tenant }, date, needles) {
      const [container, name] = blobNames.activities(tenant, date);
      const content = await reads.read(container, name);
      if (content === undefined) return [];
      const members = membersHolding(await whole(content), needles);
      if (members.length === 0) return [];
      return linesHolding(await unpacked(members), needles).map((line) => readActivity(line, `${container}/${name}`));
    },
    async putSnapshot(point, { tenant }, feed, name, objects) {
      const content = gzipSync(JSON.stringify(objects));
      await writer.put(point, ...blobNames.snapshot(tenant, feed, name), content, false);
    },
    async snapshot({ tenant }, feed, name) {
      const [container, path] = blobNames.snapshot(tenant, feed, name);
      const content = await reads.read(container, path);
      if (!content) return undefined;
      try {
        return snapshotObjects.parse(JSON.parse(gunzipSync(await whole(content)).toString()));
      } catch (cause) {
        throw new Error(`The snapshot ${container}/${path} cannot be read`, { cause });
      }
    },
    async putEvidence(point, { tenant }, containment, name, content) {
      const [container, path] = blobNames.evidence(tenant, containment, name);
      return writer.put(point, container, path, Buffer.from(JSON.stringify(content)), true);
    },
    async evidence({ tenant }, containment, name) {
      const content = await reads.read(...blobNames.evidence(tenant, containment, name));
      return content && JSON.parse((await whole(content)).toString());
    },
    async expire(point, { tenant }, { activitiesBefore, snapshotsBefore, kept }) {
      const keep = new Set(kept.map(({ feed, name }) => blobNames.snapshot(tenant, feed, name)[1]));
      const old: [ContainerName, string][] = [];
      for await (const page of reads.list('activities', blobPrefix(tenant)))
        for (const { name } of page) {
          const day = dayOf(name);
          if (day !== undefined && day < activitiesBefore) old.push(['activities', name]);
        }
      for await (const page of reads.list('snapshots', blobPrefix(tenant)))
        for (const { name, modifiedAt } of page) if (modifiedAt < snapshotsBefore && !keep.has(name)) old.push(['snapshots', name]);
      for (const [container, name] of old) await writer.remove(point, container, name);
      return old.length;
    },
  };
}
