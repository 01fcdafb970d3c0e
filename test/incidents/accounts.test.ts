import { describe, expect, it } from 'vitest';
import { campaigns, finding, merge, now, only, registered } from './fixtures.ts';

const entered = (user: string, more: Parameters<typeof finding>[0] = {}) =>
  finding({ subject: `user:${user}`, subjectName: `${user}@example.com`, ...more });
const later = '2026-03-02T02:35:00.000Z';
/** Ties two accounts together: both used what the attack made. */
const shared = (user: string) => registered({ subject: `user:${user}`, subjectName: `${user}@example.com`, related: ['app:a1'] });

describe('the accounts of a case', () => {
  it('are not listed where the root alone says it', () => {
    expect(only(merge([entered('marta'), registered()]).incidents).accounts).toBeUndefined();
  });
  it('are all that were entered, and the headline counts them', () => {
    const incident = only(merge([entered('marta'), shared('marta'), entered('jonas', { time: later }), shared('jonas')]).incidents);
    expect(incident.accounts).toEqual([
      { subject: 'user:marta', name: 'marta@example.com' },
      { subject: 'user:jonas', name: 'jonas@example.com' },
    ]);
    expect(incident.title).toMatch(/: marta@example\.com and 1 more$/);
  });
  it.each([
    ['who only used an application of the attack', { related: ['app:a1'] }],
    ['of whom signs are unsure', { unsure: true }],
    ['of whom signs are mild', { severity: 'low' }],
    ['who was only tried', { stage: 'attempt' }],
  ] as const)('leave out somebody %s', (_, more) => {
    const incident = only(
      merge([entered('marta'), shared('marta'), entered('jonas', { ...more, related: ['app:a1'] }), shared('jonas')]).incidents,
    );
    expect(incident.accounts).toBeUndefined();
  });
  it.each([
    ['microsoftSupport', 'support'],
    ['serviceProvider', 'provider'],
    ['b2bDirectConnect', 'partner'],
    ['b2bCollaboration', 'guest'],
  ])('of somebody who came in by %s are a %s’s', (access, outside) => {
    const incident = only(merge([entered('agent', { facts: { access } })]).incidents);
    expect(incident.accounts).toEqual([{ subject: 'user:agent', name: 'agent@example.com', outside }]);
  });
  it('that the directory doesn’t know are absent, until it knows them; a look that was not made changes nothing', () => {
    const findings = [entered('marta')];
    const gone = only(merge(findings, [], { present: new Map([['user:marta', false]]) }).incidents);
    expect(gone.accounts?.[0]?.outside).toBe('absent');
    const again = [...findings, registered()];
    expect(only(merge(again, [gone]).incidents).accounts?.[0]?.outside).toBe('absent');
    expect(only(merge(again, [gone], { present: new Map([['user:marta', true]]) }).incidents).accounts).toBeUndefined();
  });
  it('one that joins is told, and opens a contained case again, also where it was entered before the containment', () => {
    const findings = [entered('marta'), shared('marta')];
    const first = only(merge(findings).incidents);
    const contained = { ...first, status: 'contained' as const, containedAt: '2026-03-02T02:59:00.000Z' };
    const { incidents, outbox } = merge([...findings, entered('jonas'), shared('jonas')], [contained]);
    expect(only(incidents).status).toBe('open');
    expect(outbox).toMatchObject([{ reason: 'worse' }]);
  });
  it('those of a case that was stored before cases named their accounts joined nothing: it stays contained, and nobody is told again', () => {
    const findings = [entered('marta'), shared('marta'), entered('jonas'), shared('jonas')];
    const { accounts: named, ...unnamed } = only(merge(findings).incidents);
    expect(named?.map(({ subject }) => subject)).toContain('user:jonas');
    const contained = { ...unnamed, status: 'contained' as const, containedAt: '2026-03-02T02:59:00.000Z' };
    const { incidents, outbox } = merge(findings, [contained]);
    expect(only(incidents)).toMatchObject({ status: 'contained', accounts: named });
    expect(outbox).toEqual([]);
    // One that it did not know joins it all the same.
    expect(only(merge([...findings, entered('ada'), shared('ada')], [contained]).incidents).status).toBe('open');
  });
  it('one of whom everything was withdrawn is contained no more, as far as all findings of the case were looked at', () => {
    const [marta, jonas] = [
      [entered('marta'), shared('marta')],
      [entered('jonas'), shared('jonas')],
    ];
    const first = only(merge([...marta, ...jonas]).incidents);
    const gone = jonas.map((one) => ({ ...one, standing: false }));
    expect(only(merge([...marta, ...gone], [first]).incidents).accounts).toBeUndefined();
    expect(only(merge([...marta, ...gone.slice(1)], [first]).incidents).accounts).toHaveLength(2);
  });
  it('of two cases that turn out to be one stay those of both', () => {
    const one = [entered('marta'), shared('marta')];
    const other = [entered('jonas', { stage: 'persistence' })];
    const open = [only(merge(one).incidents), only(merge(other).incidents)];
    const { incidents } = merge([...one, ...other, shared('jonas')], open);
    expect(incidents.find(({ mergedInto }) => mergedInto === undefined)?.accounts).toHaveLength(2);
  });
});

describe('a case of several attacks', () => {
  const labels = [
    ...campaigns.map((label) => (label.id === 'takeover-core' ? { ...label, general: true as const } : label)),
    { id: 'aitm-kits', title: 'Phishing kits' },
  ];
  const both = [finding(), registered(), finding({ campaign: 'aitm-kits' }), registered({ campaign: 'aitm-kits' })];
  const core = [finding({ campaign: 'takeover-core' }), registered({ campaign: 'takeover-core' })];
  it('is headed by each that is confirmed, the first one first', () => {
    expect(only(merge(both, [], { campaigns: labels }).incidents).title).toBe('Azure account takeover; also Phishing kits: Marta Ferrer');
  });
  it('is headed by what attacks have in common only where nothing else is confirmed', () => {
    expect(only(merge([...both, ...core], [], { campaigns: labels }).incidents).title).not.toContain('Account takeover:');
    expect(only(merge(core, [], { campaigns: labels }).incidents).title).toBe('Account takeover: Marta Ferrer');
  });
  it('is told again when another attack is confirmed in it, however bad it was before; once', () => {
    const before = [...both.slice(0, 2), finding({ severity: 'critical' })];
    const open = only(merge(before, [], { campaigns: labels }).incidents);
    const { incidents, outbox } = merge([...before, ...both.slice(2)], [open], { campaigns: labels, now: now + 1 });
    expect(outbox).toMatchObject([{ reason: 'worse' }]);
    const more = registered({ time: '2026-03-02T02:50:00.000Z' });
    expect(merge([...before, ...both.slice(2), more], incidents, { campaigns: labels, now: now + 2 }).outbox).toEqual([]);
  });
});
