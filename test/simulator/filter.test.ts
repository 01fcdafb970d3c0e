// What the simulator's $filter takes, refuses and never stumbles over.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilterError, type FilterFields, parseFilter } from '../../simulator/odata/filter.ts';

const fields: FilterFields = {
  createdDateTime: { kind: 'dateTime', operators: ['ge', 'le', 'gt', 'lt', 'eq'] },
  'status/errorCode': { kind: 'number', operators: ['eq'] },
  userPrincipalName: { kind: 'string', operators: ['eq', 'startsWith'] },
  accountEnabled: { kind: 'boolean', operators: ['eq'] },
  signInEventTypes: { kind: 'string', operators: ['eq'], collection: true },
  'targetResources/id': { kind: 'string', operators: ['eq'], collection: true },
};
const record = {
  createdDateTime: '2026-03-09T10:00:00Z',
  status: { errorCode: 50126 },
  userPrincipalName: "anna.o'neil@contoso.example",
  accountEnabled: true,
  signInEventTypes: ['interactiveUser'],
  targetResources: [{ id: 'one' }, { id: 'two' }],
};
const holds = (text: string): boolean => parseFilter(text, fields)(record);
const why = (text: string): string => {
  try {
    parseFilter(text, fields);
  } catch (error) {
    if (error instanceof FilterError) return error.why;
    throw error;
  }
  return 'parsed';
};

describe('a filter', () => {
  it.each([
    ['createdDateTime ge 2026-03-09T10:00:00Z', true],
    ['createdDateTime gt 2026-03-09T10:00:00Z', false],
    ['createdDateTime ge 2026-03-09T09:00:00.000Z and createdDateTime lt 2026-03-09T10:00:00.001Z', true],
    ['status/errorCode eq 50126', true],
    ['status/errorCode eq 0', false],
    ["userPrincipalName eq 'ANNA.O''NEIL@contoso.example'", true],
    ["startswith(userPrincipalName,'anna.')", true],
    ["startsWith(userPrincipalName, 'bert')", false],
    ['accountEnabled eq false or status/errorCode eq 50126', true],
    ['accountEnabled eq false and status/errorCode eq 50126 or accountEnabled eq true', true],
    ['(accountEnabled eq false or accountEnabled eq true) and status/errorCode eq 0', false],
    ["signInEventTypes/any(t: t eq 'interactiveUser')", true],
    ["signInEventTypes/any(t:t eq 'nonInteractiveUser')", false],
    ["signInEventTypes/any(t: t eq 'servicePrincipal' or t eq 'interactiveUser')", true],
    ["signInEventTypes/any(t: t eq 'servicePrincipal' or t eq 'managedIdentity')", false],
    ["targetResources/any(t: t/id eq 'two')", true],
    ["targetResources/any(t: t/id eq 'three')", false],
  ])('%s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each([
    ['noSuchField eq 1', 'field'],
    ['__proto__ eq 1', 'field'],
    ["userPrincipalName ne 'x'", 'operator'],
    ["signInEventTypes eq 'x'", 'operator'],
    ["createdDateTime ge '2026-03-09T10:00:00Z'", 'value'],
    ['createdDateTime ge yesterday', 'value'],
    ['accountEnabled eq 1', 'value'],
    ['status/errorCode eq', 'syntax'],
    ['status/errorCode', 'syntax'],
    ['(accountEnabled eq true', 'syntax'],
    ['accountEnabled eq true)', 'syntax'],
    ["userPrincipalName eq 'open", 'syntax'],
    ['', 'syntax'],
  ])('%s is refused because of its %s', (text, reason) => {
    expect(why(text)).toBe(reason);
  });

  it('fails only with FilterError, whatever text it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab'() /:,.eqgt 019-TZ") }), (text) =>
        ['parsed', 'syntax', 'field', 'operator', 'value'].includes(why(text)),
      ),
    );
  });

  it('finds a quoted string again, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const quoted = `userPrincipalName eq '${name.replaceAll("'", "''")}'`;
        return parseFilter(quoted, fields)({ userPrincipalName: name });
      }),
    );
  });
});
