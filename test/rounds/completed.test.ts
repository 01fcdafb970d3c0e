import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogFeed } from '../../src/collect/feed.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { completedBy, completing } from '../../src/rounds/completed.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { contoso, scopeOf } from '../support/scope.ts';

const time = Date.UTC(2026, 2, 2, 9, 0, 0);
const beta = {
  id: '00000000-0000-4000-8000-000000000001',
  createdDateTime: new Date(time).toISOString(),
  userId: 'c1000000-0000-4000-8000-000000000001',
  userPrincipalName: 'ada@contoso.example',
  appDisplayName: 'Office',
  ipAddress: '192.0.2.10',
  autonomousSystemNumber: 64_500,
  riskState: 'none',
  status: { errorCode: 0, additionalDetails: 'MFA requirement satisfied' },
};
const stable = {
  createdDateTime: beta.createdDateTime,
  id: beta.id,
  userId: beta.userId,
  userPrincipalName: beta.userPrincipalName,
  appDisplayName: beta.appDisplayName,
  ipAddress: beta.ipAddress,
  riskState: 'none',
  status: { errorCode: 0, additionalDetails: null },
};
const activityOf = (record: unknown, visibleAt = time): Activity => {
  const read = readRecord(record, { tenant: contoso, feed: 'sign-ins.interactive', visibleAt });
  if ('skipped' in read) throw new Error(read.skipped);
  return read;
};

async function reading(records: readonly unknown[], kept: readonly Activity[], poorer: boolean): Promise<readonly unknown[]> {
  const store = createStore({ backend: memoryBackend() });
  const scope = scopeOf(contoso);
  await store.blobs.appendActivities('round.append-activities', scope, '2026-03-02', kept);
  const feed = {
    kind: 'log',
    read: async () => ({
      outcome: { status: 'complete' },
      activities: records.map((record) => activityOf(record, time + 3_600_000)),
      skipped: [],
      readTo: time,
      ...(poorer ? { poorer } : {}),
    }),
  } as unknown as LogFeed;
  const whole = completing(store, scope, feed) as LogFeed;
  const read = await whole.read({} as Parameters<LogFeed['read']>[0], { from: 0, to: time });
  return read.activities.map(({ views }) => views[0]?.record);
}

describe('a log that was read in a poorer form', () => {
  it('gives a record that is kept in the fuller form as that one, to the letter: it is no change', async () => {
    const [record] = await reading([stable], [activityOf(beta)], true);
    expect(JSON.stringify(record)).toBe(JSON.stringify(beta));
  });
  it('takes over what changed', async () => {
    expect(await reading([{ ...stable, riskState: 'atRisk' }], [activityOf(beta)], true)).toEqual([{ ...beta, riskState: 'atRisk' }]);
  });
  it('completes from the version that was read last', async () => {
    const later = { ...beta, riskState: 'atRisk' };
    const [record] = await reading([stable], [activityOf(later, time + 60_000), activityOf(beta)], true);
    expect(record).toEqual({ ...later, riskState: 'none' });
  });
  it('completes from no other log, which may tell of the same event in another form', async () => {
    expect(await reading([stable], [{ ...activityOf(beta), feed: 'unified-audit' }], true)).toEqual([stable]);
  });
  it('leaves what is not kept as it came, and a full reading alone', async () => {
    expect(await reading([stable], [], true)).toEqual([stable]);
    expect(await reading([stable], [activityOf(beta)], false)).toEqual([stable]);
  });
});

describe('completedBy', () => {
  it('never loses what the poorer form says, nor adds a name that neither has', () => {
    const known = fc.dictionary(
      fc.string({ maxLength: 5 }),
      fc.oneof(fc.integer(), fc.string(), fc.dictionary(fc.string({ maxLength: 3 }), fc.integer())),
    );
    fc.assert(
      fc.property(known, known, (poorer, fuller) => {
        const whole = completedBy(poorer, fuller) as Record<string, unknown>;
        expect(new Set(Object.keys(whole))).toEqual(new Set([...Object.keys(poorer), ...Object.keys(fuller)]));
        for (const [name, value] of Object.entries(poorer)) if (typeof value !== 'object') expect(whole[name]).toEqual(value);
      }),
    );
  });
  it('keeps a value that the poorer form has no word for, and survives hostile names', () => {
    expect(completedBy('unknownFutureValue', 'attackerInTheMiddle')).toBe('attackerInTheMiddle');
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as Record<string, unknown>;
    const whole = completedBy({ a: 2 }, hostile) as Record<string, unknown>;
    expect(Object.getPrototypeOf(whole)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
