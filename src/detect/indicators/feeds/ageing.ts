// When an entry of a foreign feed ends that has no end of its own. Called by the readers of feeds.
import type { IndicatorKind } from '../../../contracts/indicators.ts';

const dayMs = 86_400_000;
/** Days after the source last said so. Addresses change hands; the grace of the index (90 days) comes on top. */
const addressDays = 90;

/** @param saidAt epoch ms: when the source last made or changed the entry */
export const endOf = (kind: IndicatorKind, until: number | undefined, saidAt: number): number | undefined =>
  until ?? (kind === 'address' ? saidAt + addressDays * dayMs : undefined);
