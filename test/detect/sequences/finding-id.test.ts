// By what a sequence's finding is known: its rule, its group and where it began; its subject only where that is not the group's own.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../src/contracts/activity.ts';
import { sequenceFindingId, subjectId } from '../../../src/contracts/ids.ts';
import { createDetector } from '../../../src/detect/detector.ts';
import { activityOf, ruleText } from '../sigma/inline-rules.ts';

const address = '192.0.2.7';
const text = `${ruleText('selection:\n  ipAddress: 192.0.2.7\ncondition: selection\n', 'sign-in')}
---
title: Several from one address
id: 00000000-0000-4000-8000-0000000000ff
correlation:
  type: event_count
  rules: [a_rule]
  group-by: [ipAddress]
  timespan: 1h
  condition:
    gte: 2
level: medium
`;
const signIn = (number: number, user: string): Activity => ({
  ...activityOf('sign-in', { ipAddress: address }),
  id: `signin:${number}`,
  subject: subjectId('user', user),
  time: Date.UTC(2026, 2, 2, 3, number),
});

function sequenceOf(...activities: readonly Activity[]) {
  const detector = createDetector({ campaigns: [], extraRules: [{ file: 'one.yml', text }] });
  expect(detector.problems).toEqual([]);
  const { findings } = detector.detect({
    activities,
    baselines: new Map(),
    directory: new Map(),
    hits: [],
    settledTo: Number.POSITIVE_INFINITY,
  });
  return findings.find(({ title }) => title === 'Several from one address');
}

describe('a sequence at one address', () => {
  it('that is about the address is known by its group alone', () => {
    const found = sequenceOf(signIn(1, 'a'), signIn(2, 'b'));
    expect(found?.subject).toBe(`address:${address}`);
    expect(found?.id).toBe(sequenceFindingId(found?.tenant ?? '', found?.rule ?? '', address, 'signin:1'));
  });
  it('that is about one person is another finding', () => {
    const [one, all] = [sequenceOf(signIn(1, 'a'), signIn(2, 'a')), sequenceOf(signIn(1, 'a'), signIn(2, 'b'))];
    expect(one?.subject).toBe('user:a');
    expect(one?.id).not.toBe(all?.id);
  });
});
