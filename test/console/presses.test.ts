import { describe, expect, it } from 'vitest';
import { answered, noticeOf, requestFor } from '../../console/presses.ts';
import type { PressAnswer } from '../../src/contracts/console.ts';

describe('the key of a press', () => {
  it('stays the same until an answer came, so that a click after a lost connection is the same press', () => {
    const first = requestFor('case 1 contain');
    expect(requestFor('case 1 contain')).toBe(first);
    expect(requestFor('case 1 sign-out')).not.toBe(first);
    answered({ kind: 'contain', request: first });
    expect(requestFor('case 1 contain')).not.toBe(first);
  });
  it('is not given up for the answer to something else', () => {
    const first = requestFor('case 2 contain');
    for (const body of [{}, null, 'text', { request: 'another' }]) answered(body);
    expect(requestFor('case 2 contain')).toBe(first);
  });
});

describe('what is said of an answered press', () => {
  const answer = (more: Partial<PressAnswer>): PressAnswer => ({
    containment: 'c1',
    status: 'done',
    dryRun: false,
    outcomes: ['contained', 'already'],
    ...more,
  });
  it.each([
    ['all seen', {}, 'success', 'Good.'],
    ['a step is still looked for', { status: 'running', outcomes: ['contained', 'verifying'] }, 'info', 'not seen to hold yet'],
    ['nothing has begun', { status: 'intended', outcomes: [undefined, undefined] }, 'info', 'not seen to hold yet'],
    ['one was refused', { outcomes: ['refused', 'contained'] }, 'warning', '1 of 2 steps did not work'],
    ['one was never seen', { outcomes: ['unverified', 'contained'] }, 'warning', '1 of 2 steps did not work'],
    ['all were refused', { outcomes: ['refused', 'refused'] }, 'warning', 'No step was seen to work'],
    [
      'a guard refused all of it',
      { outcomes: ['refused'], refused: 'Nobody can act on it. Ask.' },
      'warning',
      'changed: Nobody can act on it. Ask.',
    ],
    ['a rehearsal', { dryRun: true, outcomes: ['rehearsed', 'rehearsed'] }, 'success', 'nothing was changed'],
  ] as const)('%s', (_name, more, intent, text) => {
    expect(noticeOf(answer(more), 'Good.')).toMatchObject({ intent, text: expect.stringContaining(text) });
  });
});
