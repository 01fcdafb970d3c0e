// Rules found by context that hardly any record has, or by a habit's absence, match as if every rule were tried on every record.
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { activityOf, inlineRule } from './inline-rules.ts';

const elsewhere = inlineRule(
  'sel:\n  status.errorCode: 0\nhabit:\n  context.habit.network: true\ncondition: sel and not habit',
  'sign-in',
  true,
  'elsewhere',
);
const first = inlineRule('sel:\n  status.errorCode: 0\n  context.first.network: true\ncondition: sel', 'sign-in', true, 'first');
const signIn = activityOf('sign-in', { status: { errorCode: 0 } });
const matched = (habit: unknown, network: unknown) => {
  const engine = compile([elsewhere, first]);
  const rules = engine.match(signIn, { 'context.habit.network': habit, 'context.first.network': network }).map(({ rule }) => rule.name);
  return { rules, unknown: engine.notAssessable().map(({ rule }) => rule), evaluated: engine.counters.rulesEvaluated };
};

describe('rules found by rare context', () => {
  it('cost nothing where everything is usual', () => {
    expect(matched(true, false)).toEqual({ rules: [], unknown: [], evaluated: 0 });
  });

  it.each([[false], [null], [['office']], ['no'], [[]]])('match where the habit is %j and not true', (habit) => {
    expect(matched(habit, false).rules).toEqual(['elsewhere']);
  });

  it('match no habit among several values, and the first network', () => {
    expect(matched([true, 'office'], false).rules).toEqual([]);
    expect(matched(true, true).rules).toEqual(['first']);
  });

  it('are not assessable where nobody knows', () => {
    expect(matched(undefined, undefined).unknown.sort()).toEqual([elsewhere.key, first.key].sort());
  });
});
