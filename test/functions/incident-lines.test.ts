import { describe, expect, it } from 'vitest';
import { closingLine, factsLine } from '../../functions/incident.ts';
import { closed } from '../../src/incidents/quiet.ts';
import { takeover } from '../contain/setup.ts';

describe('the journal of a case on the console', () => {
  it('has a line for its dismissal, at the time when it was dismissed', () => {
    const dismissed = closed(takeover(), 'Dismissed by Ann Example: a trip.', Date.UTC(2026, 2, 2, 4, 0));
    expect(closingLine({ ...dismissed, updatedAt: '2026-03-02T05:00:00.000Z' })).toEqual([
      { at: '2026-03-02T04:00:00.000Z', text: 'Dismissed by Ann Example: a trip.', good: undefined },
    ]);
  });

  it('has none for an open case', () => {
    expect(closingLine(takeover())).toEqual([]);
  });
});

describe('the facts under a finding', () => {
  it('are one line, what people look for first', () => {
    expect(factsLine({ userAgent: 'axios/1.7', place: 'Lagos, NG', address: '192.0.2.7', empty: '' })).toBe(
      'address: 192.0.2.7 · place: Lagos, NG · browser: axios/1.7',
    );
  });

  it('are bounded, whatever a record holds', () => {
    const hostile = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`__proto__${index}`, `\u202E${'x'.repeat(5000)}\n`]));
    const line = factsLine(hostile);
    expect(line.length).toBeLessThan(12 * 205);
    expect(line).not.toMatch(/[\u202E\n]/);
  });
});
