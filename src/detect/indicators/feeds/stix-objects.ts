// Reads the indicators of a foreign STIX 2.1 bundle or TAXII 2.1 envelope: names and sources may be anything, patterns are the same subset as in our packs. Called by documents.ts.
import { z } from 'zod';
import type { FeedEntry } from '../../../contracts/indicators.ts';
import { normalise } from '../indicator.ts';
import { parsePattern } from '../stix-pattern.ts';
import { endOf } from './ageing.ts';
import type { DocumentRead, Unread } from './documents.ts';

const time = z.iso.datetime({ offset: true, error: 'no time such as 2026-01-31T00:00:00Z' }).transform((text) => Date.parse(text));
const envelope = z.looseObject({ objects: z.array(z.unknown()).default([]) });
const head = z.looseObject({ type: z.string(), id: z.string().max(200), revoked: z.boolean().optional() });
const indicator = z.looseObject({
  id: z.string().regex(/^indicator--[0-9a-f-]{8,60}$/i, 'no id of a STIX indicator'),
  pattern: z.string(),
  pattern_type: z.literal('stix', 'only pattern_type stix is read'),
  // 2.1 leaves it out where the source does not say.
  confidence: z.int().min(0).max(100).default(50),
  valid_from: time,
  valid_until: time.optional(),
  modified: time.optional(),
});

/** Objects that are no indicators are passed over: a bundle is full of them. */
export function readStixObjects(document: unknown): DocumentRead {
  const parsed = envelope.safeParse(document);
  if (!parsed.success)
    return { entries: [], withdrawn: [], unread: [{ reason: 'no STIX 2.1 bundle and no TAXII 2.1 envelope', example: '' }] };
  const entries: FeedEntry[] = [];
  const withdrawn: string[] = [];
  const unread: Unread[] = [];
  for (const object of parsed.data.objects) {
    const known = head.safeParse(object);
    if (!known.success || known.data.type !== 'indicator') continue;
    const { id, revoked } = known.data;
    if (revoked === true) {
      withdrawn.push(id);
      continue;
    }
    const read = indicator.safeParse(object);
    if (!read.success) {
      const [issue] = read.error.issues;
      unread.push({ reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 200), example: id });
      continue;
    }
    const { pattern, confidence, valid_from: from, valid_until, modified } = read.data;
    try {
      for (const { kind, value } of parsePattern(pattern)) {
        const until = endOf(kind, valid_until, Math.max(from, modified ?? from));
        entries.push({ of: id, kind, value: normalise(kind, value) ?? value, confidence, from, ...(until === undefined ? {} : { until }) });
      }
    } catch {
      unread.push({ reason: 'a pattern outside the subset that is read (docs/indicators.md)', example: pattern.slice(0, 200) });
    }
  }
  return { entries, withdrawn, unread };
}
