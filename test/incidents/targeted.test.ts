import { describe, expect, it } from 'vitest';
import { stagedCounts, targetedUsers } from '../../src/incidents/targeted.ts';
import { finding } from './fixtures.ts';

const targeted = (subject: `user:${string}`, more = {}) =>
  finding({ effect: 'targeted', stage: 'attempt', subject, subjectName: subject, facts: {}, ...more });

describe('targeted users', () => {
  it('come with known passwords first, then the latest', () => {
    const users = targetedUsers([
      targeted('user:a', { time: '2026-03-02T05:00:00.000Z' }),
      targeted('user:b', { time: '2026-03-02T04:00:00.000Z' }),
      targeted('user:c', { time: '2026-03-02T01:00:00.000Z', facts: { errorCode: '50074' } }),
      targeted('user:c', { time: '2026-03-02T00:00:00.000Z' }),
    ]);
    expect(users.map(({ subject, passwordKnown, findings }) => [subject, passwordKnown, findings])).toEqual([
      ['user:c', true, 2],
      ['user:a', false, 1],
      ['user:b', false, 1],
    ]);
  });
  it('are told a wrong password in words', () => {
    const why = 'An attempt to enter OfficeHome failed with error 50126.';
    expect(targetedUsers([targeted('user:a', { why })])[0]?.why).toBe('An attempt to enter OfficeHome failed: wrong password (50126).');
    expect(targetedUsers([targeted('user:a', { why: why.replace('50126', '501260') })])[0]?.why).toContain('error 501260');
  });
  it('take a wrong password for what it is', () => {
    expect(targetedUsers([targeted('user:a', { facts: { errorCode: '50126' } })])[0]?.passwordKnown).toBe(false);
  });
  it('count every answer that comes only after the right password', () => {
    for (const errorCode of ['50072', '53003', '500121', '530003'])
      expect(targetedUsers([targeted('user:a', { facts: { errorCode } })])[0]?.passwordKnown).toBe(true);
  });
  it('leave out who was entered and what was withdrawn', () => {
    expect(targetedUsers([targeted('user:a'), finding({ subject: 'user:a' }), targeted('user:b', { standing: false })])).toEqual([]);
  });
});

describe('staged rules', () => {
  it('are counted, loudest first, and nothing else is', () => {
    const staged = (rule: string, standing = true) => finding({ effect: 'staged', rule, standing });
    expect(stagedCounts([staged('b'), staged('a'), staged('b'), staged('c', false), finding()])).toEqual([
      { rule: 'b', count: 2 },
      { rule: 'a', count: 1 },
    ]);
  });
});
