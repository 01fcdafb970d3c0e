import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/contracts/incident.ts';
import { incident as incidentSchema } from '../../src/contracts/incident.ts';
import { campaigns, finding, merge, now, only, registered } from './fixtures.ts';

const day = 86_400_000;

describe('findings become incidents', () => {
  it('of one user: one incident, with the campaign as a label, and one card', () => {
    const { incidents, outbox } = merge([finding(), registered({ campaign: 'takeover-core' })]);
    const incident = only(incidents);
    expect(incidentSchema.parse(incident)).toEqual(incident);
    expect(incident).toMatchObject({
      root: 'user:marta',
      rootName: 'Marta Ferrer',
      status: 'open',
      revision: 1,
      firstAt: '2026-03-02T02:31:00.000Z',
    });
    expect(incident.campaigns.map(({ id }) => id)).toEqual(['azure-ato-2024', 'takeover-core']);
    expect(outbox).toEqual([expect.objectContaining({ incident: incident.id, revision: 1, reason: 'opened', status: 'waiting' })]);
  });

  it('keeps a sequence that goes on before what followed its beginning', () => {
    const sequence = finding({ title: 'Guessing', from: '2026-03-02T02:30:00.000Z', time: '2026-03-02T02:50:00.000Z' });
    const incident = only(merge([registered({ title: 'Method' }), sequence]).incidents);
    expect(incident.timeline.map(({ time, text }) => [time, text])).toEqual([
      ['2026-03-02T02:30:00.000Z', 'Guessing'],
      ['2026-03-02T02:41:00.000Z', 'Method'],
    ]);
    expect(incident).toMatchObject({
      summary: '2 findings in 20 minutes: first “Guessing”, last “Method”.',
      firstAt: '2026-03-02T02:41:00.000Z',
      lastAt: '2026-03-02T02:50:00.000Z',
    });
  });

  it('lets nothing speak against it that this attack itself may have made usual', () => {
    const usual = 'Usual for the user: this browser.';
    const early = finding({ against: [usual, 'A first doubt.'] });
    const late = finding({ time: '2026-03-04T02:31:00.000Z', against: ['Usual for the user: this network.', 'A late doubt.'] });
    expect([...only(merge([early, late]).incidents).against].sort()).toEqual(['A first doubt.', 'A late doubt.', usual]);
  });

  it('calls a campaign confirmed only when entry and a later stage of that campaign stand', () => {
    expect(only(merge([finding(), registered()]).incidents).campaigns).toMatchObject([{ confirmed: true }]);
    expect(only(merge([finding(), finding()]).incidents).campaigns).toMatchObject([{ confirmed: false }]);
    expect(only(merge([finding(), registered({ campaign: 'takeover-core' })]).incidents).campaigns.some(({ confirmed }) => confirmed)).toBe(
      false,
    );
    expect(only(merge([finding(), registered({ standing: false })]).incidents).campaigns).toMatchObject([{ confirmed: false }]);
  });

  it('of two users who share nothing: two incidents, so that no card hides a second attack', () => {
    const { incidents } = merge([finding(), finding({ subject: 'user:jonas' })]);
    expect(incidents.map(({ root }) => root).sort()).toEqual(['user:jonas', 'user:marta']);
  });

  it('of two users whom only a spraying address links: still two', () => {
    const related = ['address:192.0.2.7'] as const;
    expect(merge([finding({ related: [...related] }), finding({ subject: 'user:jonas', related: [...related] })]).incidents).toHaveLength(
      2,
    );
  });

  it('that walk from an administrator to an app and a connector: one incident', () => {
    const { incidents } = merge([
      finding({ subject: 'user:jonas' }),
      registered({ subject: 'app:evil', related: ['user:jonas'] }),
      registered({ subject: 'connector:relay', related: ['app:evil'] }),
    ]);
    expect(only(incidents).subjects).toEqual(['user:jonas', 'app:evil', 'connector:relay']);
  });

  it('keep every person, however many other things they link', () => {
    const things = Array.from({ length: 80 }, (_, index) => `app:a${index}` as const);
    const { subjects } = only(merge([finding({ related: [...things, 'user:jonas', 'unresolved:bea@contoso.example'] })]).incidents);
    expect(subjects).toContain('user:jonas');
    expect(subjects).toContain('unresolved:bea@contoso.example');
    expect(subjects.filter((subject) => subject.startsWith('app:'))).toHaveLength(50);
  });

  it('lists targeted users and counts staged rules without opening anything', () => {
    expect(merge([finding({ effect: 'targeted' }), finding({ effect: 'staged' })])).toEqual({ incidents: [], outbox: [] });
  });

  it('tells nobody about an informational one', () => {
    const { incidents, outbox } = merge([finding({ severity: 'informational' })]);
    expect(only(incidents).notified).toBeUndefined();
    expect(outbox).toEqual([]);
  });

  it('keeps hostile names on one line, bounded and without direction overrides', () => {
    const { title } = only(merge([finding({ subjectName: `Eve\u202Egnp.exe\n${'x'.repeat(5000)}` })]).incidents);
    expect(title).not.toMatch(/[\u202E\n]/u);
    expect(title.length).toBeLessThan(260);
  });
});

