// Every request and every call to storage of a press on Contain, of the reading back and of the undo may fail in the ways of faults.test.ts, one at a time. The end is that without any fault: the
// same is contained and shown, nothing was green that was not so, a password was replaced once, and undo restores what was there.
import { describe, expect, it, vi } from 'vitest';
import type { FaultKind } from '../support/fault-calls.ts';
import { createFaultyFetch } from '../support/faulty-fetch.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { chosenFaults } from './faults/choice.ts';
import { type ContainStory, type Scene, scenes, tellContainment } from './faults/contain-story.ts';

const { make, fetch } = await createCloudSwitch();
const wire = createFaultyFetch(fetch);
vi.stubGlobal('fetch', wire.fetch);

const shown: Readonly<Record<Scene, string>> = {
  'an account':
    'block-sign-in done: contained, end-sessions done: contained, remove-methods done: contained, end-sessions-again done: contained',
  'a connector': 'disable-connector done: contained',
  'an account that cannot be blocked':
    'block-sign-in done: failed, new-password done: contained, end-sessions done: contained, remove-methods done: contained, end-sessions-again done: contained',
};

/** What could not be frozen is said, and then need not be there. */
const unfrozen = /^Evidence \((\w+)\) could not be frozen/;
function compared({ ending }: ContainStory, missing: readonly string[]) {
  return {
    ...ending,
    staysOpen: ending.staysOpen.filter((sentence) => !unfrozen.test(sentence)),
    evidence: ending.evidence.filter((name) => !missing.some((part) => name.includes(`/${part}`))),
  };
}

const seen = new Set<string>();
describe.each(scenes)('%s is contained, and given back', async (scene) => {
  const tell = (plan: readonly (readonly [number, FaultKind])[] = []) => tellContainment({ make, wire, scene, plan });
  const undisturbed = await tell();

  it('without any fault', () => {
    const { ending, before, errors, untrue } = undisturbed;
    expect([...errors, ...untrue]).toEqual([]);
    expect(ending).toMatchObject({ status: 'undone', brokenAt: undefined, waiting: [], shown: shown[scene] });
    expect([ending.tenant.enabled, ending.tenant.connector]).toEqual([before.enabled, before.connector]);
  });

  it.each(chosenFaults(undisturbed.faults.calls, seen))('$kind: call $number, $what', async ({ number, kind, what }) => {
    const story = await tell([[number, kind]]);
    expect(story.faults.struck).toHaveLength(1);
    expect(story.untrue).toEqual([]);
    const missing = story.ending.staysOpen.flatMap((sentence) => unfrozen.exec(sentence)?.[1] ?? []);
    const expected = compared(undisturbed, missing);
    // What the network sends twice, or a worker that stood still for minutes sends late, the service carries out: no guard can take it back.
    const twice = what.endsWith('passwordProfile') && (kind === 'repeat' || kind === 'overtaken') ? 1 : 0;
    const more = <T extends { passwords: number | undefined }>(tenant: T): T => ({ ...tenant, passwords: (tenant.passwords ?? 0) + twice });
    expect(compared(story, missing)).toEqual({ ...expected, tenant: more(expected.tenant), contained: more(expected.contained) });
  });
});

it('no request is sent without a time limit', () => {
  expect([...wire.unlimited]).toEqual([]);
});
