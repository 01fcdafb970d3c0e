// What all fault scenarios share: the tapes, the detector, the story without any fault and its ending. Made once per test file.
import { vi } from 'vitest';
import { createDetector } from '../../../src/detect/detector.ts';
import type { FaultKind } from '../../support/fault-calls.ts';
import { createFaultyFetch } from '../../support/faulty-fetch.ts';
import { shippedDetector } from '../../support/guard.ts';
import { createTapeCloud } from '../../support/tape-cloud.ts';
import { ending } from './ending.ts';
import { type Story, type StoryOptions, tellStory } from './story.ts';
import { begin, recordTapes } from './tapes.ts';

/** Two packs say what there is to say about this attack, for half of the time. */
const packs = ['azure-ato-2024', 'takeover-core'];

/** @param always what every story here has in common */
export async function prepareTelling(always: Pick<StoryOptions, 'feeds'> = {}) {
  const { campaigns } = await shippedDetector();
  // Half a day of history is enough here, so that "first seen" is known and a late record can change it.
  const detector = createDetector({ campaigns: campaigns.filter(({ manifest }) => packs.includes(manifest.id)), enoughHistoryDays: 0.5 });
  const { tapes, complete } = await recordTapes();
  const cloud = await createTapeCloud(tapes, begin);
  const wire = createFaultyFetch(cloud.remembering);
  vi.stubGlobal('fetch', wire.fetch);
  const tell = (plan: readonly (readonly [number, FaultKind])[] = [], more: Partial<StoryOptions> = {}): Promise<Story> =>
    tellStory({ cloud, wire, detector, plan: new Map(plan), ...always, ...more });
  // Once for the answers that the cloud remembers, so that calls come in the order in which all later stories make them.
  await tell();
  const undisturbed = await tell();
  if (undisturbed.errors.length > 0) throw new Error('a job failed without any fault', { cause: undisturbed.errors[0] });
  return { unlimited: wire.unlimited, tapes, complete, detector, tell, undisturbed, reference: await ending(undisturbed.guard) };
}