describe('more findings', () => {
  const first = finding();
  const opened = only(merge([first]).incidents);

  it('join the incident and redraw it; people are told again only because it got worse', () => {
    const { incidents, outbox } = merge([first, registered()], [opened]);
    expect(only(incidents)).toMatchObject({ id: opened.id, revision: 2, severity: 'high', notified: 'high' });
    expect(outbox).toMatchObject([{ reason: 'worse', revision: 2 }]);
  });

  it('of the same severity redraw it in silence', () => {
    const { incidents, outbox } = merge([first, finding({ time: '2026-03-02T02:35:00.000Z' })], [opened]);
    expect(only(incidents).timeline).toHaveLength(2);
    expect(outbox).toEqual([]);
  });

  it('that were seen before change nothing', () => {
    expect(merge([first, first], [opened])).toEqual({ incidents: [], outbox: [] });
  });

  it('that come late stand where they happened in the timeline', () => {
    const late = finding({ time: '2026-03-02T01:00:00.000Z', title: 'Brute force' });
    const incident = only(merge([first, late], [opened]).incidents);
    expect(incident.timeline.map(({ finding: id }) => id)).toEqual([late.id, first.id]);
    expect(incident).toMatchObject({ id: opened.id, firstAt: late.time });
  });

  it('say of what was found in retrospect that it was, once among what was found as it happened, else of the whole', () => {
    const hunted = finding({ time: '2026-03-01T01:00:00.000Z', title: 'Brute force', retrospect: 'hunt-1' });
    expect(only(merge([first, hunted], [opened]).incidents).timeline.map(({ text }) => text)).toEqual([
      'Brute force (found in retrospect)',
      first.title,
    ]);
    const whole = only(merge([hunted]).incidents);
    expect([whole.timeline[0]?.text, whole.summary]).toEqual(['Brute force', 'Found in retrospect. Brute force.']);
  });

  it('link two open incidents: the older id goes on, the other closes and says so', () => {
    const second = finding({ subject: 'app:evil' });
    const other = only(merge([second], [], { now: now + 60_000 }).incidents);
    const link = registered({ subject: 'app:evil', related: ['user:marta'] });
    const { incidents } = merge([first, second, link], [other, opened], { now: now + 120_000 });
    const closed = incidents.find(({ id }) => id === other.id);
    expect(closed).toMatchObject({
      status: 'closed',
      mergedInto: opened.id,
      closedBecause: expect.stringContaining(`Merged into ${opened.id}`),
    });
    expect(incidents.find(({ id }) => id === opened.id)).toMatchObject({ status: 'open', subjects: ['user:marta', 'app:evil'] });
    expect(incidents).toHaveLength(2);
  });

  it('that unite two contained cases keep both containments, so that each can be undone', () => {
    const second = finding({ subject: 'app:evil' });
    const other = only(merge([second], [], { now: now + 60_000 }).incidents);
    const link = registered({ subject: 'app:evil', related: ['user:marta'] });
    const open = [
      { ...other, containment: 'c2' },
      { ...opened, containment: 'c1', containments: ['c0', 'c1'] },
    ];
    const { incidents } = merge([first, second, link], open, { now: now + 120_000 });
    expect(incidents.find(({ id }) => id === opened.id)).toMatchObject({ containment: 'c1', containments: ['c0', 'c1', 'c2'] });
  });

  it('after a containment, with an event later than it, open the incident again and tell', () => {
    const contained: Incident = { ...opened, status: 'contained', containedAt: '2026-03-02T03:05:00.000Z', containment: 'c1' };
    const { incidents, outbox } = merge([first, finding({ time: '2026-03-02T03:20:00.000Z' })], [contained]);
    expect(only(incidents)).toMatchObject({ status: 'open', containment: 'c1' });
    expect(outbox).toMatchObject([{ reason: 'worse' }]);
  });

  it('from before the containment that only arrive after it leave it contained', () => {
    const contained: Incident = { ...opened, status: 'contained', containedAt: '2026-03-02T03:05:00.000Z' };
    const { incidents, outbox } = merge([first, finding({ time: '2026-03-02T02:50:00.000Z' })], [contained]);
    expect(only(incidents).status).toBe('contained');
    expect(outbox).toEqual([]);
  });

  it('of a closed incident, read again, open nothing; new ones open a new incident', () => {
    const settled = [{ ...opened, status: 'closed' as const, closedBecause: 'Dismissed' }];
    expect(merge([first], [], { settled })).toEqual({ incidents: [], outbox: [] });
    const fresh = only(merge([first, finding({ time: '2026-03-02T04:00:00.000Z' })], [], { settled }).incidents);
    expect(fresh.id).not.toBe(opened.id);
    expect(fresh.findings).toHaveLength(1);
  });

  it('after a week of stillness are another attack: the old incident closes and says that nobody acted', () => {
    const { incidents } = merge([first, finding({ time: '2026-03-10T02:31:00.001Z' })], [opened], { now: now + 8 * day });
    expect(incidents.find(({ id }) => id === opened.id)).toMatchObject({
      status: 'closed',
      closedBecause: expect.stringContaining('Nobody'),
    });
    expect(incidents.filter(({ status }) => status === 'open')).toHaveLength(1);
  });

  it('within the week still join it', () => {
    expect(only(merge([first, finding({ time: '2026-03-09T02:30:00.000Z' })], [opened], { now: now + 7 * day }).incidents).id).toBe(
      opened.id,
    );
  });
});

