// Notes: lines on the incident of whom they are about. They open nothing, weigh nothing, and join no two attacks.
import { describe, expect, it } from 'vitest';
import { finding, merge, only, registered } from './fixtures.ts';

const note = (changes: Parameters<typeof finding>[0] = {}) =>
  finding({
    effect: 'note',
    severity: 'informational',
    stage: 'attempt',
    campaign: 'takeover-core',
    title: 'Microsoft Defender acted',
    why: 'Microsoft Defender acted (remediated): account disabled.',
    time: '2026-03-02T03:04:00.000Z',
    ...changes,
  });

describe('a note', () => {
  it('opens nothing', () => {
    expect(merge([note()])).toEqual({ incidents: [], outbox: [] });
  });
  it('is a line of the timeline in its own words, and changes nothing else', () => {
    const attack = [finding(), registered()];
    const without = only(merge(attack).incidents);
    const { incidents, outbox } = merge([...attack, note()]);
    const incident = only(incidents);
    expect(incident.timeline.map(({ text }) => text)).toContain('Microsoft Defender acted (remediated): account disabled.');
    expect(incident.notes).toHaveLength(1);
    expect({ ...incident, notes: undefined, timeline: undefined }).toEqual({ ...without, notes: undefined, timeline: undefined });
    expect(outbox).toHaveLength(1);
  });
  it('joins an incident that is open, without a new card, and once', () => {
    const attack = [finding(), registered()];
    const opened = only(merge(attack).incidents);
    const said = note();
    const again = merge([...attack, said], [opened]);
    expect(again.outbox).toEqual([]);
    const noted = only(again.incidents);
    expect(noted.revision).toBe(opened.revision + 1);
    expect(merge([...attack, said], [noted]).incidents).toEqual([]);
    // Its finding is stored under somebody else and is not at hand now: the line stays.
    const later = only(merge([...attack, finding({ title: 'More' })], [noted]).incidents);
    expect(later.notes).toEqual([said.id]);
    expect(later.timeline.map((entry) => entry.finding)).toContain(said.id);
  });
  it('about two people stands on both cases and does not make them one', () => {
    const attacks = [finding(), finding({ subject: 'user:jonas' })];
    const { incidents } = merge([...attacks, note({ subject: 'user:jonas', related: ['user:marta'] })]);
    expect(incidents).toHaveLength(2);
    for (const incident of incidents) expect(incident.notes).toHaveLength(1);
    expect(merge(attacks, incidents).incidents).toEqual([]);
  });
  it('does not reopen what was contained', () => {
    const attack = [finding(), registered()];
    const contained = { ...only(merge(attack).incidents), status: 'contained' as const, containedAt: '2026-03-02T02:50:00.000Z' };
    expect(only(merge([...attack, note()], [contained]).incidents).status).toBe('contained');
  });
  it.each([
    ['about somebody else', { subject: 'user:jonas' as const }],
    ['about an address', { subject: 'address:192.0.2.7' as const }],
    ['withdrawn', { standing: false }],
    ['a week before the attack', { time: '2026-02-22T03:04:00.000Z' }],
  ])('%s is left out', (_what, changes) => {
    expect(only(merge([finding(), note(changes)]).incidents).notes).toBeUndefined();
  });
  it('is one of at most twenty', () => {
    const many = Array.from({ length: 30 }, (_, index) => note({ time: `2026-03-02T03:${10 + index}:00.000Z` }));
    expect(only(merge([finding(), ...many]).incidents).notes).toHaveLength(20);
  });
});
