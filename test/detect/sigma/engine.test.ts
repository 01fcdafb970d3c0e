import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { activityOf, inlineRule } from './inline-rules.ts';

const officeHome = inlineRule(
  'sel:\n  appDisplayName: OfficeHome\n  userAgent|contains: linux\ncondition: sel',
  'sign-in',
  true,
  'office_home',
);
const failed = inlineRule('sel:\n  ResultType: [50126, 50053]\ncondition: sel', 'sign-in', false, 'failed');
const forwards = inlineRule(
  "sel:\n  Operation: [New-InboxRule, Set-InboxRule]\n  ForwardTo: '*'\ncondition: sel",
  'unified-audit',
  false,
  'forwards',
);

describe('matching', () => {
  it('gives the rule, the view, and what fitted', () => {
    const engine = compile([officeHome, failed, forwards]);
    const activity = activityOf('sign-in', {
      appDisplayName: 'OfficeHome',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
      status: { errorCode: 0 },
    });
    expect(engine.match(activity, {})).toEqual([
      {
        rule: officeHome,
        view: activity.views[0],
        matched: [
          { field: 'appDisplayName', value: 'OfficeHome' },
          { field: 'userAgent', value: 'Mozilla/5.0 (X11; Linux x86_64)' },
        ],
        undefinedFields: [],
      },
    ]);
  });

  it('names the element of a list that fitted, and clips hostile text', () => {
    const rule = inlineRule('sel:\n  TargetResources.displayName|contains: admin\ncondition: sel', 'directory-audit');
    const [match] = compile([rule]).match(
      activityOf('directory-audit', { targetResources: [{ displayName: 'x' }, { displayName: `Admin ${'y'.repeat(5_000)}` }] }),
      {},
    );
    expect(match?.matched[0]?.value.startsWith('Admin yyy')).toBe(true);
    expect(match?.matched[0]?.value).toHaveLength(300);
  });

  it('looks at every view of the right shape, and gives a rule once', () => {
    const engine = compile([failed]);
    const record = { status: { errorCode: 50126 } };
    const activity = {
      ...activityOf('unified-audit', { Operation: 'UserLoginFailed' }),
      views: [
        { shape: 'unified-audit' as const, record: {} },
        { shape: 'sign-in' as const, record },
        { shape: 'sign-in' as const, record },
      ],
    };
    expect(engine.match(activity, {})).toHaveLength(1);
  });

  it('does not touch a derived view that no rule reads', () => {
    const derived = {
      shape: 'sign-in' as const,
      get record(): Record<string, unknown> {
        throw new Error('was derived for nothing');
      },
    };
    const activity = {
      ...activityOf('unified-audit', { Operation: 'New-InboxRule', Parameters: [{ Name: 'ForwardTo', Value: 'x' }] }),
      views: [],
    };
    expect(() => compile([forwards]).match({ ...activity, views: [derived] }, {})).not.toThrow();
  });
});

describe('what cannot match says why', () => {
  it.each([
    ['sel:\n  noSuchField: x\ncondition: sel', 'sign-in records have no field "noSuchField"'],
    ['sel:\n  appId: a\nfilter:\n  noSuchField: x\ncondition: sel and not filter', 'no field "noSuchField"'],
    ["sel:\n  appId|expand: '%apps%'\ncondition: sel", '%apps% is not supplied'],
    ["sel:\n  userAgent|re: '(?!a)b'\ncondition: sel", 'linear time'],
    ['sel:\n  appId: a\ncondition: sel | count() > 5', 'correlation rules took its place'],
    ['sel:\n  appId|fieldref: noSuchField\ncondition: sel', 'noSuchField'],
  ])('%#: %s', (detection, why) => {
    const rule = inlineRule(detection);
    const engine = compile([rule, failed]);
    expect(engine.status(rule)).toEqual({ kind: 'cannot-match', why: expect.stringContaining(why) });
    expect(engine.match(activityOf('sign-in', { appId: 'b', status: { errorCode: 50126 } }), {}).map((match) => match.rule)).toEqual([
      failed,
    ]);
    expect(engine.notAssessable()).toEqual([]);
  });

  it('a rule that has another way to match runs, and names what it cannot see', () => {
    const rule = inlineRule('sel_a:\n  noSuchField: x\nsel_b:\n  appId: a\ncondition: 1 of sel_*');
    const engine = compile([rule]);
    expect(engine.status(rule)).toEqual({ kind: 'runs', unknownFields: ['noSuchField'] });
    expect(engine.match(activityOf('sign-in', { appId: 'a' }), {})).toHaveLength(1);
  });

  it('a rule of another engine is not known', () => {
    expect(compile([]).status(failed)).toMatchObject({ kind: 'cannot-match' });
  });
});

