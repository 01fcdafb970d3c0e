import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, Shape } from '../../../src/contracts/activity.ts';
import type { Context } from '../../../src/contracts/context.ts';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { matchNaively } from '../../../src/detect/sigma/naive.ts';
import type { SigmaRule } from '../../../src/detect/sigma/rule.ts';
import { activityOf, inlineRule } from './inline-rules.ts';

// Few letters and few values, so that random rules meet random records often.
const word = fc.constantFrom('a', 'b', 'ab', 'A', 'aB', 'ba', 'abc', '', 'ß', 'x-a', 'x/a', 'a.', 'a – b', 'a - b', '0', '7', 'true');
const textPattern = fc.oneof(word, fc.constantFrom('*', '?', 'a*', '*b', '*a*', 'a?', '?b*', 'a*b', '*a*b*', '\\*', 'a\\?'));
const address = fc.constantFrom('192.0.2.1', '192.0.2.200', '198.51.100.1:99', '::ffff:192.0.2.1', '2001:db8::1', '[2001:db8::2]:4', 'a');
const time = fc.constantFrom('2026-09-01T10:00:00Z', '2026-12-31T23:59:59', 'a', '2026-01-01');

const textModifiers = fc.constantFrom(
  '',
  '|contains',
  '|startswith',
  '|endswith',
  '|cased',
  '|neq',
  '|contains|neq',
  '|contains|cased',
  '|windash',
  '|contains|windash',
);
const textFields: Readonly<Record<string, readonly string[]>> = {
  'sign-in': [
    'userAgent',
    'appDisplayName',
    'ResultType',
    'status.failureReason',
    'DeviceDetail.trustType',
    'riskEventTypes_v2',
    'authenticationDetails.authenticationMethod',
    'Status',
    'networkLocationDetails',
    'context.user.title',
    'context.user.roles',
    'noSuchField',
  ],
  'directory-audit': [
    'OperationName',
    'Category',
    'InitiatedBy',
    'targetResources',
    'targetResources.displayName',
    'targetResources.modifiedProperties.newValue',
    'Role.DisplayName',
    'additionalDetails.User-Agent',
    'Status',
    'context.user.title',
    'noSuchField',
  ],
  'unified-audit': [
    'Operation',
    'Workload',
    'ForwardTo',
    'Parameters.Name',
    'Parameters.Value',
    'Parameters.ForwardTo',
    'Role.DisplayName',
    'Actor.ID',
    'status',
    'ErrorNumber',
    'anything.at.all',
    'context.user.title',
  ],
};
type Fed = 'sign-in' | 'directory-audit' | 'unified-audit';
const shapes: readonly Fed[] = ['sign-in', 'directory-audit', 'unified-audit'];
const values = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const item = (shape: Fed): fc.Arbitrary<string> => {
  const field = fc.constantFrom(...(textFields[shape] ?? []));
  const line = (key: string, list: readonly unknown[]) => `${JSON.stringify(key)}: ${JSON.stringify(list)}`;
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(field, textModifiers, values(textPattern)).map(([name, modifiers, list]) => line(name + modifiers, list)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(field, values(fc.constantFrom<unknown>(null, '', 0, 7, true, false, 'a')))
        .map(([name, list]) => line(name, list)),
    },
    { weight: 1, arbitrary: fc.tuple(field, values(textPattern)).map(([name, list]) => line(`${name}|contains|all`, list)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(field, values(fc.constantFrom('^a', 'b$', 'a+b', '[ab]c?', '(a|x)', '^$')))
        .map(([name, list]) => line(`${name}|re|i`, list)),
    },
    { weight: 1, arbitrary: fc.tuple(field, fc.boolean()).map(([name, expected]) => line(`${name}|exists`, [expected])) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(field, fc.constantFrom('gt', 'gte', 'lt', 'lte'), fc.integer({ min: -1, max: 8 }))
        .map(([name, how, number]) => line(`${name}|${how}`, [number])),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(field, field, fc.constantFrom('', '|contains', '|startswith', '|neq'))
        .map(([name, other, how]) => line(`${name}|fieldref${how}`, [other])),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(field, fc.constantFrom('hour', 'month', 'day|gte', 'week'), fc.integer({ min: 0, max: 53 }))
        .map(([, part, number]) => line(`${shape === 'sign-in' ? 'createdDateTime' : 'TimeGenerated'}|${part}`, [number])),
    },
    {
      weight: 1,
      arbitrary: values(fc.constantFrom('192.0.2.0/24', '192.0.2.128/25', '2001:db8::/127', '0.0.0.0/0')).map((list) =>
        line(`${shape === 'unified-audit' ? 'ClientIP' : 'ipAddress'}|cidr`, list),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(field, values(fc.constantFrom('%p%', 'a%p%', '%p%%q%', 'a'))).map(([name, list]) => line(`${name}|expand`, list)),
    },
    { weight: 1, arbitrary: values(word).map((list) => line('|contains', list)) },
  );
};
const unique = (lines: readonly string[]): string[] => [...new Map(lines.map((text) => [text.slice(0, text.indexOf(':')), text])).values()];
const map = (shape: Fed) => fc.array(item(shape), { minLength: 1, maxLength: 3 }).map((lines) => `{${unique(lines).join(', ')}}`);
const selection = (shape: Fed) =>
  fc.oneof(
    map(shape),
    fc.array(map(shape), { minLength: 1, maxLength: 2 }).map((maps) => `[${maps.join(', ')}]`),
    values(word).map((list) => JSON.stringify(list.map((text) => text || 'a'))),
  );
const condition = fc.letrec<{ all: string; leaf: string }>((tie) => ({
  leaf: fc.constantFrom('s1', 's2', 's3', '1 of s*', 'all of s*', '1 of them', 'all of them'),
  all: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    tie('leaf'),
    tie('all').map((inner) => `not ${inner}`),
    fc.tuple(tie('all'), fc.constantFrom('and', 'or'), tie('all')).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
  ),
})).all;
const rule = (shape: Fed): fc.Arbitrary<SigmaRule> =>
  fc
    .tuple(selection(shape), selection(shape), selection(shape), condition)
    .map(([s1, s2, s3, formula]) => inlineRule(`s1: ${s1}\ns2: ${s2}\ns3: ${s3}\ncondition: ${formula}`, shape));

