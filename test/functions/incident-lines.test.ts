import { describe, expect, it } from 'vitest';
import { closingLine } from '../../functions/incident.ts';
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
