// Numbered points that the night of crash.test.ts does not pass, since a story of their own does, which fails when it misses one.
import type { CrashPoint } from '../../../src/store/crash-points.ts';

/** crash-events.test.ts: what comes from outside. */
export const eventPoints = [
  'commands.put-report',
  'commands.delete-report',
  'commands.set-aside',
  'commands.ring-event',
  'events.set-aside',
  'events.mark-subscription',
  'subscriptions.put-intent',
  'subscriptions.put-created',
  'subscriptions.put-active',
  'subscriptions.put-renewed',
  'subscriptions.put-problem',
  'pushed.put-records',
  'pushed.put-row',
  'pushed.ring-event',
  'pushed.set-aside',
  'round.delete-spooled',
] as const satisfies readonly CrashPoint[];

/** crash-limits.test.ts: what a round leases. */
export const limitPoints = ['limits.lease-block'] as const satisfies readonly CrashPoint[];

/** crash-hunt.test.ts: searching the past. */
export const huntPoints = [
  'hunt.put-content',
  'hunt.put-due',
  'hunt.put',
  'hunt.put-part',
  'hunt.put-findings',
  'hunt.put-sighting',
  'hunt.put-carry',
  'hunt.put-hits',
  'hunt.commit-incident',
  'hunt.end',
  'hunt.put-card-due',
  'hunt.put-card',
  'hunt.ring-respond',
  'hunt.ring',
  'hunt.delete-due',
  'hunt.cancel',
  'sweeper.ring-hunt',
  'retention.remove-hunts',
] as const satisfies readonly CrashPoint[];

/** test/campaigns/publish.test.ts: what the command writes. */
export const packPoints = ['packs.put-content', 'packs.put-current', 'packs.roll-back'] as const satisfies readonly CrashPoint[];

/** crash-indicators.test.ts: copies of foreign feeds. */
export const indicatorPoints = [
  'indicators.put-copy',
  'indicators.put-status',
  'indicators.remove',
] as const satisfies readonly CrashPoint[];

/** crash-doubt.test.ts: exclusions, stages of rules, the digest of staged ones. */
export const doubtPoints = [
  'exclude.put-due',
  'exclude.add',
  'exclude.ring-respond',
  'exclude.end',
  'stages.put',
  'digest.put-people',
  'digest.put-due',
  'digest.put-card',
  'digest.ring-respond',
] as const satisfies readonly CrashPoint[];

/** test/alert/escalate.test.ts: a card that nobody opens; the night has one channel. */
const escalationPoints = ['outbox.put-remind'] as const satisfies readonly CrashPoint[];

export const elsewhere: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  ...huntPoints,
  ...eventPoints,
  ...limitPoints,
  ...doubtPoints,
  ...indicatorPoints,
  ...packPoints,
  ...escalationPoints,
]);
