// A story out of exported logs. Two passes, so that a record that knows only a person's name is found by the object id that another ties to it. Called by commands/timeline.ts.
import { stat } from 'node:fs/promises';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { History } from '../check/history.ts';
import { readActivities, UnreadableFileError } from '../check/read-activities.ts';
import type { RefusedFile } from '../check/skipped.ts';
import { mentions, type Needles, withTies } from './asked.ts';
import { type StoryLine, storyOf } from './story.ts';

const tenant = 'export';

export interface FileStory {
  readonly lines: readonly StoryLine[];
  readonly read: number;
  readonly refused: readonly RefusedFile[];
  /** Records that are none, or not understood: `check` names them. */
  readonly skipped: number;
}

/**
 * Findings are those that the person's own records make: what only a whole log shows is `check`'s.
 * @param rules asked for only where there is something to judge: loading them takes longer than most files
 */
export async function fileStory(files: readonly string[], needle: string, rules: () => Promise<Detector>): Promise<FileStory> {
  const refused = new Map<string, RefusedFile>();
  let needles: Needles = new Set([needle]);
  let [read, skipped] = [0, 0];
  const pass = async (visit: (activities: readonly Activity[], skipped: number) => void): Promise<void> => {
    for (const file of files) {
      try {
        const source = { file, written: Math.round((await stat(file)).mtimeMs) };
        for await (const batch of readActivities(source, tenant, () => undefined)) visit(batch.activities, batch.skipped.length);
      } catch (cause) {
        if (!(cause instanceof UnreadableFileError || (cause instanceof Error && 'code' in cause))) throw cause;
        refused.set(file, { file, reason: cause.message });
      }
    }
  };
  await pass((activities, without) => {
    read += activities.length;
    skipped += without;
    needles = withTies(needles, activities);
  });
  const found: Activity[] = [];
  await pass((activities) => {
    for (const activity of activities) if (mentions(activity, needles)) found.push(activity);
  });
  if (found.length === 0) return { lines: [], read, refused: [...refused.values()], skipped };
  const detector = await rules();
  const history = new History(detector);
  history.learn(found);
  history.settle();
  const own = found.map(history.resolved);
  return { lines: storyOf(own, findingsIn(own, history, detector), needles), read, refused: [...refused.values()], skipped };
}

function findingsIn(activities: readonly Activity[], history: History, detector: Detector): Finding[] {
  const { findings, hits } = detector.match({
    activities,
    baselines: history.baselines,
    directory: new Map(),
    signInsUnread: history.signInsUnread,
  });
  return [...findings, ...detector.conclude(tenant, hits).findings];
}
