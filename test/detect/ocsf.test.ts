// Findings as OCSF events: every one of them valid, each severity and effect where it belongs, hostile text as text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, severities } from '../../src/contracts/finding.ts';
import { detectionFinding, toOcsf } from '../../src/detect/ocsf.ts';

const found: Finding = {
  v: 1,
  id: 'f1',
  tenant: '00000000-0000-4000-8000-00000000c0de',
  rule: 'takeover-core-password-spray-success',
  title: 'A spray that got in',
  campaign: 'takeover-core',
  severity: 'high',
  effect: 'alert',
  stage: 'entry',
  techniques: ['T1110.003', 'T1078'],
  subject: 'user:11111111-0000-4000-8000-000000000001',
  subjectName: 'nora@contoso.example',
  related: ['app:22222222-0000-4000-8000-000000000001'],
  from: '2026-11-24T08:00:00Z',
  time: '2026-11-24T09:00:00Z',
  activities: ['signin:1', 'signin:2'],
  why: 'Signed in from 198.51.100.7 after 20 people were tried from there.',
  against: ['Offices share an address.'],
  facts: { address: '198.51.100.7', place: 'Zurich, CH' },
  standing: true,
};

describe('a finding as an OCSF event', () => {
  it('is a Detection Finding with what the class requires, and names rule, person, techniques and evidence', () => {
    const event = toOcsf(found, { places: [{ file: 'a.json', record: 3 }] });
    expect(detectionFinding.parse(event)).toEqual(event);
    expect(event).toMatchObject({
      class_uid: 2004,
      category_uid: 2,
      activity_id: 1,
      type_uid: 200401,
      severity_id: 4,
      time: Date.UTC(2026, 10, 24, 9),
      start_time: Date.UTC(2026, 10, 24, 8),
      is_alert: true,
      metadata: { version: '1.5.0', uid: 'f1', product: { name: 'Tenant Guard' } },
      finding_info: {
        uid: 'f1',
        title: 'A spray that got in',
        analytic: { uid: 'takeover-core-password-spray-success', category: 'takeover-core' },
        attacks: [{ technique: { uid: 'T1110' }, sub_technique: { uid: 'T1110.003' } }, { technique: { uid: 'T1078' } }],
        related_events: [{ uid: 'signin:1' }, { uid: 'signin:2' }],
      },
      resources: [
        { uid: '11111111-0000-4000-8000-000000000001', type: 'user', name: 'nora@contoso.example' },
        { uid: '22222222-0000-4000-8000-000000000001', type: 'app' },
      ],
      evidences: [{ src_endpoint: { ip: '198.51.100.7' } }],
      unmapped: { campaign: 'takeover-core', effect: 'alert', against: ['Offices share an address.'], places: [{ record: 3 }] },
    });
  });
  it('knows the five severities by their numbers', () => {
    expect(severities.map((severity) => toOcsf({ ...found, severity }).severity_id)).toEqual([1, 2, 3, 4, 5]);
  });
  it('is no alert where the rule is staged, about attempts or a note, and is closed where it was withdrawn', () => {
    for (const effect of ['targeted', 'staged', 'note'] as const) expect(toOcsf({ ...found, effect }).is_alert).toBe(false);
    const event = toOcsf({ ...found, standing: false });
    expect([event.activity_id, event.type_uid, event.status, event.is_alert]).toEqual([3, 200403, 'Withdrawn', false]);
    expect(detectionFinding.parse(event)).toEqual(event);
  });
  it('has an endpoint only where the address is one', () => {
    expect(toOcsf({ ...found, facts: { address: 'unknown' } }).evidences).toEqual([{ data: { address: 'unknown' } }]);
    expect(toOcsf({ ...found, facts: { address: '2001:db8::7' } }).evidences[0]?.src_endpoint).toEqual({ ip: '2001:db8::7' });
    expect(toOcsf({ ...found, facts: {} }).evidences).toEqual([{ data: {} }]);
  });
  it('names a hundred records of evidence, and counts all', () => {
    const { finding_info } = toOcsf({ ...found, activities: Array.from({ length: 500 }, (_, index) => `signin:${index}`) });
    expect([finding_info.related_events.length, finding_info.related_events_count]).toEqual([100, 500]);
  });
  it('is valid whatever the records say', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.dictionary(fc.string(), fc.string()),
        fc.array(fc.string()),
        (text, facts, techniques) => {
          const event = toOcsf({ ...found, title: text, why: text, subjectName: text, subject: `user:${text}`, facts, techniques });
          expect(detectionFinding.safeParse(event).success).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});
