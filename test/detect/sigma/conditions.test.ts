import { describe, expect, it } from 'vitest';
import { inlineRule, judge } from './inline-rules.ts';

const selections = ['a', 'b', 'c']
  .map((name) => `sel_${name}:\n  userAgent|contains: ${name}\n`)
  .concat('filter_x:\n  userAgent|contains: x\n', '_hidden:\n  userAgent|contains: h\n')
  .join('');
const ask = (condition: string, userAgent: string) => judge(`${selections}condition: ${condition}`, { userAgent });

describe('conditions', () => {
  it.each([
    ['sel_a and sel_b', 'ab', 'a'],
    ['sel_a or sel_b', 'b', 'c'],
    ['not sel_a', 'b', 'a'],
    ['NOT sel_a AND sel_b', 'b', 'ab'],
    ['sel_a and not filter_x', 'a', 'ax'],
    ['sel_a or sel_b and sel_c', 'a', 'b'],
    ['(sel_a or sel_b) and sel_c', 'bc', 'ab'],
    ['sel_a and sel_b or sel_c', 'c', 'a'],
    ['not (sel_a or sel_b)', 'c', 'b'],
    ['not not sel_a', 'a', 'b'],
    ['1 of sel_*', 'c', 'x'],
    ['any of sel_*', 'c', 'x'],
    ['all of sel_*', 'abc', 'ab'],
    ['1 of sel_* and not 1 of filter_*', 'a', 'ax'],
    ['all of sel_a and sel_b', 'ab', 'a'],
    ['1 of *_a', 'a', 'b'],
    ['1 of s*l_b', 'b', 'a'],
    ['1 of them', 'x', 'h'],
    ['all of them', 'abcx', 'abc'],
    ['sel_a and(sel_b)', 'ab', 'a'],
    ['1 of _*', 'h', 'a'],
  ])('"%s" is met by %s, not by %s', (condition, hit, miss) => {
    expect(ask(condition, hit)).toBe(true);
    expect(ask(condition, miss)).toBe(false);
  });

  it('several conditions are alternatives', () => {
    const condition = '\n  - sel_a and sel_b\n  - sel_c';
    expect(ask(condition, 'c')).toBe(true);
    expect(ask(condition, 'ab')).toBe(true);
    expect(ask(condition, 'b')).toBe(false);
  });

  it.each([
    ['sel_a and', 'ends where a selection is expected'],
    ['and sel_a', 'stands where a selection is expected'],
    ['(sel_a', 'is not closed'],
    ['sel_a)', 'is left over'],
    ['sel_a sel_b', 'is left over'],
    ['sel_d', 'names "sel_d"'],
    ['1 of nothing_*', 'fits no selection'],
    ['2 of sel_*', '"2 of" is not known'],
    ['1 of', 'names nothing'],
    ['1 of (sel_a)', 'names nothing'],
    ["''", 'is empty'],
    [`${'('.repeat(5_000)}sel_a`, 'more than'],
    [`${'not '.repeat(500)}sel_a`, 'nested deeper'],
  ])('"%.20s" is refused: %s', (condition, reason) => {
    expect(() => inlineRule(`${selections}condition: ${condition}`)).toThrow(reason);
  });

  it('the old aggregation loads and says why it cannot match', () => {
    const rule = inlineRule(`${selections}timeframe: 5m\ncondition: sel_a | count() by userId > 5`);
    expect(rule.unsupported).toContain('correlation rules took its place');
    expect(() => inlineRule(`${selections}condition: sel_a | count() > 5`, 'sign-in', true)).toThrow('old aggregation');
  });
});

describe('selections', () => {
  it('a map needs all, a list of maps needs one', () => {
    const both = 'sel:\n  userAgent: a\n  appId: b\ncondition: sel';
    expect(judge(both, { userAgent: 'a', appId: 'b' })).toBe(true);
    expect(judge(both, { userAgent: 'a', appId: 'c' })).toBe(false);
    const either = 'sel:\n  - userAgent: a\n    appId: b\n  - appId: z\ncondition: sel';
    expect(judge(either, { userAgent: 'x', appId: 'z' })).toBe(true);
    expect(judge(either, { userAgent: 'a', appId: 'c' })).toBe(false);
  });

  it('keywords are searched in all names and values, letter case aside', () => {
    const detection = 'keywords:\n  - New-InboxRule\n  - "folder\\\\archive"\ncondition: keywords';
    const asked = { shape: 'unified-audit' as const };
    expect(judge(detection, { Operation: 'NEW-inboxrule' }, asked)).toBe(true);
    expect(judge(detection, { Parameters: [{ Name: 'MoveToFolder', Value: 'x:Folder\\Archive' }] }, asked)).toBe(true);
    expect(judge(detection, { Operation: 'Set-Mailbox' }, asked)).toBe(false);
    expect(judge("keywords:\n  '|all':\n    - alpha\n    - omega\ncondition: keywords", { A: 'alpha', B: { C: ['omega'] } }, asked)).toBe(
      true,
    );
    expect(judge("keywords:\n  '|all':\n    - alpha\n    - omega\ncondition: keywords", { A: 'alpha' }, asked)).toBe(false);
    expect(judge('keywords: alpha*a\ncondition: keywords', { A: 'xx alpha beta' }, asked)).toBe(true);
    expect(judge('keywords:\n  - 4711\ncondition: keywords', { A: 4711 }, asked)).toBe(true);
    expect(judge("keywords:\n  '|re': 'al(ph)+a'\ncondition: keywords", { A: 'alpha' }, asked)).toBe(true);
  });

  it('a keyword and a map can stand in one list', () => {
    const detection = 'sel:\n  - alpha\n  - Operation: Set-Mailbox\ncondition: sel';
    expect(judge(detection, { UserId: 'alpha' }, { shape: 'unified-audit' })).toBe(true);
    expect(judge(detection, { Operation: 'Set-Mailbox' }, { shape: 'unified-audit' })).toBe(true);
    expect(judge(detection, { Operation: 'New-Mailbox' }, { shape: 'unified-audit' })).toBe(false);
  });

  it.each([
    ['sel: {}\ncondition: sel', 'is empty'],
    ['sel: []\ncondition: sel', 'is empty'],
    ['sel:\ncondition: sel', 'is empty'],
    ['sel:\n  - [a]\ncondition: sel', 'a list inside a list'],
    ['sel:\n  a: b', 'has no "condition"'],
    ["sel:\n  '|cidr': 192.0.2.0/24\ncondition: sel", 'a keyword'],
  ])('%j is refused', (detection, reason) => {
    expect(() => inlineRule(detection)).toThrow(reason);
  });
});
