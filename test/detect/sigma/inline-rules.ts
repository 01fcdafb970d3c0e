// Small rules and records for the Sigma tests; every verdict is asked of the engine and of the naive evaluator, which must agree.
import { expect } from 'vitest';
import type { Activity, Shape } from '../../../src/contracts/activity.ts';
import type { Context } from '../../../src/contracts/context.ts';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { matchNaively } from '../../../src/detect/sigma/naive.ts';
import { parseRule } from '../../../src/detect/sigma/parse.ts';
import type { SigmaRule } from '../../../src/detect/sigma/rule.ts';
import type { Placeholders } from '../../../src/detect/sigma/values.ts';

const sources: Readonly<Record<Shape, string>> = {
  'sign-in': '{product: azure, service: signinlogs}',
  'directory-audit': '{product: azure, service: auditlogs}',
  'risk-detection': '{product: azure, service: riskdetection}',
  'unified-audit': '{product: m365, service: audit}',
  'service-principal': '{product: tenant-guard, service: service-principals}',
  'permission-grant': '{product: tenant-guard, service: permission-grants}',
  'inbound-connector': '{product: tenant-guard, service: inbound-connectors}',
  'transport-rule': '{product: tenant-guard, service: transport-rules}',
  'security-alert': '{product: m365, service: security-alerts}',
  application: '{product: tenant-guard, service: applications}',
  'app-role-assignment': '{product: tenant-guard, service: app-role-assignments}',
  'outbound-connector': '{product: tenant-guard, service: outbound-connectors}',
  'inbox-rule': '{product: tenant-guard, service: inbox-rules}',
  mailbox: '{product: tenant-guard, service: mailboxes}',
  'mailbox-permission': '{product: tenant-guard, service: mailbox-permissions}',
  'cross-tenant-partner': '{product: tenant-guard, service: partners}',
  'delegated-admin-relationship': '{product: tenant-guard, service: delegated-admin-relationships}',
  domain: '{product: tenant-guard, service: domains}',
  organization: '{product: tenant-guard, service: organization}',
  'security-defaults': '{product: tenant-guard, service: security-defaults}',
  'conditional-access-policy': '{product: tenant-guard, service: conditional-access-policies}',
  'authentication-methods-policy': '{product: tenant-guard, service: authentication-methods-policy}',
};

/** A rule text; `detection` is indented YAML below `detection:`. */
export const ruleText = (detection: string, shape: Shape = 'sign-in', name = 'a_rule'): string =>
  `title: A rule\nname: ${name}\nlevel: low\nlogsource: ${sources[shape]}\ndetection:\n${detection.replace(/^(?=.)/gm, '  ')}\n`;

export function inlineRule(detection: string, shape: Shape = 'sign-in', strict = false, name = 'a_rule'): SigmaRule {
  const rule = parseRule(ruleText(detection, shape, name), 'inline.yml', { strict });
  if (rule.kind !== 'rule') throw new Error('expected a rule');
  return rule;
}

export const activityOf = (shape: Shape, record: Record<string, unknown>): Activity => ({
  id: 'a',
  tenant: 't',
  feed: 'export',
  time: Date.UTC(2026, 8, 1),
  subject: 'user:00000000-0000-0000-0000-000000000001',
  views: [{ shape, record }],
});

export interface Asked {
  readonly shape?: Shape;
  readonly context?: Context;
  readonly placeholders?: Placeholders;
}

/** Judges a record: true, false, or the fields for want of which it cannot be judged. */
export function judge(detection: string, record: Record<string, unknown>, asked: Asked = {}): boolean | string[] {
  const { shape = 'sign-in', context = {}, placeholders = {} } = asked;
  const rule = inlineRule(detection, shape);
  const engine = compile([rule], { placeholders });
  const activity = activityOf(shape, record);
  const matched = engine.match(activity, context).length === 1;
  const open = engine.notAssessable().map(({ field }) => field);
  const [naive] = matchNaively([rule], activity, context, placeholders);
  expect({ matched, open: open.length > 0 }).toEqual({
    matched: naive?.verdict === true,
    open: naive !== undefined && naive.verdict === undefined,
  });
  return open.length > 0 ? open.sort() : matched;
}

/** Judges one item of a selection. */
export const judgeItem = (item: string, record: Record<string, unknown>, asked: Asked = {}): boolean | string[] =>
  judge(`sel:\n  ${item.replaceAll('\n', '\n  ')}\ncondition: sel`, record, asked);