const scalar = fc.oneof(word, fc.constantFrom<unknown>(null, 0, 7, 5.5, true, false), time);
const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) => fc.record(model, { requiredKeys: [] });
const named = fc.array(
  fc.record({ Name: fc.constantFrom('ForwardTo', 'Role.DisplayName', 'a'), Value: scalar }, { requiredKeys: ['Name'] }),
  { maxLength: 2 },
);
const modified = fc.array(
  optional({
    displayName: fc.constantFrom('Role.DisplayName', 'a'),
    newValue: fc.oneof(scalar, fc.constantFrom('"a"', '["a","b"]', '"[\\"ab\\"]"', '["', '[{"a":"b"}]')),
    oldValue: scalar,
  }),
  { maxLength: 2 },
);
const records: Readonly<Record<Fed, fc.Arbitrary<Record<string, unknown>>>> = {
  'sign-in': optional({
    userAgent: scalar,
    appDisplayName: scalar,
    ipAddress: address,
    createdDateTime: time,
    status: fc.oneof(scalar, optional({ errorCode: fc.constantFrom<unknown>(0, '7', 50140, null), failureReason: scalar })),
    deviceDetail: fc.oneof(fc.constant(null), optional({ trustType: scalar })),
    riskEventTypes_v2: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
    authenticationDetails: fc.array(optional({ authenticationMethod: scalar }), { maxLength: 3 }),
    networkLocationDetails: fc.array(optional({ networkNames: fc.array(word, { maxLength: 2 }) }), { maxLength: 2 }),
  }),
  'directory-audit': optional({
    activityDisplayName: scalar,
    category: scalar,
    result: scalar,
    resultReason: scalar,
    activityDateTime: time,
    initiatedBy: optional({
      user: fc.oneof(fc.constant(null), optional({ id: scalar, userPrincipalName: scalar, ipAddress: address })),
      app: optional({ displayName: scalar }),
    }),
    targetResources: fc.array(optional({ id: scalar, displayName: scalar, modifiedProperties: modified }), { maxLength: 2 }),
    additionalDetails: fc.array(optional({ key: fc.constantFrom('User-Agent', 'a'), value: scalar }), { maxLength: 2 }),
  }),
  'unified-audit': optional({
    Operation: scalar,
    Workload: scalar,
    ResultStatus: fc.oneof(scalar, fc.constantFrom('True', 'Succeeded')),
    ErrorNumber: scalar,
    ClientIP: address,
    CreationTime: time,
    Parameters: named,
    ModifiedProperties: fc.array(optional({ Name: fc.constantFrom('Role.DisplayName', 'ForwardTo'), NewValue: scalar }), { maxLength: 2 }),
    Actor: fc.array(optional({ ID: scalar, Type: fc.integer({ min: 0, max: 5 }) }), { maxLength: 2 }),
    anything: optional({ at: optional({ all: scalar }) }),
    forwardto: scalar,
  }),
};
const contexts: fc.Arbitrary<Context> = optional({ 'context.user.title': scalar, 'context.user.roles': fc.array(word, { maxLength: 2 }) });

