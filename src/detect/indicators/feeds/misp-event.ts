// Reads one event of a MISP feed: attributes that MISP itself would export for detection (to_ids), of the event and of its objects. Called by documents.ts.
import { z } from 'zod';
import type { FeedEntry, IndicatorKind } from '../../../contracts/indicators.ts';
import { normalise } from '../indicator.ts';
import { endOf } from './ageing.ts';
import type { DocumentRead, Unread } from './documents.ts';

const uuid = z.guid('no UUID').toLowerCase();
/** Seconds, as text or number. */
const stamp = z.union([z.string().regex(/^\d{1,11}$/), z.int().min(0)]).transform((seconds) => Number(seconds) * 1000);
const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .nullish()
  .transform((text) => (text ? Date.parse(text) : undefined));
const flag = z
  .union([z.boolean(), z.enum(['0', '1']), z.literal(0), z.literal(1)])
  .transform((value) => value === true || value === 1 || value === '1');
const attribute = z.looseObject({
  type: z.string().max(100),
  value: z.string(),
  to_ids: flag.default(false),
  deleted: flag.default(false),
  timestamp: stamp.optional(),
  first_seen: time,
  last_seen: time,
});
const event = z.looseObject({
  Event: z.looseObject({
    uuid,
    date: z.iso.date('no date').optional(),
    timestamp: stamp.optional(),
    Attribute: z.array(z.unknown()).default([]),
    Object: z
      .array(z.looseObject({ Attribute: z.array(z.unknown()).default([]), deleted: flag.optional() }).catch({ Attribute: [] }))
      .default([]),
  }),
});

/** MISP's types of attributes: the kinds of their parts, which `|` separates. Types that are not here are about files and other things that no sign-in shows. */
const types: Readonly<Record<string, readonly (IndicatorKind | undefined)[]>> = {
  'ip-src': ['address'],
  'ip-dst': ['address'],
  'ip-src|port': ['address', undefined],
  'ip-dst|port': ['address', undefined],
  'domain|ip': ['domain', 'address'],
  domain: ['domain'],
  hostname: ['domain'],
  'hostname|port': ['domain', undefined],
  url: ['url'],
  uri: ['url'],
  email: ['email'],
  'email-src': ['email'],
  'email-dst': ['email'],
  'user-agent': ['user-agent'],
  AS: ['network'],
};

export function readMispEvent(document: unknown): DocumentRead {
  const parsed = event.safeParse(document);
  if (!parsed.success)
    return { entries: [], withdrawn: [], unread: [{ reason: 'no MISP event', example: z.prettifyError(parsed.error).slice(0, 200) }] };
  const { uuid: of, date, timestamp, Attribute, Object: objects } = parsed.data.Event;
  const dated = date === undefined ? undefined : Date.parse(date);
  const entries: FeedEntry[] = [];
  const unread: Unread[] = [];
  for (const raw of [...Attribute, ...objects.filter(({ deleted }) => deleted !== true).flatMap((object) => object.Attribute)]) {
    const read = attribute.safeParse(raw);
    if (!read.success) {
      unread.push({ reason: 'an attribute that is none', example: JSON.stringify(raw).slice(0, 200) });
      continue;
    }
    const { type, value, to_ids, deleted, first_seen, last_seen, timestamp: changed } = read.data;
    const kinds = Object.hasOwn(types, type) ? types[type] : undefined;
    if (!to_ids || deleted || kinds === undefined) continue;
    const from = first_seen ?? dated ?? changed ?? timestamp;
    if (from === undefined) {
      unread.push({ reason: 'neither attribute nor event has a date', example: value.slice(0, 200) });
      continue;
    }
    const parts = kinds.length === 1 ? [value] : value.split('|');
    for (const [place, kind] of kinds.entries()) {
      if (kind === undefined) continue;
      const normal = normalise(kind, parts[place] ?? '');
      if (normal === undefined) {
        unread.push({ reason: `an attribute of type ${type} that is no ${kind}`, example: value.slice(0, 200) });
        continue;
      }
      const until = endOf(kind, last_seen, Math.max(from, changed ?? from));
      entries.push({ of, kind, value: normal, confidence: 50, from, ...(until === undefined ? {} : { until }) });
    }
  }
  return { entries, withdrawn: [], unread };
}
