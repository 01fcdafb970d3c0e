// Which deaths the crash scenarios try, how they are told, and the night without one that each is compared with.
import { expect } from 'vitest';
import type { CloudSwitch } from '../../support/in-process-cloud.ts';
import { ending } from './ending.ts';
import type { Death, Pass } from './host.ts';
import { tellStory } from './story.ts';

type Ending = Awaited<ReturnType<typeof ending>>;

/** Both sides of the first pass of every point; further jobs and chapters that pass it take turns between the sides. */
export function deathsIn(passes: readonly Pass[], when: Death['when']): Death[] {
  const known = new Set<string>();
  const chosen: Death[] = [];
  let turn = 0;
  for (const pass of passes) {
    const keys = [`${pass.point} ${pass.job}`, `${pass.point} ${pass.chapter}`];
    if (keys.every((key) => known.has(key))) continue;
    const first = !known.has(pass.point);
    for (const key of [pass.point, ...keys]) known.add(key);
    turn += 1;
    if (first || turn % 2 === (when === 'before' ? 0 : 1)) chosen.push({ ...pass, when });
  }
  return chosen;
}

/**
 * As few tellings as have room for all: whoever died in one chapter has caught up before the next, so each chapter of a telling can have a death of its own.
 * `DEATHS=alone` tells each by itself.
 */
export function tellingsOf(deaths: readonly Death[]): { readonly deaths: readonly Death[]; readonly title: string }[] {
  const chapters = [...Map.groupBy(deaths, ({ chapter }) => chapter).values()];
  const most = Math.max(0, ...chapters.map(({ length }) => length));
  const groups =
    process.env['DEATHS'] === 'alone'
      ? deaths.map((death) => [death])
      : Array.from({ length: most }, (_, n) => chapters.flatMap((ofChapter) => ofChapter[n] ?? []));
  return groups.map((group) => ({ deaths: group, title: group.map(sentence).join('; ') }));
}

const sentence = ({ point, job, chapter }: Death): string => `${point} by ${job} in "${chapter}"`;

export async function undisturbed(cloud: CloudSwitch) {
  const host = await tellStory(cloud);
  return { passes: host.passes, ending: await ending(host.guard()) };
}

/** Tells the night with these deaths. Fails where one did not come, or where the night ends otherwise than without them; then it says whose fault that is. */
export async function expectSameEnd(cloud: CloudSwitch, deaths: readonly Death[], reference: Ending): Promise<void> {
  const host = await tellStory(cloud, deaths);
  const end = await ending(host.guard());
  const missed = deaths.filter((death) => !host.died.has(death));
  if (deaths.length === 1) {
    expect(missed).toEqual([]);
    expect(end, sentence(deaths[0] as Death)).toEqual(reference);
    return;
  }
  // An earlier death can have changed which job does a later write: that one is told by itself.
  const suspects = JSON.stringify(end) === JSON.stringify(reference) ? missed : deaths;
  for (const death of suspects) await expectSameEnd(cloud, [death], reference);
  expect(end, 'only the deaths together end otherwise').toEqual(reference);
}