interface World {
  readonly rules: readonly SigmaRule[];
  readonly events: readonly { readonly activity: Activity; readonly context: Context }[];
}
const anyRule = fc.constantFrom(...shapes).chain(rule);
const anyEvent = fc.tuple(fc.constantFrom<Fed>(...shapes), fc.boolean(), contexts).chain(([shape, second, context]) =>
  fc.tuple(records[shape], records['sign-in']).map(([record, derived]) => {
    const activity = activityOf(shape as Shape, record);
    return {
      context,
      activity: second ? { ...activity, views: [...activity.views, { shape: 'sign-in' as const, record: derived }] } : activity,
    };
  }),
);
const world: fc.Arbitrary<World> = fc.record({
  rules: fc.array(anyRule, { minLength: 1, maxLength: 6 }),
  events: fc.array(anyEvent, { minLength: 1, maxLength: 6 }),
});
const placeholders = { p: ['a', 'b'], q: ['*', ''] };

describe('the engine and the naive evaluator agree', () => {
  it('on what matches, what cannot be judged and for want of which fields, whatever the rules and records', () => {
    const seen = { yes: 0, open: 0 };
    fc.assert(
      fc.property(world, fc.boolean(), ({ rules, events }, supplied) => {
        const given = supplied ? placeholders : {};
        const engine = compile(rules, { placeholders: given });
        const running = rules.filter((one) => engine.status(one).kind === 'runs');
        for (const { activity, context } of events) {
          engine.reset();
          const matched = engine.match(activity, context).map((match) => rules.indexOf(match.rule));
          const naive = matchNaively(rules, activity, context, given);
          const expected = naive.filter(({ verdict }) => verdict === true).map((one) => rules.indexOf(one.rule));
          expect(matched.sort()).toEqual(expected.sort());
          seen.yes += matched.length;
          // Records with one view: what is undecided is counted field by field. (Rules here share one name, so the fields are united.)
          if (activity.views.length > 1) continue;
          const undecided = naive.filter(({ verdict, rule: one }) => verdict === undefined && running.includes(one));
          const fields = new Set(undecided.flatMap(({ open }) => open));
          expect(new Set(engine.notAssessable().map(({ field }) => field))).toEqual(fields);
          seen.open += undecided.length;
        }
      }),
      { numRuns: 1_000 },
    );
    // The worlds are not so strange that nothing ever happens in them.
    expect(seen.yes).toBeGreaterThan(150);
    expect(seen.open).toBeGreaterThan(15);
  });

  it('also when the same engine has seen other records before, in any order', () => {
    fc.assert(
      fc.property(world, ({ rules, events }) => {
        const verdicts = (order: World['events']) => {
          const engine = compile(rules, { placeholders });
          return new Map(
            order.map(({ activity, context }) => [
              activity,
              engine
                .match(activity, context)
                .map((match) => rules.indexOf(match.rule))
                .sort()
                .join(),
            ]),
          );
        };
        const forward = verdicts(events);
        const backward = verdicts([...events].reverse());
        for (const { activity } of events) expect(backward.get(activity)).toBe(forward.get(activity));
      }),
      { numRuns: 400 },
    );
  });
});