describe('not assessable', () => {
  const firstSeen = inlineRule(
    'sel:\n  ResultType: 0\n  context.first.country: true\nfilter:\n  context.user.privileged: true\ncondition: sel and not filter',
    'sign-in',
    true,
    'first_seen',
  );
  const signIn = (record: Record<string, unknown> = {}) => activityOf('sign-in', { status: { errorCode: 0 }, ...record });

  it('counts a rule and field where an undefined field decides', () => {
    const engine = compile([firstSeen]);
    expect(engine.match(signIn(), {})).toEqual([]);
    expect(engine.match(signIn(), { 'context.first.country': true })).toEqual([]);
    expect(engine.match(signIn(), { 'context.first.country': false })).toEqual([]);
    expect(engine.match(signIn(), { 'context.user.privileged': true })).toEqual([]);
    expect(engine.match(activityOf('sign-in', { status: { errorCode: 1 } }), {})).toEqual([]);
    expect(engine.notAssessable()).toEqual([
      { rule: 'first_seen', field: 'context.user.privileged', count: 2 },
      { rule: 'first_seen', field: 'context.first.country', count: 1 },
    ]);
    engine.reset();
    expect(engine.notAssessable()).toEqual([]);
    expect(engine.counters).toEqual({ records: 0, rulesEvaluated: 0 });
  });

  it('a match tells which fields stayed open', () => {
    const either = inlineRule('a:\n  ResultType: 0\nb:\n  context.user.privileged: true\ncondition: a or b');
    expect(compile([either]).match(signIn(), {})[0]?.undefinedFields).toEqual(['context.user.privileged']);
  });

  it('a rule whose anchor the record does not tell is judged all the same', () => {
    const engine = compile([officeHome]);
    expect(engine.match(signIn({ userAgent: 'linux' }), {})).toEqual([]);
    expect(engine.notAssessable()).toEqual([{ rule: 'office_home', field: 'appDisplayName', count: 1 }]);
    engine.reset();
    expect(engine.match(signIn({ userAgent: 'curl' }), {})).toEqual([]);
    expect(engine.notAssessable()).toEqual([]);
    expect(engine.counters).toEqual({ records: 1, rulesEvaluated: 0 });
  });
});

describe('the index', () => {
  it('tries only the rules that a record’s values lead to, however many others there are', () => {
    const others = Array.from({ length: 500 }, (_, index) =>
      inlineRule(`sel:\n  Operation: Elsewhere-${index}\n  ForwardTo: x\ncondition: sel`, 'unified-audit', false, `other_${index}`),
    );
    const engine = compile([forwards, failed, ...others]);
    for (let index = 0; index < 10; index++)
      engine.match(activityOf('unified-audit', { Operation: 'New-InboxRule', Parameters: [{ Name: 'ForwardTo', Value: 'x' }] }), {});
    engine.match(activityOf('unified-audit', { Operation: 'Send' }), {});
    expect(engine.counters).toEqual({ records: 11, rulesEvaluated: 10 });
  });

  it('a rule without a necessary positive value is tried on every record of its shape', () => {
    const engine = compile([inlineRule('sel:\n  appId: a\ncondition: not sel')]);
    expect(engine.match(activityOf('sign-in', { appId: 'b' }), {})).toHaveLength(1);
    expect(engine.match(activityOf('unified-audit', { AppId: 'b' }), {})).toHaveLength(0);
    expect(engine.counters.rulesEvaluated).toBe(1);
  });

  it('a flood of unique values does not grow it without bound, nor change a verdict', () => {
    const engine = compile([inlineRule('sel:\n  userAgent|contains: evil\ncondition: sel')]);
    let matches = 0;
    for (let index = 0; index < 45_000; index++)
      matches += engine.match(activityOf('sign-in', { userAgent: `agent ${index % 9 === 0 ? 'EVIL' : ''} ${index}` }), {}).length;
    expect(matches).toBe(5_000);
  });
});
