// Addresses that somebody reported as bad for one tenant, as indicators of that tenant alone: with an end, and with who says so and why. Pure; made by the detector per batch.
import type { Reported } from '../../contracts/detection.ts';
import { createIndicatorIndex, graceDays } from './indicator-index.ts';

export interface ReportedIndex {
  /** `reported/{address or range}` of every report that was in force at `time` (epoch ms, of the event). */
  ids(address: string, time: number): readonly string[];
  /** "{reason} ({sender})" of the same reports. */
  words(address: string, time: number): string[];
}

const prefix = 'reported/';
const dayMs = 86_400_000;

/** Undefined where nothing is reported, which is nearly always. */
export function reportedIndex(reports: readonly Reported[] | undefined): ReportedIndex | undefined {
  if (reports === undefined || reports.length === 0) return undefined;
  const index = createIndicatorIndex(
    reports.map(({ address, sender, from, until }) => ({
      id: `${prefix}${address}`,
      kind: 'address',
      value: address,
      confidence: 50,
      validFrom: from,
      // What is published counts for a while after its end; a report ends when it says.
      validUntil: until - graceDays * dayMs,
      source: sender,
    })),
  );
  const said = new Map(reports.map(({ address, reason, sender }) => [`${prefix}${address}`, `${reason} (${sender})`]));
  const ids = (address: string, time: number): readonly string[] => index.address(address, time);
  return { ids, words: (address, time) => ids(address, time).map((id) => said.get(id) ?? id) };
}
