import { describe, expect, it } from 'vitest';
import { createRulebook } from '../../../src/detect/sequences/rulebook.ts';
import { parseRule } from '../../../src/detect/sigma/parse.ts';

const base = (name: string) =>
  parseRule(
    `title: ${name}
name: ${name}
logsource: { product: azure, service: signinlogs }
detection: { selection: { status.errorCode: 0 }, condition: selection }
level: low`,
    `${name}.yml`,
    { strict: false },
  );
const correlation = (name: string, rules: readonly string[], more = '', type = 'temporal_ordered', groupBy = '[userId]') =>
  parseRule(
    `title: ${name}
name: ${name}
correlation:
  type: ${type}
  rules: [${rules.join(', ')}]
  group-by: ${groupBy}
  timespan: 1h
${more}
level: high`,
    `${name}.yml`,
    { strict: false },
  );
const rs = Array.from({ length: 30 }, (_, index) => `r${index}`);
const book = (...rules: ReturnType<typeof base>[]) => createRulebook([{ manifest: undefined, rules }]);
const speaking = (made: ReturnType<typeof book>) =>
  [...made.rules.values(), ...made.sequences.values()].filter(({ speaks }) => speaks).map(({ rule }) => rule.key);

describe('the rulebook', () => {
  it('silences what only correlations count, unless one of them says otherwise', () => {
    expect(speaking(book(base('a'), base('b'), correlation('both', ['a', 'b'])))).toEqual(['both']);
    expect(speaking(book(base('a'), base('b'), correlation('both', ['a', 'b'], '  generate: true')))).toEqual(['a', 'b', 'both']);
  });
  it('nests a correlation that groups alike', () => {
    const made = book(
      base('a'),
      base('b'),
      correlation('many', ['a'], '  condition: { gte: 3 }', 'event_count'),
      correlation('then', ['many', 'b']),
    );
    expect(speaking(made)).toEqual(['then']);
    expect([...(made.sequences.get('then')?.reads.keys() ?? [])]).toEqual(['a', 'b']);
    expect(made.rules.get('a')?.sequences.map(({ rule }) => rule.key)).toEqual(['then']);
  });
  it('reads fields through aliases, and the counted field of a nested correlation', () => {
    const made = book(
      base('a'),
      base('b'),
      correlation('many', ['a'], '  condition: { field: ipAddress, gte: 3 }', 'value_count'),
      correlation('then', ['many', 'b'], '  aliases: { userId: { b: homeTenantId } }'),
    );
    const reads = made.sequences.get('then')?.reads;
    expect(reads?.get('a')).toMatchObject({ groupBy: ['userId'], value: [], nested: [{ of: 'many', value: ['ipAddress'] }] });
    expect(reads?.get('b')).toMatchObject({ groupBy: ['homeTenantId'], value: [], nested: [] });
  });
  it('reads for a nested correlation its own field and group, also where its rule is counted directly', () => {
    const many = correlation(
      'many',
      ['a'],
      '  aliases: { address: { a: ipAddress } }\n  condition: { field: appId, gte: 3 }',
      'value_count',
      '[address]',
    );
    const made = book(
      base('a'),
      base('b'),
      many,
      correlation('then', ['many', 'a', 'b'], '  aliases: { userId: { many: UserId } }', 'temporal'),
    );
    expect(made.problems).toEqual([]);
    expect(made.sequences.get('then')?.sequence.parts).toMatchObject([{ name: 'many', ownGroups: true }, 'a', 'b']);
    expect(made.sequences.get('then')?.reads.get('a')).toMatchObject({
      groupBy: ['UserId'],
      value: [],
      nested: [{ of: 'many', value: ['appId'], groupBy: ['ipAddress'] }],
    });
    expect(made.sequences.get('many')?.reads.get('a')).toMatchObject({ groupBy: ['ipAddress'], value: ['appId'], nested: [] });
  });
  it.each([
    ['an unknown rule', [base('a'), correlation('x', ['a', 'nobody'])], 'no rule called "nobody"'],
    ['a correlation that counts itself', [base('a'), correlation('x', ['a', 'x'])], 'counts itself'],
    ['two correlations that count each other', [base('a'), correlation('x', ['a', 'y']), correlation('y', ['a', 'x'])], 'counts itself'],
    ['a rule named twice', [base('a'), correlation('x', ['a', 'a'])], 'twice'],
    [
      'a temporal condition that cannot hold',
      [base('a'), base('b'), correlation('x', ['a', 'b'], '  condition: { gte: 3 }', 'temporal')],
      'cannot hold: it counts 2 rules',
    ],
    ['two rules of one name', [base('a'), base('a')], 'exists already'],
    [
      'correlations that multiply without end',
      [
        ...Array.from({ length: 30 }, (_, index) => base(`r${index}`)),
        ...Array.from({ length: 30 }, (_, index) => correlation(`n${index}`, rs, '  condition: { gte: 3 }', 'event_count')),
        correlation(
          'x',
          Array.from({ length: 30 }, (_, index) => `n${index}`),
          '  condition: { gte: 3 }',
          'event_count',
        ),
      ],
      'unfolds into more than 500 rules',
    ],
  ])('leaves out %s and says so', (_, rules, message) => {
    const { problems } = book(...rules);
    expect(problems[0]?.message).toContain(message);
  });
});
