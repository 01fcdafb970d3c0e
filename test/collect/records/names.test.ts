import { describe, expect, it } from 'vitest';
import { namesIn, withSubjects } from '../../../src/collect/records/names.ts';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import { consent, context, inboxRule, signIn, unifiedConsent, unifiedSignIn } from './samples.ts';

const read = (raw: unknown) => {
  const activity = readRecord(raw, context);
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
};
const ada = 'user:aaaaaaaa-0000-4000-8000-000000000001';
const namesOf = (raw: unknown) => {
  const names: Record<string, string> = {};
  namesIn(read(raw), (name, subject) => {
    names[name] = subject;
  });
  return names;
};

describe('namesIn', () => {
  it.each([
    ['a sign-in', signIn, { 'ada@contoso.example': ada }],
    ['a directory audit', consent, { 'ada@contoso.example': ada }],
    ['a unified sign-in', unifiedSignIn, { 'ada@contoso.example': ada }],
    ['a unified directory event', unifiedConsent, { 'ada@contoso.example': ada, '10032000aaaaaaaa': ada }],
    ['an Exchange event', inboxRule, {}],
  ])('ties names to object ids: %s', (_, raw, expected) => {
    expect(namesOf(raw)).toEqual(expected);
  });
});

describe('withSubjects', () => {
  const resolve = (name: string) => (name === 'ada@contoso.example' ? (ada as `user:${string}`) : undefined);

  it('re-keys a subject that was only a name', () => {
    expect(withSubjects(read(inboxRule), resolve)).toMatchObject({ subject: ada, subjectName: 'ada@contoso.example' });
  });

  it('leaves an activity alone that it knows nothing about', () => {
    const activity = read({ ...inboxRule, UserId: 'bo@contoso.example' });
    expect(withSubjects(activity, resolve)).toBe(activity);
  });

  it('drops an actor who turns out to be the subject, but keeps the name', () => {
    const activity = read({ ...inboxRule, Operation: 'Set-Mailbox', ObjectId: 'aaaaaaaa-0000-4000-8000-000000000001' });
    const resolved = withSubjects(activity, resolve);
    expect(resolved).toMatchObject({ subject: ada, subjectName: 'ada@contoso.example' });
    expect(resolved).not.toHaveProperty('actor');
  });

  it('re-keys an actor who is somebody else', () => {
    const activity = read({ ...inboxRule, Operation: 'Set-Mailbox', ObjectId: 'eeeeeeee-0000-4000-8000-000000000001' });
    expect(withSubjects(activity, resolve)).toMatchObject({ subject: 'user:eeeeeeee-0000-4000-8000-000000000001', actor: ada });
  });
});
