// A reading of a foreign feed in the making: understands each document, refuses entry by entry, and puts the new copy together with what stays of the old one. Pure but for the caller's vet. Called by refresh.ts and `tenant-guard indicators check`.
import type { FeedOutcome } from '../../collect/indicator-feeds/read-feed.ts';
import type { FeedEntry, FeedKind, Refusal } from '../../contracts/indicators.ts';
import { readDocument } from '../../detect/indicators/feeds/documents.ts';
import { createRefusals } from '../../detect/indicators/feeds/refusals.ts';
import type { Vet } from '../../detect/indicators/feeds/vet.ts';

/** Of one feed. */
export const mostEntries = 150_000;
/** What ended longer ago could match no record that is still read, grace included. */
const keepEndedMs = 180 * 86_400_000;

export interface CopyInTheMaking {
  /** As FeedReading.take. */
  take(document: unknown, of?: string): boolean;
  /** Entries of the new copy. @param old entries of the last one */
  entries(outcome: Extract<FeedOutcome, { status: 'read' | 'unchanged' }>, old: readonly FeedEntry[]): FeedEntry[];
  /** By this reading, and of what it kept of the old copy. */
  refused(): Refusal[];
}

export function createCopy({ kind, vet, now }: { readonly kind: FeedKind; readonly vet: Vet; readonly now: number }): CopyInTheMaking {
  const refusals = createRefusals();
  const fresh = new Map<string, FeedEntry[]>();
  let count = 0;

  const stands = (entry: FeedEntry): boolean => {
    const ended = entry.until !== undefined && entry.until < now - keepEndedMs;
    const reason = vet(entry) ?? (ended ? 'it ended more than 180 days ago, which nothing that is still read could match' : undefined);
    if (reason !== undefined) refusals.add(reason, `${entry.kind} ${entry.value}`);
    return reason === undefined;
  };
  const put = (of: string, entries: FeedEntry[]): void => {
    count += entries.length - (fresh.get(of)?.length ?? 0);
    fresh.set(of, entries);
  };

  return {
    take(document, of) {
      const { entries, withdrawn, unread } = readDocument(kind, document);
      for (const { reason, example } of unread) refusals.add(reason, example);
      // A newer version of the same thing takes the place of an older one, and of nothing else.
      if (of !== undefined) put(of, []);
      for (const id of withdrawn) put(id, []);
      for (const [id, list] of Map.groupBy(entries, (entry) => of ?? entry.of))
        put(
          id,
          list.filter(stands).map((entry) => ({ ...entry, of: id })),
        );
      if (count <= mostEntries) return true;
      refusals.add(`beyond the ${mostEntries} entries that are taken of one feed`, '');
      return false;
    },
    entries(outcome, old) {
      const standing = outcome.status === 'read' ? outcome.standing : undefined;
      const kept =
        outcome.status === 'read' && outcome.what === 'all'
          ? []
          : old.filter((entry) => !fresh.has(entry.of) && (standing === undefined || standing.has(entry.of)) && stands(entry));
      return [...fresh.values()].flat().concat(kept).slice(0, mostEntries);
    },
    refused: () => refusals.list(),
  };
}
