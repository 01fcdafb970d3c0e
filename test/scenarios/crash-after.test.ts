// As crash.test.ts, with the death right after the write, before anybody knows that it was done. The bell that the dead process held comes again later.
import { afterAll, describe, it, vi } from 'vitest';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { deathsIn, expectSameEnd, tellingsOf, undisturbed } from './story/deaths.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());
const reference = await undisturbed(cloud);

describe('a death after a write', () => {
  it.each(tellingsOf(deathsIn(reference.passes, 'after')))('$title', ({ deaths }) => expectSameEnd(cloud, deaths, reference.ending));
});
