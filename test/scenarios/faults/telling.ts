// What all fault scenarios share: the tapes, the detector, the story without any fault and its ending. Made once per test file.
import { createDetector } from '../../../src/detect/detector.ts';
import type { FaultKind } from '../../support/fault-calls.ts';
import { shippedDetector } from '../../support/guard.ts';
import { createCloudSwitch } from '../../support/in-process-cloud.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { ending } from './ending.ts';
import { type Story, type StoryOptions, tellStory } from './story.ts';
import { begin, recordTapes } from './tapes.ts';

/** Two packs say what there is to say about this attack, for half of the time. */
const packs = ['azure-ato-2024', 'takeover-core'];

export async function prepareTelling() {
  const { campaigns } = await shippedDetector();
  // Half a day of history is enough here, so that "first seen" is known and a late record can change it.
  const detector = createDetector({ campaigns: campaigns.filter(({ manifest }) => packs.includes(manifest.id)), enoughHistoryDays: 0.5 });
  const { cloud, complete } = await recordTapes();
  const simulator = await (await createCloudSwitch()).make({ clock: manualClock(begin), ordinary: false });
  const tell = (plan: readonly (readonly [number, FaultKind])[] = [], more: Partial<StoryOptions> = {}): Promise<Story> =>
    tellStory({ cloud, detector, simulator, plan: new Map(plan), ...more });
  const undisturbed = await tell();
  if (undisturbed.errors.length > 0) throw new Error('a job failed without any fault', { cause: undisturbed.errors[0] });
  return { cloud, complete, detector, tell, undisturbed, reference: await ending(undisturbed.guard) };
}
