// What an exclusion hides, and everything that it must not hide.
import { describe, expect, it } from 'vitest';
import type { Exclusion } from '../../src/contracts/doubt.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { hiddenBefore, hiddenBy } from '../../src/incidents/exclusions.ts';
import { finding, merge, now, only, registered } from './fixtures.ts';

const day = 86_400_000;
const excluded = (more: Partial<Exclusion> = {}): Exclusion => ({
  v: 1,
  id: 'e1',
  press: 'p1',
  rule: 'officehome-linux-browser',
  title: 'Sign-in to OfficeHome with the campaign’s browser',
  subject: 'user:marta',
  most: 'medium',
  reason: 'A monitor that is pinned to an old browser',
  by: { name: 'Ann Example', via: 'console' },
  at: now - day,
  from: now - day,
  until: now + 30 * day,
  ...more,
});
const opened = (findings: readonly Finding[], ...exclusions: Exclusion[]) => merge(findings, [], { exclusions }).incidents;

describe('an exclusion', () => {
  it('hides what its rule says about its subject', () => {
    expect(opened([finding()], excluded())).toEqual([]);
    expect(opened([finding(), finding({ time: '2026-03-02T02:50:00.000Z' })], excluded())).toEqual([]);
  });
  it.each<[string, Finding, Exclusion]>([
    ['another rule', finding({ rule: 'officehome-elsewhere' }), excluded()],
    ['another subject', finding({ subject: 'user:claire' }), excluded()],
    ['something worse', finding({ severity: 'high', campaign: 'community' }), excluded()],
    ['an event after its end', finding(), excluded({ until: Date.parse('2026-03-02T02:31:00.000Z') })],
    ['an event before its time', finding({ time: '2026-02-20T00:00:00.000Z' }), excluded()],
    ['anything once it was taken back', finding(), excluded({ ended: { at: now, by: { name: 'Bea', via: 'console' }, reason: 'No' } })],
    ['a rule whose name only begins alike', finding({ rule: 'officehome-linux-browser-2' }), excluded()],
  ])('does not hide %s', (_, found, exclusion) => expect(opened([found], exclusion)).toHaveLength(1));

  it('hides no second stage, and what it hid before counts again with it', () => {
    const before = finding({ time: '2026-03-02T01:00:00.000Z' });
    const incident = only(opened([before, registered()], excluded()));
    expect(incident).toMatchObject({ severity: 'high', campaigns: [{ confirmed: true }], firstAt: before.time });
    expect(incident.findings).toHaveLength(2);
    expect(incident.against).toContain('Ann Example excluded this until 2026-04-01: A monitor that is pinned to an old browser.');
  });
  it('does not hide an entry and a later stage that were excluded one by one', () => {
    expect(opened([finding(), registered()], excluded(), excluded({ id: 'e2', rule: 'method-registered' }))).toHaveLength(1);
  });
  it('hides two rules of one stage that were excluded one by one', () => {
    const other = finding({ rule: 'officehome-elsewhere' });
    expect(opened([finding(), other], excluded(), excluded({ id: 'e2', rule: 'officehome-elsewhere' }))).toEqual([]);
  });
  it('hides nothing while a case of its subject is open', () => {
    const incident = only(opened([finding({ rule: 'something-else' })], excluded()));
    const joined = merge([finding({ rule: 'something-else', id: incident.findings[0] ?? '' }), finding()], [incident], {
      exclusions: [excluded()],
    });
    expect(only(joined.incidents).findings).toHaveLength(2);
  });
  it('lets what it hid long before stay out of a new story', () => {
    const old = finding({ time: '2026-02-22T02:00:00.000Z' });
    const long = excluded({ from: now - 20 * day });
    expect(only(opened([old, registered()], long))).toMatchObject({
      firstAt: '2026-03-02T02:41:00.000Z',
      campaigns: [{ confirmed: false }],
    });
  });
  it('hides no list of targets and no note', () => {
    const note = finding({ effect: 'note' });
    expect(hiddenBefore([note], [excluded()], [registered()])).toEqual([]);
  });
  it('gives back what it hid within the last week, to be looked at together with what is new', () => {
    const lately = finding({ time: '2026-03-01T03:00:00.000Z' });
    const longAgo = finding({ time: '2026-02-10T02:00:00.000Z' });
    const long = excluded({ from: now - 60 * day });
    expect(hiddenBefore([lately, longAgo], [long], [registered()])).toEqual([lately]);
    expect(hiddenBefore([lately], [], [registered()])).toEqual([]);
  });
  it('counts what it hides, without what a case holds', () => {
    const findings = [
      finding({ id: 'a' }),
      finding({ id: 'b' }),
      finding({ id: 'c', standing: false }),
      finding({ id: 'd', subject: 'user:claire' }),
    ];
    expect(hiddenBy(excluded(), findings, new Set(['b'])).findings).toBe(1);
  });
});
