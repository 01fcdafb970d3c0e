// Which applications a directory event names, and so which published ids it matches: who acted, and what was let in, changed or removed, in both spellings.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { View } from '../../../src/contracts/activity.ts';
import { at, contextOf, other } from './subjects.ts';

const app = '66666666-0000-4000-8000-000000000011';
const listed = { id: 'pack/app-one', kind: 'application', value: app, confidence: 80, validFrom: at(1), source: 's' } as const;
const matched = (shape: View['shape'], record: Readonly<Record<string, unknown>>, indicator: object = {}): unknown =>
  contextOf(other(shape, record), { indicators: [{ ...listed, ...indicator }] })['context.indicator.application'];

const changed = (displayName: string, newValue: string | null, oldValue: string | null = null) => ({
  targetResources: [
    { id: '55555555-0000-4000-8000-000000000011', type: 'ServicePrincipal', modifiedProperties: [{ displayName, oldValue, newValue }] },
  ],
});

describe('context.indicator.application of a directory event', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a consent', changed('TargetId.ServicePrincipalNames', `"${app}"`)],
    ['a consent to an application with several names', changed('TargetId.ServicePrincipalNames', `"https://relay.example.net;${app}"`)],
    ['a new service principal', changed('AppPrincipalId', `["${app}"]`)],
    ['the names of a new service principal', changed('ServicePrincipalName', `["${app}","https://relay.example.net"]`)],
    ['a permission that it is given', changed('ServicePrincipal.AppId', `"${app}"`)],
    ['a registration', changed('AppId', `["${app}"]`)],
    ['a removal, which has the id as the old value', changed('AppId', null, `["${app}"]`)],
    ['the details of a consent', { additionalDetails: [{ key: 'AppId', value: app }] }],
    ['what it does itself', { initiatedBy: { user: null, app: { appId: app, displayName: 'x' } } }],
    ['an id in capitals', changed('AppId', `["${app.toUpperCase()}"]`)],
  ])('reads %s', (_, record) => {
    expect(matched('directory-audit', record)).toEqual(['pack/app-one']);
  });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a consent', { ModifiedProperties: [{ Name: 'TargetId.ServicePrincipalNames', NewValue: app, OldValue: '' }] }],
    ['a new service principal', { ModifiedProperties: [{ Name: 'AppPrincipalId', NewValue: `["${app}"]`, OldValue: '[]' }] }],
    ['what it does with a token', { AppId: app }],
    ['what it reads through Graph', { ClientAppId: app }],
  ])('reads, as the unified audit log tells it, %s', (_, record) => {
    expect(matched('unified-audit', record)).toEqual(['pack/app-one']);
  });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['an application of another id', changed('AppId', '["66666666-0000-4000-8000-000000000012"]')],
    ['an object that has this id', changed('ServicePrincipal.ObjectID', `"${app}"`)],
    ['a name that holds the id', changed('DisplayName', `["${app}"]`)],
  ])('is not %s', (_, record) => {
    expect(matched('directory-audit', record) ?? []).toEqual([]);
  });
  it('is unknown where the event names no application, and empty where it names one that nobody lists', () => {
    expect(matched('directory-audit', { targetResources: [{ type: 'User', modifiedProperties: [] }] })).toBeUndefined();
    expect(matched('directory-audit', changed('AppId', '["66666666-0000-4000-8000-000000000012"]'))).toEqual([]);
  });
  it('counts by the time of the event, with the grace after the end', () => {
    const record = changed('AppId', `["${app}"]`);
    expect(matched('directory-audit', record, { validFrom: at(21) })).toEqual([]);
    expect(matched('directory-audit', record, { validUntil: at(19) })).toEqual(['pack/app-one']);
    expect(matched('directory-audit', record, { validFrom: 0, validUntil: at(20) - 91 * 86_400_000 })).toEqual([]);
  });
  it('never fails, whatever stands where properties should', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (targets, properties) => {
        const shapes = [
          { targetResources: targets },
          { targetResources: [{ modifiedProperties: properties }] },
          { ModifiedProperties: properties },
        ];
        for (const record of shapes) expect(() => matched('directory-audit', record)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });
});
