// Which deaths the crash scenarios try, and the night without one that each is compared with.
import type { CloudSwitch } from '../../support/in-process-cloud.ts';
import { ending } from './ending.ts';
import type { Death, Pass } from './host.ts';
import { tellStory } from './story.ts';

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

export async function undisturbed(cloud: CloudSwitch) {
  const host = await tellStory(cloud);
  return { passes: host.passes, ending: await ending(host.guard()) };
}
