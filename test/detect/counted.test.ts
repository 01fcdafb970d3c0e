// What cannot fire here says why: a rule of a log that is not read, and a sequence that waits for it.
import { expect, it } from 'vitest';
import { createDetector } from '../../src/detect/detector.ts';

const base = (name: string, logsource: string): string => `title: Rule ${name}
name: ${name}
id: 00000000-0000-4000-8000-0000000000${name}
logsource: ${logsource}
detection:
  selection:
    Operation: Something
  condition: selection
level: low
`;
const sequence = (name: string, type: string, rules: readonly string[]): string => `title: Sequence ${name}
name: ${name}
correlation:
  type: ${type}
  rules: [${rules.join(', ')}]
  group-by: [UserId]
  timespan: 1h
  ${type === 'temporal' ? '' : 'condition: { gte: 2 }'}
level: high
`;
const text = [
  base('a1', '{ product: m365, service: audit }'),
  base('b2', '{ product: windows, category: process_creation }'),
  sequence('both', 'temporal', ['a1', 'b2']),
  sequence('either', 'event_count', ['a1', 'b2']),
  sequence('deaf', 'event_count', ['b2']),
].join('---\n');

it('a rule that cannot match says why, and so does a sequence that needs it', () => {
  const { rules, problems } = createDetector({ campaigns: [], extraRules: [{ file: 'rules.yml', text }] });
  expect(problems.map(({ cannotMatch }) => cannotMatch)).toEqual([expect.any(String)]);
  const why = Object.fromEntries(rules().map(({ title, cannotMatch }) => [title, cannotMatch]));
  const waits = 'it counts "Rule b2", which cannot match here';
  expect(why).toEqual({
    'Rule a1': undefined,
    'Rule b2': problems[0]?.cannotMatch,
    'Sequence both': waits,
    'Sequence either': undefined,
    'Sequence deaf': waits,
  });
});
