import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCheck } from '../../cli/check/run.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Baselines, SequenceHit, UserBaseline } from '../../src/contracts/detection.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import type { Detector } from '../../src/detect/detector.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-guard-run-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const ada = 'user:aaaaaaaa-0000-4000-8000-000000000001';
const signIn = (number: number, change: Record<string, unknown> = {}) => ({
  id: `s${number}`,
  createdDateTime: `2026-09-01T10:0${number}:00Z`,
  userPrincipalName: 'ada@contoso.example',
  userId: ada.slice(5),
  appId: 'x',
  ...change,
});

function findingOf(activities: readonly { readonly id: string; readonly time: number; readonly subject: SubjectId }[]): Finding {
  const last = activities.at(-1);
  return {
    v: 1,
    id: activities.map(({ id }) => id).join('+'),
    tenant: 'export',
    rule: 'r',
    title: 't',
    campaign: 'c',
    severity: 'low',
    effect: 'alert',
    stage: 'entry',
    techniques: [],
    subject: last?.subject ?? 'tenant:export',
    related: [],
    time: new Date(last?.time ?? 0).toISOString(),
    activities: activities.map(({ id }) => id),
    why: 'w',
    against: [],
    facts: {},
    standing: true,
  };
}

/** Fires on the earliest sign-in of a user, as the baselines tell it; its one sequence counts every activity of a user. */
function fakeDetector() {
  const seenBaselines: Baselines[] = [];
  const detector: Pick<Detector, 'learn' | 'match' | 'conclude' | 'sequences'> = {
    sequences: [{ rule: 's', timespan: 3_600_000, onlySettled: false }],
    learn(activities, baselines) {
      const learnt = new Map<SubjectId, UserBaseline>();
      for (const { id, time, subject } of activities) {
        const known = learnt.get(subject) ?? baselines.get(subject);
        const first = known?.seen.browser['b'];
        const earliest = first === undefined || time < first.time ? { time, activity: id } : first;
        learnt.set(subject, {
          since: Math.min(known?.since ?? time, time),
          seen: { browser: { b: earliest }, country: {}, network: {}, application: {} },
        });
      }
      return learnt;
    },
    match({ activities, baselines }) {
      seenBaselines.push(baselines);
      const first = (activity: Activity) => baselines.get(activity.subject)?.seen.browser['b']?.activity === activity.id;
      return {
        findings: activities.filter(first).map((activity) => findingOf([activity])),
        hits: activities.map(
          ({ id, time, subject }): SequenceHit => ({ rule: 's', base: 'b', group: subject, activity: id, time, subject, facts: {} }),
        ),
        baselines: new Map(),
        notAssessable: [{ rule: 'r', field: 'userAgent', count: activities.length }],
        rulesEvaluated: 0,
      };
    },
    conclude(_tenant, hits) {
      const sorted = [...hits].sort((a, b) => a.time - b.time);
      const all = sorted.map(({ activity, time, subject }) => ({ id: activity, time, subject }));
      return { findings: all.length > 1 ? [findingOf(all)] : [], atLeast: [] };
    },
  };
  return { detector, seenBaselines };
}

async function run(...contents: (readonly unknown[])[]) {
  const files: string[] = [];
  for (const [i, records] of contents.entries()) {
    const file = join(folder, `${i}.ndjson`);
    await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    files.push(file);
  }
  const { detector } = fakeDetector();
  return { files, result: await runCheck({ files, detector }) };
}

describe('runCheck', () => {
  it('finds what was first by time, whatever the order of files and records', async () => {
    const { files, result } = await run([signIn(5), signIn(4)], [signIn(1), signIn(3)]);
    const single = result.findings.filter(({ finding }) => finding.activities.length === 1);
    expect(single.map(({ places }) => places)).toEqual([[{ file: files[1], record: 1 }]]);
  });

  it('concludes sequences once over all files, with the place of every record, earliest event first', async () => {
    const { files, result } = await run([signIn(5), signIn(4)], [signIn(1)]);
    const sequence = result.findings.find(({ finding }) => finding.activities.length > 1);
    expect(sequence?.places).toEqual([
      { file: files[1], record: 1 },
      { file: files[0], record: 2 },
      { file: files[0], record: 1 },
    ]);
  });

  it('adds what was learnt about a name to its object id, wherever the two are tied together', async () => {
    const nameless = signIn(1, { userId: '00000000-0000-0000-0000-000000000000' });
    const { files, result } = await run([nameless, signIn(4)], [signIn(3)]);
    const single = result.findings.filter(({ finding }) => finding.activities.length === 1);
    expect(single).toMatchObject([{ finding: { subject: ada }, places: [{ file: files[0], record: 1 }] }]);
  });

  it('counts rules that could not be judged over all batches', async () => {
    const { result } = await run([signIn(1)], [signIn(2), signIn(3)]);
    expect(result.notAssessable).toEqual([{ rule: 'r', field: 'userAgent', count: 3 }]);
  });

  it('searches what a damaged archive still gave, and says that this is not all', async () => {
    const file = join(folder, 'damaged.ndjson.gz');
    const packed = gzipSync(
      Array.from({ length: 3000 }, (_, i) => `${JSON.stringify(signIn(1, { id: `s${i}-${Math.sin(i)}` }))}\n`).join(''),
    );
    await writeFile(file, packed.subarray(0, packed.length - 2000));
    const { detector } = fakeDetector();
    const result = await runCheck({ files: [file], detector });
    expect(result.refused).toEqual([{ file, reason: 'it cannot be read: the gzip archive is damaged' }]);
    expect(result.understood).toBeGreaterThan(0);
    expect(result.findings.length).toBeGreaterThan(0);
  });

  it('does not take a fault of detection for a fault of the file', async () => {
    const { detector } = fakeDetector();
    const file = join(folder, 'fine.json');
    await writeFile(file, JSON.stringify([signIn(1)]));
    const broken = { ...detector, match: () => expect.fail('a fault in a rule') };
    await expect(runCheck({ files: [file], detector: broken })).rejects.toThrow('a fault in a rule');
  });

  it('stops reading a file in which nothing is understood, and refuses it', async () => {
    const { result } = await run(Array.from({ length: 60_000 }, (_, i) => ({ hello: 'x'.repeat(50), i })));
    expect(result.refused).toHaveLength(1);
    expect(result.read).toBeLessThan(60_000);
    expect(result.understood).toBe(0);
  });

  it('says that a finding is undated where the record lost its time', async () => {
    const row = { Type: 'SigninLogs', Id: 's9', UserId: ada.slice(5), AppId: 'x', ResultType: '0' };
    const { result } = await run([row]);
    expect(result.findings).toMatchObject([{ undated: true }]);
  });
});
