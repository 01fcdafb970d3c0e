// What a hunt is expected to cost: said before it begins, from what is stored and what was measured. Called by start.ts and the command.
import type { HuntPrice } from '../../contracts/hunt.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import type { Store } from '../../store/store.ts';
import { executionsCost, prices } from '../../tenants/prices.ts';

/** Measured with `npm run bench hunt` (docs/performance.md): seconds of one core for a megabyte as stored (packed), with the largest shipped pack. */
const coreSecondsPerMegabyte = 0.4;
/** What an instance of 512 MB has of a core: its seconds are what is billed. */
const coresOfInstance = 0.25;
/** One bell works for about so long, and then waits behind the others. */
const secondsPerExecution = 60;
/** A day: the hunt's row, the tenant's row read and written. */
const tableOperationsPerDay = 2;
/** A tenant: due row, part, feeds, reports, baselines by shard, findings, incidents, the end. */
const tableOperationsPerTenant = 25;

/** @param scopes the tenants to be searched; their days are listed, nothing is read */
export async function priceOf(
  { store }: { readonly store: Pick<Store, 'blobs'> },
  scopes: readonly TenantScope[],
  span: { readonly from: string; readonly to: string },
): Promise<HuntPrice> {
  let [bytes, days] = [0, 0];
  for (const scope of scopes)
    for (const day of await store.blobs.days(scope)) {
      if (day.date < span.from || day.date > span.to) continue;
      bytes += day.bytes;
      days++;
    }
  return priceFrom({ tenants: scopes.length, days, bytes });
}

export function priceFrom({
  tenants,
  days,
  bytes,
}: {
  readonly tenants: number;
  readonly days: number;
  readonly bytes: number;
}): HuntPrice {
  const megabytes = bytes / 1e6;
  // An execution is billed for a second at least.
  const seconds = Math.max(tenants, Math.ceil((megabytes * coreSecondsPerMegabyte) / coresOfInstance));
  const executions = tenants + Math.floor(seconds / secondsPerExecution);
  const tableOperations = tenants * tableOperationsPerTenant + days * tableOperationsPerDay;
  const queueOperations = executions * 3;
  const blobReads = days * 2 + tenants;
  const blobWrites = days;
  const dollars =
    executionsCost({ executions, seconds }) +
    (tableOperations * prices.perMillionTableOperations +
      queueOperations * prices.perMillionQueueOperations +
      blobReads * prices.perMillionBlobReads +
      blobWrites * prices.perMillionBlobWrites) /
      1e6;
  return { tenants, days, megabytes, seconds, executions, tableOperations, queueOperations, blobReads, blobWrites, dollars };
}
