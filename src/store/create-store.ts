// The store on top of a backend. Called by the composition root (functions/index.ts), by tests and by benches.
import type { Backend } from './backend.ts';
import { baselineRows } from './baselines.ts';
import { blobContents } from './blobs.ts';
import { doubtRows } from './doubt.ts';
import { dueRows } from './due.ts';
import { erasure } from './erasure.ts';
import { eventRows } from './events.ts';
import { findingRows } from './findings.ts';
import { fleetRows } from './fleet.ts';
import { huntRowsOf } from './hunts.ts';
import { indicatorFeeds } from './indicator-feeds.ts';
import { journalRows } from './journal.ts';
import { packContents } from './packs.ts';
import { queueBells } from './queues.ts';
import { registryRows } from './registry.ts';
import { sequenceRows } from './sequences.ts';
import { sightingRows } from './sightings.ts';
import { stateRows } from './state.ts';
import type { Store } from './store.ts';
import { type CrashInjector, createWriter } from './writer.ts';

/**
 * @example createStore({ backend: memoryBackend() })
 * @param options.crash only tests pass one: it is called before and after every write
 */
export function createStore({ backend, crash }: { readonly backend: Backend; readonly crash?: CrashInjector | undefined }): Store {
  const access = { reads: backend, writer: createWriter({ backend, crash }) };
  return {
    registry: registryRows(access),
    state: stateRows(access),
    findings: findingRows(access),
    baselines: baselineRows(access),
    sequences: sequenceRows(access),
    journal: journalRows(access),
    due: dueRows(access),
    sightings: sightingRows(access),
    fleet: fleetRows(access),
    hunts: huntRowsOf(access),
    indicatorFeeds: indicatorFeeds(access),
    packs: packContents(access),
    queues: queueBells(access),
    blobs: blobContents(access),
    erasure: erasure(access),
    ...eventRows(access),
    ...doubtRows(access),
  };
}
