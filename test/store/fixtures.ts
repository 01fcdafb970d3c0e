// Rows that the store's contract suite writes: small, whole, and of a tenant of their own.
import { randomUUID } from 'node:crypto';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Containment } from '../../src/contracts/containment.ts';
import type { SequenceHit, UserBaseline } from '../../src/contracts/detection.ts';
import type { Exclusion } from '../../src/contracts/doubt.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { DueEntry, FeedState, OutboxEntry } from '../../src/contracts/rows.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { scopeOf } from '../support/scope.ts';

export const noon = Date.UTC(2024, 4, 17, 12);
const iso = (time: number) => new Date(time).toISOString();
export const newScope = (): TenantScope => scopeOf(randomUUID());

export const feedOf = (feed: string, more: Partial<FeedState> = {}): FeedState => ({
  v: 1,
  feed,
  startedAt: noon,
  triedAt: noon,
  outcome: { status: 'complete' },
  ...more,
});
export const findingOf = (scope: TenantScope, more: Partial<Finding> = {}): Finding => ({
  v: 1,
  id: 'f1',
  tenant: scope.tenant,
  rule: 'sample-rule',
  title: 'A sample',
  campaign: 'takeover-core',
  severity: 'medium',
  effect: 'alert',
  stage: 'entry',
  techniques: ['T1078.004'],
  subject: 'user:ada',
  related: [],
  time: iso(noon),
  activities: ['signin:1'],
  why: 'the user agent is a published one',
  against: [],
  facts: { address: '192.0.2.7' },
  standing: true,
  ...more,
});
export const incidentOf = (scope: TenantScope, more: Partial<Incident> = {}): Incident => ({
  v: 1,
  id: 'i1',
  tenant: scope.tenant,
  root: 'user:ada',
  subjects: ['user:ada'],
  episode: 'f1',
  status: 'open',
  severity: 'high',
  campaigns: [],
  title: 'Account takeover',
  summary: 'Ada signed in from a hosting provider.',
  findings: ['f1'],
  withdrawn: [],
  timeline: [],
  why: [],
  against: [],
  unread: [],
  firstAt: iso(noon),
  lastAt: iso(noon),
  openedAt: iso(noon),
  updatedAt: iso(noon),
  revision: 1,
  ...more,
});
export const outboxOf = (incident: string, revision: number, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  v: 1,
  incident,
  revision,
  reason: 'opened',
  createdAt: noon,
  status: 'waiting',
  tries: 0,
  ...more,
});
export const hitOf = (more: Partial<SequenceHit> = {}): SequenceHit => ({
  rule: 'spray',
  base: 'failed-sign-in',
  group: '192.0.2.7',
  activity: 'signin:1',
  time: noon,
  subject: 'user:ada',
  facts: {},
  ...more,
});
export const baselineOf = (
  since: number,
  browsers: readonly (readonly [value: string, time: number, activity: string])[] = [],
): UserBaseline => ({
  since,
  seen: {
    browser: Object.fromEntries(browsers.map(([value, time, activity]) => [value, { time, activity }])),
    country: {},
    network: {},
    application: {},
  },
});
export const containmentOf = (scope: TenantScope, more: Partial<Containment> = {}): Containment => ({
  v: 1,
  id: 'c1',
  tenant: scope.tenant,
  incident: 'i1',
  kind: 'contain',
  dryRun: false,
  request: 'r1',
  by: { oid: 'responder-1', tenant: 'home', name: 'Grace Example', via: 'console' },
  at: iso(noon),
  status: 'intended',
  steps: [],
  staysOpen: [],
  ...more,
});
export const dueOf = (scope: TenantScope, more: Partial<DueEntry> = {}): DueEntry => ({
  v: 1,
  tenant: scope.tenant,
  kind: 'containment',
  id: 'c1',
  dueAt: noon,
  tries: 0,
  ...more,
});
export const activityOf = (scope: TenantScope, id: string, record: Record<string, unknown> = {}): Activity => ({
  id,
  tenant: scope.tenant,
  feed: 'sign-ins.interactive',
  time: noon,
  subject: 'user:ada',
  views: [{ shape: 'sign-in', record }],
});

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
export const exclusionOf = (more: Partial<Exclusion> = {}): Exclusion => ({
  v: 1,
  id: 'e1',
  press: 'p1',
  rule: 'first-seen-session',
  title: 'First-seen session',
  subject: 'user:ada',
  most: 'low',
  reason: 'A trip',
  by: { name: 'Ann Example', via: 'console' },
  at: noon,
  from: noon,
  until: noon + 86_400_000,
  ...more,
});
