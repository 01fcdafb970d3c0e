// Sign-ins of people, of programs with their tokens, and of applications: what each teaches, and what it is judged by.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../src/contracts/activity.ts';
import type { SubjectId } from '../../../src/contracts/ids.ts';
import { createContextMaker } from '../../../src/detect/context/context.ts';
import { BaselineBuilder } from '../../../src/detect/context/first-seen.ts';
import { monthKey, monthOf, monthsOfSilence } from '../../../src/detect/context/months.ts';
import { Observed } from '../../../src/detect/context/observed.ts';
import { createIndicatorIndex } from '../../../src/detect/indicators/indicator-index.ts';

const ada: SubjectId = 'user:11111111-0000-4000-8000-000000000001';
const reports: SubjectId = 'app:66666666-0000-4000-8000-000000000021';
const at = (month: number, day: number, hour = 9) => Date.UTC(2026, month - 1, day, hour);
const maker = createContextMaker({ enoughHistoryDays: 14, indicators: createIndicatorIndex([]) });

let count = 0;
function signIn(time: number, record: Readonly<Record<string, unknown>> = {}, subject = ada): Activity {
  count++;
  return {
    id: `signin:${count}`,
    tenant: 'tenant',
    feed: 'sign-ins.interactive',
    time,
    subject,
    views: [
      {
        shape: 'sign-in',
        record: { isInteractive: true, ipAddress: '192.0.2.10', location: { countryOrRegion: 'CH' }, status: { errorCode: 0 }, ...record },
      },
    ],
  };
}
const byProgram = { isInteractive: false };
const elsewhere = { ipAddress: '203.0.113.7', location: { countryOrRegion: 'NL' } };

function contextOf(activity: Activity, history: readonly Activity[]) {
  const builder = new BaselineBuilder(new Map());
  for (const one of [...history, activity]) builder.see(one, maker.sighting(new Observed(one)));
  const baseline = builder.baselines().get(activity.subject);
  return maker.of(activity, new Observed(activity), { baseline, facts: undefined, signInsUnread: false });
}
const history = [signIn(at(1, 1)), signIn(at(1, 10))];

describe('the kind of a sign-in', () => {
  it.each([
    ['a person', signIn(at(1, 1)), 'interactive'],
    ['a program with a token', signIn(at(1, 1), byProgram), 'nonInteractive'],
    ['an application', signIn(at(1, 1), byProgram, reports), 'application'],
    ['a record that does not tell', signIn(at(1, 1), { isInteractive: undefined }), 'interactive'],
  ])('of %s', (_who, activity, kind) => {
    expect(contextOf(activity, [])['context.signIn.kind']).toBe(kind);
  });
  it('of what the unified audit log only hints at counts as a person’s', () => {
    const plain = signIn(at(1, 1), byProgram);
    const derived = { ...plain, views: [{ shape: 'unified-audit', record: {} } as const, ...plain.views] };
    expect(contextOf(derived, [])['context.signIn.kind']).toBe('interactive');
  });
  it('of another record is none', () => {
    expect(
      contextOf({ ...signIn(at(1, 1)), views: [{ shape: 'directory-audit', record: {} }] }, [])['context.signIn.kind'],
    ).toBeUndefined();
  });
});

describe('what programs do with a token', () => {
  const replayed = signIn(at(2, 1, 1), { ...byProgram, ...elsewhere });
  it('does not make a thief’s network usual for the person who signs in there next', () => {
    const next = contextOf(signIn(at(2, 3), elsewhere), [...history, replayed]);
    expect(next['context.first.network']).toBe(true);
    expect(next['context.first.country']).toBe(true);
    expect(next['context.habit.network']).toBe(false);
  });
  it('is first by itself, and no more the next time', () => {
    expect(contextOf(replayed, history)['context.first.network']).toBe(true);
    expect(contextOf(signIn(at(2, 3), { ...byProgram, ...elsewhere }), [...history, replayed])['context.first.network']).toBe(false);
    expect(contextOf(signIn(at(2, 3), { ...byProgram, ...elsewhere }), [...history, replayed])['context.habit.network']).toBe(true);
  });
  it('is usual where the person is', () => {
    expect(contextOf(signIn(at(2, 1), byProgram), history)['context.first.network']).toBe(false);
  });
  it('proves no password: a token that is asked for a second factor anew was no guess', () => {
    const asked = { ...byProgram, status: { errorCode: 50076 } };
    expect(contextOf(signIn(at(2, 1), { ...asked, incomingTokenType: 'refreshToken' }), [])['context.signIn.passwordKnown']).toBe(false);
    expect(contextOf(signIn(at(2, 1), { ...asked, incomingTokenType: 'none' }), [])['context.signIn.passwordKnown']).toBe(true);
    expect(
      contextOf(signIn(at(2, 1), { ...asked, incomingTokenType: 'refreshToken', authenticationProtocol: 'ropc' }), [])[
        'context.signIn.passwordKnown'
      ],
    ).toBe(true);
  });
});

describe('an application', () => {
  const work = (month: number, day: number) =>
    signIn(at(month, day), { ...byProgram, appId: '66666666-0000-4000-8000-000000000021' }, reports);
  it('has a network of its own that is usual', () => {
    const moved = signIn(at(2, 1), { ...byProgram, ...elsewhere }, reports);
    expect(contextOf(moved, [work(1, 1), work(1, 20)])['context.first.network']).toBe(true);
    expect(contextOf(work(2, 1), [work(1, 1), work(1, 20)])['context.first.network']).toBe(false);
  });
  it('wakes with its first sign-in after two whole months of silence', () => {
    expect(contextOf(work(5, 2), [work(2, 27)])['context.app.woke']).toBe(true);
    expect(contextOf(work(5, 3), [work(2, 27), work(5, 2)])['context.app.woke']).toBe(false);
    expect(contextOf(work(5, 2), [work(3, 1)])['context.app.woke']).toBe(false);
  });
  it('of which nothing earlier is known may wake or not: unknown', () => {
    expect(contextOf(work(5, 2), [])['context.app.woke']).toBeUndefined();
    expect(monthsOfSilence(undefined, { id: 'signin:x', time: at(5, 2) })).toBeUndefined();
  });
  it('is judged the same when its records come in another order', () => {
    const [early, late] = [work(2, 27), work(5, 2)];
    expect(contextOf(late, [early])['context.app.woke']).toBe(contextOf(late, [late, early])['context.app.woke']);
  });
  it('is no person: people do not wake', () => {
    expect(contextOf(signIn(at(5, 2)), [signIn(at(1, 1))])['context.app.woke']).toBe(false);
    expect(contextOf(signIn(at(5, 2)), [signIn(at(1, 1))])['context.app.silentMonths']).toBeUndefined();
  });
  it('months go over the end of the year', () => {
    expect(monthKey(monthOf(Date.UTC(2026, 0, 5)) - 1)).toBe('month:2025-12');
  });
});