describe('a withdrawn finding', () => {
  const first = finding();
  const second = registered();
  const opened = only(merge([first, second]).incidents);

  it('leaves the card', () => {
    const incident = only(merge([first, { ...second, standing: false }], [opened]).incidents);
    expect(incident).toMatchObject({ findings: [first.id], withdrawn: [second.id], severity: 'medium' });
    expect(incident.campaigns).toMatchObject([{ confirmed: false }]);
  });

  it('that was the last one closes the incident, says why, and tells those who were told', () => {
    const { incidents, outbox } = merge(
      [first, second].map((one) => ({ ...one, standing: false })),
      [{ ...opened, containment: 'c1' }],
    );
    expect(only(incidents)).toMatchObject({ status: 'closed', closedBecause: expect.stringContaining('Withdrawn'), containment: 'c1' });
    expect(outbox).toMatchObject([{ reason: 'closed' }]);
  });

  it('that stands again reopens the same row', () => {
    const withdrawn = only(
      merge(
        [first, second].map((one) => ({ ...one, standing: false })),
        [opened],
      ).incidents,
    );
    const again = only(merge([first, second], [], { settled: [withdrawn] }).incidents);
    expect(again).toMatchObject({ id: opened.id, status: 'open', revision: withdrawn.revision + 1 });
  });

  it('that never was part of an incident opens none', () => {
    expect(merge([finding({ standing: false })])).toEqual({ incidents: [], outbox: [] });
  });
});

describe('merging', () => {
  it('gives the same incidents whatever the order and repetition of the findings', () => {
    const some = [
      finding(),
      registered(),
      finding({ subject: 'user:jonas' }),
      registered({ subject: 'app:evil', related: ['user:jonas'], time: '2026-03-02T02:50:00.000Z' }),
      finding({ subject: 'user:ines', severity: 'low' }),
    ];
    const expected = merge(some);
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: some.length }), fc.subarray(some), (shuffled, repeated) => {
        const byId = (list: readonly Incident[]) => [...list].sort((a, b) => a.id.localeCompare(b.id));
        expect(byId(merge([...shuffled, ...repeated]).incidents)).toEqual(byId(expected.incidents));
      }),
    );
  });

  it('keeps severity and labels as a floor when an incident’s stored findings are missing', () => {
    const opened = only(merge([finding(), registered()]).incidents);
    const incident = only(merge([finding({ severity: 'low' })], [opened]).incidents);
    expect(incident).toMatchObject({ severity: 'high', campaigns: [{ confirmed: true }] });
    expect(incident.findings).toHaveLength(3);
    expect(incident.timeline).toHaveLength(3);
  });

  it('takes campaign manifests’ titles', () => {
    expect(only(merge([finding(), registered()]).incidents).title).toBe(`${campaigns[0]?.title}: Marta Ferrer`);
  });
});
