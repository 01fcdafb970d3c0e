// As crash.test.ts, with the death right after the write, before anybody knows that it was done. The bell that the dead process held comes again later.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { deathsIn, undisturbed } from './story/deaths.ts';
import { ending } from './story/ending.ts';
import { tellStory } from './story/story.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());
const reference = await undisturbed(cloud);

describe('a death after a write', () => {
  it.each(deathsIn(reference.passes, 'after'))('$point, by $job, in "$chapter"', async (death) => {
    const host = await tellStory(cloud, death);
    expect(host.died()).toBe(true);
    expect(await ending(host.guard())).toEqual(reference.ending);
  });
});
