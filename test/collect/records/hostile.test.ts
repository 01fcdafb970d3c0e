import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesIn } from '../../../src/collect/records/names.ts';
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import { storedActivity } from '../../../src/contracts/activity.ts';
import { consent, context, inboxRule, signIn, unifiedConsent, unifiedSignIn } from './samples.ts';

const templates: readonly Record<string, unknown>[] = [
  signIn,
  consent,
  unifiedConsent,
  unifiedSignIn,
  inboxRule,
  { AuditData: JSON.stringify(inboxRule), CreationDate: '9/1/2026 10:00:00 AM' },
  { time: '2026-09-01T10:00:00Z', category: 'SignInLogs', properties: signIn },
  { 'Date (UTC)': '2026-09-01T10:00:00Z', 'Request ID': 'r', Username: 'ada@contoso.example' },
  { 'Date (UTC)': '2026-09-01T10:00:00Z', Activity: 'Update user', Target1Type: 'User' },
  { Type: 'SigninLogs', Id: 'x', UserId: 'y', AppId: 'z', ResultType: '0', TimeGenerated: '2026-09-01T10:00:00Z' },
  { Type: 'OfficeActivity', OfficeId: 'x', Operation: 'New-InboxRule', TimeGenerated: '2026-09-01T10:00:00Z' },
];

/** A record in which some fields, at any depth, hold something else. */
const spoiled = fc
  .tuple(fc.constantFrom(...templates), fc.array(fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 4 }))
  .map(([template, changes]) => {
    const record = structuredClone(template);
    for (const [which, value] of changes) {
      let place: Record<string, unknown> = record;
      for (let depth = 0; depth < which % 3; depth++) {
        const inner = Object.values(place).filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
        place = inner[which % Math.max(1, inner.length)] ?? place;
      }
      const keys = Object.keys(place);
      const key = keys[which % Math.max(1, keys.length)];
      if (key !== undefined) place[key] = value;
    }
    return record;
  });

describe('whatever stands in a record', () => {
  it('never makes the readers throw, and gives an activity that can be stored or a reason', () => {
    fc.assert(
      fc.property(fc.oneof(spoiled, fc.jsonValue(), fc.anything()), (raw) => {
        const activity = readRecord(raw, context);
        if ('skipped' in activity) {
          expect(activity.skipped.length).toBeLessThan(500);
          return;
        }
        namesIn(activity, () => undefined);
        expect(activity.id.length).toBeLessThan(500);
        expect(activity.subject.length).toBeLessThan(500);
        expect(Number.isSafeInteger(activity.time)).toBe(true);
        for (const view of activity.views) expect(view.record).toBeTypeOf('object');
        storedActivity.parse(JSON.parse(JSON.stringify({ ...activity, v: 1 })));
      }),
      { numRuns: 3000 },
    );
  });

  it('cannot reach the prototype of anything', () => {
    const raw: unknown = JSON.parse(
      `{"__proto__":{"polluted":true},"Type":"OfficeActivity","OfficeId":"x","Operation":"y","TimeGenerated":"2026-09-01T10:00:00Z","constructor":"z"}`,
    );
    const activity = readRecord(raw, context);
    expect(activity).not.toHaveProperty('skipped');
    expect({}).not.toHaveProperty('polluted');
    if ('views' in activity) expect(Object.getPrototypeOf(activity.views[0]?.record)).toBe(Object.prototype);
  });

  it('does not make ids and names as long as itself', () => {
    const long = 'x'.repeat(10_000_000);
    const activity = readRecord({ ...signIn, id: long, userId: long, userPrincipalName: long, status: long }, context);
    expect(activity).not.toHaveProperty('skipped');
    if ('id' in activity) {
      expect(activity.id.length).toBeLessThan(500);
      expect(activity.subject.length).toBeLessThan(500);
    }
  });
});
