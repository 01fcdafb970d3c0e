// What a finding says of its own certainty: which field, value and sign it rests on, and what speaks against it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import type { CampaignManifest } from '../../src/contracts/campaign.ts';
import type { Context } from '../../src/contracts/context.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { againstOf, becauseLine, indicatorsOf, isUnsure, matchedOf } from '../../src/detect/doubt.ts';
import type { Indicator } from '../../src/detect/indicators/indicator.ts';
import { parseRule } from '../../src/detect/sigma/parse.ts';
import type { SigmaRule } from '../../src/detect/sigma/rule.ts';

const agent = 'python-requests/2.31';
const rule = (more = '') =>
  parseRule(
    `title: A script signed in
name: script
logsource: { product: azure, service: signinlogs }
detection: { selection: { context.indicator.userAgent: test/script, status.errorCode: 0 }, condition: selection }
level: high
tenant-guard:
  stage: entry
  against: ["A help desk tool of {appDisplayName} looks alike."]
${more}`,
    'script.yml',
    { strict: false },
  );
const indicator = (confidence: number): Indicator => ({
  id: 'test/script',
  kind: 'user-agent',
  value: agent,
  confidence,
  validFrom: 0,
  source: 'https://example.com/report',
});
const manifest = { id: 'test', severity: { single: 'high', confirmed: 'high' } } as CampaignManifest;
const detector = (confidence: number, more = '') =>
  createDetector({ campaigns: [{ manifest, rules: [rule(more)], indicators: [indicator(confidence)] }] });
const signIn = (record: Record<string, unknown> = {}): Activity => ({
  id: 'signin:1',
  tenant: '00000000-0000-4000-8000-000000000001',
  feed: 'sign-ins.interactive',
  time: Date.UTC(2026, 2, 2),
  subject: 'user:marta',
  views: [
    {
      shape: 'sign-in',
      record: { id: '1', appDisplayName: 'OfficeHome', userAgent: agent, ipAddress: '192.0.2.7', status: { errorCode: 0 }, ...record },
    },
  ],
});
const found = (
  made: ReturnType<typeof detector>,
  record: Record<string, unknown> = {},
  stages?: ReadonlyMap<string, 'alert' | 'staged'>,
) => {
  const [finding] = made.detect({
    activities: [signIn(record)],
    baselines: new Map(),
    directory: new Map(),
    hits: [],
    ...(stages === undefined ? {} : { stages }),
  }).findings;
  if (finding === undefined) throw new Error('nothing was found');
  return finding;
};

describe('a finding', () => {
  it('names field, value and published sign with its confidence and source', () => {
    const finding = found(detector(80));
    expect(finding).toMatchObject({
      severity: 'high',
      matched: expect.arrayContaining([
        { field: 'context.indicator.userAgent', value: 'test/script' },
        { field: 'status.errorCode', value: '0' },
      ]),
      indicators: [{ id: 'test/script', value: agent, confidence: 80, source: 'https://example.com/report' }],
    });
    expect(finding).not.toHaveProperty('unsure');
    expect(becauseLine(finding)).toContain('context.indicator.userAgent is "test/script"');
    expect(becauseLine(finding)).toContain(`sign test/script "${agent}" (confidence 80 of 100, https://example.com/report)`);
  });
  it('that rests on an unsure sign says so, and is medium at most', () => {
    const finding = found(detector(49));
    expect(finding).toMatchObject({ severity: 'medium', unsure: true });
    expect(finding.against).toContain('The sign test/script is unsure: confidence 49 of 100.');
    expect(found(detector(50)).severity).toBe('high');
  });
  it('says what speaks against it: the rule’s own sentence, the device, what is not known', () => {
    expect(found(detector(80), { deviceDetail: { isCompliant: true } }).against).toEqual([
      'A help desk tool of OfficeHome looks alike.',
      'What is usual for this user is not known in full yet.',
      'The device is compliant.',
    ]);
    expect(found(detector(80), { deviceDetail: { isCompliant: false, isManaged: 'yes' } }).against).not.toContain('The device is managed.');
  });
  it('does what people decided, whatever its pack says', () => {
    expect(found(detector(80), {}, new Map([['script', 'staged']])).effect).toBe('staged');
    expect(found(detector(80, '  effect: staged')).effect).toBe('staged');
    expect(found(detector(80, '  effect: staged'), {}, new Map([['script', 'alert']])).effect).toBe('alert');
    expect(found(detector(80, '  effect: targeted'), {}, new Map([['script', 'alert']])).effect).toBe('targeted');
  });
});

