import { describe, expect, it } from 'vitest';
import { planFor } from '../../src/contain/plan.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { thingsOf } from '../../src/incidents/things.ts';
import { finding, merge, only } from './fixtures.ts';

describe('what an attack put into the tenant', () => {
  it('is told by the techniques of its findings', () => {
    const of = (stage: 'entry' | 'persistence' | 'action', ...techniques: string[]) => thingsOf([finding({ stage, techniques })]);
    expect(of('persistence', 'T1564.008')).toEqual(['mailbox rules']);
    expect(of('action', 'T1114.003')).toEqual(['forwarding']);
    expect(of('persistence', 'T1564.008', 'T1562')).toEqual(['mail flow rules']);
    expect(of('persistence', 'T1528')).toEqual(['applications']);
    expect(of('entry', 'T1528')).toEqual([]);
    expect(of('persistence', 'T1528', 'T1098.005')).toEqual([]);
    expect(of('persistence', 'T1564.008', 'T1070')).toEqual([]);
  });

  it('is kept on the incident, and missing where nothing was put', () => {
    expect(only(merge([finding({ techniques: ['T1114.003'] })]).incidents).things).toEqual(['forwarding']);
    expect(only(merge([finding()]).incidents)).not.toHaveProperty('things');
  });
});

describe('a connector', () => {
  const made = finding({
    subject: 'connector:ran_abcde',
    subjectName: 'Ran_abcde',
    related: ['user:marta'],
    time: '2026-03-02T02:40:00.000Z',
  });
  const seen = finding({
    subject: 'connector:d1',
    subjectName: 'Ran_abcde',
    related: ['connector:ran_abcde'],
    time: '2026-03-02T02:35:00.000Z',
  });
  it('that the audit log knows by name and a snapshot by id is one of the case, whichever came first', () => {
    for (const order of [
      [finding(), made, seen],
      [finding(), seen, made],
    ]) {
      const first = only(merge(order).incidents);
      expect(first.subjects).toEqual(['user:marta', 'connector:ran_abcde']);
      expect(merge(order, [first]).incidents).toEqual([]);
    }
  });
  it('that the case is about by its id keeps it, and its name is no second step', () => {
    const about = only(merge([seen, made]).incidents);
    expect(about).toMatchObject({ root: 'connector:d1', rootName: 'Ran_abcde' });
    expect(about.subjects).toContain('connector:ran_abcde');
    expect(planFor('disable-connector', about)).toMatchObject({ steps: [{ target: 'connector:d1' }] });
    expect(planFor('disable-connector', { ...about, rootName: 'Other' })).toMatchObject({ steps: [{}, {}] });
  });
  it('near miss: one of another name is another one', () => {
    const other: Finding = { ...seen, related: ['connector:other'] };
    const subjects = only(merge([finding({ related: ['connector:other'] }), other]).incidents).subjects;
    expect(subjects).toEqual(['user:marta', 'connector:other', 'connector:d1']);
  });
});
