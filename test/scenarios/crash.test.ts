// A process may die right before any write. One night in two tenants is told again for every one, with a death there: the same end, nothing lost, nothing doubled.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type CrashPoint, crashPoints } from '../../src/store/crash-points.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { deathsIn, expectSameEnd, tellingsOf, undisturbed } from './story/deaths.ts';
import { elsewhere } from './story/elsewhere.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());
const reference = await undisturbed(cloud);

it('the night passes every numbered point but those that have a story of their own', () => {
  const passed = new Set(reference.passes.map(({ point }) => point));
  expect((Object.keys(crashPoints) as CrashPoint[]).filter((point) => !passed.has(point) && !elsewhere.has(point))).toEqual([]);
});

it('the night ends well: caught, contained, undone or dismissed, every card accepted, no work left over', () => {
  const { contoso, fabrikam } = reference.ending;
  expect(contoso.containments.map(({ status }) => status)).toEqual(['undone']);
  expect(fabrikam.containments.map(({ status }) => status)).toEqual(['done', 'done']);
  for (const tenant of [contoso, fabrikam]) {
    expect(tenant.incidents.map(({ status }) => status)).toEqual(tenant.incidents.map(() => 'closed'));
    expect(tenant.cards.flat().filter((card) => !/ (accepted|opened)$/.test(card))).toEqual([]);
    expect(tenant.journals.every(({ whole }) => whole)).toBe(true);
    expect(tenant.waiting).toEqual([]);
  }
});

// The bell that the dead process held is lost here: due rows and timers alone bring the work back.
describe('a death before a write', () => {
  it.each(tellingsOf(deathsIn(reference.passes, 'before')))('$title', ({ deaths }) => expectSameEnd(cloud, deaths, reference.ending));
});