describe('what speaks against it', () => {
  const view = { shape: 'sign-in', record: {} } as const;
  const usual = (...kinds: readonly ('browser' | 'country' | 'network' | 'application')[]): Context =>
    Object.fromEntries(kinds.flatMap((kind) => [[`context.first.${kind}`, false] as const, [`context.habit.${kind}`, true] as const]));
  const said = (context: Context, indicators: readonly Indicator[] = []) =>
    againstOf(rule() as SigmaRule, view, context, indicators).slice(1);
  it.each<[string, Context, string]>([
    [
      'everything is usual',
      { 'context.first.any': false, ...usual('browser', 'country', 'network', 'application') },
      'The user has signed in with this browser, country, network and application before.',
    ],
    [
      'some of it is usual',
      { 'context.first.any': true, ...usual('country'), 'context.first.browser': true },
      'Usual for the user: this country.',
    ],
    ['it failed', { 'context.signIn.outcome': 'failure', 'context.first.any': true }, 'The sign-in failed: nobody entered by it.'],
    [
      'many share the address',
      { 'context.network.kind': 'carrier', 'context.first.any': true },
      'The address is a mobile carrier’s, which many customers share.',
    ],
    [
      'strong authentication came before',
      { 'context.strong.sameNetwork': true, 'context.first.any': true },
      'Strong authentication on a device that the user had before came from the same network within the hour.',
    ],
  ])('%s', (_, context, sentence) => expect(said(context)).toEqual([sentence]));
  it('is not a thief’s own sign-in of the same day: what was seen first within a day makes nothing usual', () => {
    const firsts = { 'context.first.any': false, 'context.first.browser': false, 'context.first.network': false };
    expect(said({ ...firsts, 'context.habit.browser': false, 'context.habit.network': false })).toEqual([]);
    expect(said({ ...firsts, ...usual('country'), 'context.habit.browser': false })).toEqual(['Usual for the user: this country.']);
  });
  it('is not made of what is unknown or untrue', () => {
    expect(said({ 'context.first.any': true, 'context.network.kind': 'constructor', 'context.strong.sameNetwork': undefined })).toEqual([]);
  });
});

describe('the signs of a finding', () => {
  const published = (id: string) => (id === 'test/script' ? indicator(20) : undefined);
  it('are those that the rule asked for and the record shows', () => {
    const context: Context = { 'context.indicator.userAgent': ['test/script', 'reported/1'], 'context.indicator.address': ['test/script'] };
    expect(indicatorsOf([{ field: 'context.indicator.userAgent', value: 'test/script' }], context, published)).toHaveLength(1);
    expect(indicatorsOf([{ field: 'userAgent', value: 'x' }], context, published)).toEqual([]);
    expect(isUnsure([])).toBe(false);
    expect(isUnsure([indicator(20), indicator(90)])).toBe(false);
  });
  it('stay bounded text, whatever a record holds', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ field: fc.string(), value: fc.anything() }), { maxLength: 20 }), (matched) => {
        const shown = matchedOf(matched.map((one) => ({ ...one, value: JSON.parse(JSON.stringify(one.value ?? null) ?? 'null') })));
        expect(shown.length).toBeLessThanOrEqual(6);
        for (const { value } of shown) expect(value.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});
