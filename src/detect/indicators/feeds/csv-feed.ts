// Reads a foreign feed in the columns of our packs' indicators.csv. Called by documents.ts.
import { readCsv } from '../csv.ts';
import { normalise } from '../indicator.ts';
import { endOf } from './ageing.ts';
import type { DocumentRead } from './documents.ts';

export function readCsvFeed(document: unknown): DocumentRead {
  if (typeof document !== 'string') return { entries: [], withdrawn: [], unread: [{ reason: 'no CSV', example: '' }] };
  const { indicators, problems } = readCsv(document, 'feed', 'feed');
  return {
    entries: indicators.map(({ id, kind, value, confidence, validFrom, validUntil }) => {
      const until = endOf(kind, validUntil, validFrom);
      return {
        of: id,
        kind,
        value: normalise(kind, value) ?? value,
        confidence,
        from: validFrom,
        ...(until === undefined ? {} : { until }),
      };
    }),
    withdrawn: [],
    unread: problems.map(({ line, message }) => ({
      reason: 'a line that cannot be read',
      example: `line ${line}: ${message}`.slice(0, 200),
    })),
  };
}
