// What a rule's own attributes make of a finding: whom it ties together, and how loud it may be.
import { describe, expect, it } from 'vitest';
import type { Activity, Shape } from '../../src/contracts/activity.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { activityOf, ruleText } from './sigma/inline-rules.ts';

const app = '599fc26c-5a11-432e-a1b1-f441314ab378';
function findingsOf(text: string, activity: Activity) {
  const detector = createDetector({ campaigns: [], extraRules: [{ file: 'one.yml', text }] });
  expect(detector.problems).toEqual([]);
  return detector.detect({
    activities: [activity],
    baselines: new Map(),
    directory: new Map(),
    hits: [],
    settledTo: Number.POSITIVE_INFINITY,
  }).findings;
}
const selection = (field: string, value: string): string => `selection:\n  ${field}: ${value}\ncondition: selection\n`;
const rule = (shape: Shape, field: string, value: string, guard: string): string =>
  `${ruleText(selection(field, value), shape).replace('level: low', 'level: high')}tenant-guard:\n${guard.replace(/^/gm, '  ')}\n`;

describe('an application that the rule says is part of the attack', () => {
  const signIn = activityOf('sign-in', { appId: app.toUpperCase(), appDisplayName: 'Single Sign-on (SSO)' });
  it('joins the cases of all who signed in to it', () => {
    expect(findingsOf(rule('sign-in', 'appId', app, 'links: [application]'), signIn)[0]?.related).toEqual([`app:${app}`]);
  });
  it('joins nothing where the rule does not say so: everybody uses OfficeHome', () => {
    expect(findingsOf(rule('sign-in', 'appId', app, 'stage: entry'), signIn)[0]?.related).toEqual([]);
  });
  it('is found by the names of the unified audit log too, and an id that is none joins nothing', () => {
    const read = (id: string) => activityOf('unified-audit', { Operation: 'MailItemsAccessed', ClientAppId: id });
    const text = rule('unified-audit', 'Operation', 'MailItemsAccessed', 'links: [application]');
    expect(findingsOf(text, read(app))[0]?.related).toEqual([`app:${app}`]);
    expect(findingsOf(text, read('every app'))[0]?.related).toEqual([]);
  });
});

describe('a connector or mail flow rule', () => {
  it.each([
    ['inbound-connector', 'connector:ran_abcde'],
    ['transport-rule', 'transport-rule:ran_abcde'],
  ] as const)('that a snapshot saw is tied to its name, by which the audit log knows it: %s', (shape, named) => {
    const activity: Activity = {
      ...activityOf(shape, {
        change: 'created',
        id: 'g',
        name: 'Ran_abcde',
        before: null,
        after: { Name: 'Ran_abcde' },
        changed: ['Name'],
      }),
      subject: shape === 'transport-rule' ? 'transport-rule:g' : 'connector:g',
    };
    expect(findingsOf(rule(shape, 'change', 'created', 'stage: persistence'), activity)[0]?.related).toEqual([named]);
  });
});

describe('a fact that is only recollected', () => {
  const signIn = activityOf('sign-in', { appId: app });
  it('is medium at most, and says that it is unsure', () => {
    expect(findingsOf(rule('sign-in', 'appId', app, 'sure: recollected'), signIn)).toMatchObject([{ severity: 'medium', unsure: true }]);
  });
  it('is what it is where it was read', () => {
    const [finding] = findingsOf(rule('sign-in', 'appId', app, 'sure: read'), signIn);
    expect(finding?.severity).toBe('high');
    expect(finding?.unsure).toBeUndefined();
  });
  it('holds for sequences too', () => {
    const sequence = `title: Twice\nname: twice\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [a_rule]\n  group-by: [context.subject]\n  timespan: 1d\n  condition: { gte: 1 }\n  generate: false\ntenant-guard:\n  sure: recollected\n`;
    const text = `${ruleText(selection('appId', app))}---\n${sequence}`;
    expect(findingsOf(text, signIn)).toMatchObject([{ rule: 'twice', severity: 'medium', unsure: true }]);
  });
});
