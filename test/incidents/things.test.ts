import { describe, expect, it } from 'vitest';
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
