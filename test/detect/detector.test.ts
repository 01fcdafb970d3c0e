import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Baselines, Directory, SequenceHit } from '../../src/contracts/detection.ts';
import { finding as findingSchema } from '../../src/contracts/finding.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { createDetector } from '../../src/detect/detector.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../campaigns'));
const tenant = '00000000-0000-4000-8000-000000000001';
const linux = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const edge =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0';
const officeHome = '4765445b-32c6-49b0-83e6-1d93765276ca';
const teams = '1fec8e78-bce4-4aaf-ab1b-5451cc387264';
const person = (number: number): SubjectId => `user:11111111-0000-4000-8000-${String(number).padStart(12, '0')}`;
const at = (day: number, minutes = 0) => Date.UTC(2026, 0, day, 9) + minutes * 60_000;

function signIn(id: string, who: number, time: number, record: Record<string, unknown> = {}): Activity {
  return {
    id: `signin:${id}`,
    tenant,
    feed: 'sign-ins.interactive',
    time,
    visibleAt: time + 300_000,
    subject: person(who),
    subjectName: `person${who}@contoso.example`,
    views: [
      {
        shape: 'sign-in',
        record: {
          id,
          appId: officeHome,
          appDisplayName: 'OfficeHome',
          userAgent: linux,
          ipAddress: '203.0.113.7',
          location: { city: 'Chisinau', countryOrRegion: 'MD' },
          status: { errorCode: 0 },
          authenticationProtocol: 'oAuth2',
          resourceId: 'x',
          autonomousSystemNumber: 64500,
          ...record,
        },
      },
    ],
  };
}
function method(id: string, who: number, time: number): Activity {
  return {
    id: `directory:${id}`,
    tenant,
    feed: 'directory-audits',
    time,
    subject: person(who),
    views: [
      {
        shape: 'directory-audit',
        record: {
          activityDisplayName: 'User registered security info',
          result: 'success',
          resultReason: 'User registered Authenticator App with Notification and Code',
          targetResources: [{ id: person(who).slice(5), type: 'User', modifiedProperties: [] }],
          initiatedBy: { user: { id: person(who).slice(5) } },
          additionalDetails: [],
        },
      },
    ],
  };
}
const usual = (who: number, day: number, agent = edge) =>
  signIn(`usual-${who}-${day}`, who, at(day), {
    userAgent: agent,
    ipAddress: '192.0.2.10',
    location: { countryOrRegion: 'CH' },
    appId: teams,
    appDisplayName: 'Teams',
  });

/** Everything at once, as `check` does. */
function offline(activities: readonly Activity[], directory: Directory = new Map()) {
  const detector = createDetector({ campaigns });
  const baselines = detector.learn(activities, new Map());
  const matched = detector.match({ activities, baselines, directory });
  return [...matched.findings, ...detector.conclude(tenant, matched.hits).findings].sort((a, b) => (a.id < b.id ? -1 : 1));
}
const campaignOf = (activities: readonly Activity[], directory?: Directory) =>
  offline(activities, directory).filter(({ campaign }) => campaign === 'azure-ato-2024');
const attack = (who: number, day: number, record: Record<string, unknown> = {}) => [
  signIn(`attack-${who}`, who, at(day), record),
  method(`attack-${who}`, who, at(day, 20)),
];

describe('a takeover', () => {
  it('gives findings that hold to their schema and say who, why, and what speaks against it', () => {
    const found = campaignOf(attack(1, 20));
    for (const one of found) expect(() => findingSchema.parse(one)).not.toThrow();
    const takeover = found.find(({ rule }) => rule === 'azure-ato-2024-takeover');
    expect(takeover).toMatchObject({
      severity: 'high',
      effect: 'alert',
      stage: 'persistence',
      subject: person(1),
      subjectName: 'person1@contoso.example',
      time: '2026-01-20T09:20:00.000Z',
      activities: ['signin:attack-1', 'directory:attack-1'],
      facts: {
        place: 'Chisinau, MD',
        application: 'OfficeHome',
        address: '203.0.113.7',
        network: 'AS64500',
        userAgent: linux,
        method: 'Authenticator App with Notification and Code',
        events: '2',
      },
    });
    expect(takeover?.why).toContain('an authentication method was registered');
    expect(takeover?.against).not.toEqual([]);
  });
  it('is worse for an executive, its single stages are not', () => {
    const chief: Directory = new Map([[person(1), { title: 'Directrice générale' }]]);
    const severities = campaignOf(attack(1, 20), chief).map(({ rule, severity }) => [rule, severity]);
    expect(severities).toContainEqual(['azure-ato-2024-sign-in', 'medium']);
    expect(severities).toContainEqual(['azure-ato-2024-takeover', 'critical']);
  });
  it('is found with seeded users, times and record order amid people with the same browser, and only then', () => {
    const days = [1, 3, 6, 10, 15, 19, 20];
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 99 }),
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.infiniteStream(fc.nat()),
        (victim, minute, later, order) => {
          const crowd = [1, 2, 3, 4, 5].flatMap((who) => days.map((day) => usual(who, day, linux)));
          const scene = (record: Record<string, unknown>) =>
            [
              ...crowd,
              ...days.map((day) => usual(victim, day)),
              signIn('entry', victim, at(20, minute), record),
              method('entry', victim, at(20, minute + later)),
              method('phone', 3, at(20, 30)),
            ]
              .map((activity) => ({ activity, key: order.next().value ?? 0 }))
              .sort((a, b) => a.key - b.key)
              .map(({ activity }) => activity);
          expect(
            campaignOf(scene({}))
              .map(({ rule, subject }) => [rule, subject])
              .sort(),
          ).toEqual([
            ['azure-ato-2024-sign-in', person(victim)],
            ['azure-ato-2024-takeover', person(victim)],
          ]);
          expect(campaignOf(scene({ appId: teams }))).toEqual([]);
          expect(campaignOf(scene({ userAgent: linux.replace('120', '121') }))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('rounds', () => {
  const everything = [
    ...attack(1, 20),
    ...attack(2, 21, { userAgent: linux.replaceAll(' ', '') }),
    ...[1, 5, 9, 14].flatMap((day) => [usual(1, day), usual(2, day)]),
    method('later', 1, at(25)),
  ];
  const round = (
    detector: ReturnType<typeof createDetector>,
    activities: readonly Activity[],
    stored: { baselines: Baselines; hits: SequenceHit[] },
  ) => {
    const directory: Directory = new Map();
    const wanted = new Set(
      detector.groupsOf({ activities, baselines: stored.baselines, directory }).map(({ rule, group }) => `${rule} ${group}`),
    );
    const hits = stored.hits.filter(({ rule, group }) => wanted.has(`${rule} ${group}`));
    const result = detector.detect({ activities, baselines: stored.baselines, directory, hits });
    stored.baselines = new Map([...stored.baselines, ...result.baselines]);
    stored.hits.push(...result.hits);
    return result;
  };
  it('give in the end what one pass over everything gives, in whatever portions and however often records come', () => {
    const whole = new Map(campaignOf(everything).map((one) => [one.id, one.activities]));
    fc.assert(
      fc.property(fc.shuffledSubarray(everything, { minLength: everything.length }), fc.integer({ min: 1, max: 5 }), (order, size) => {
        const detector = createDetector({ campaigns });
        const stored = { baselines: new Map() as Baselines, hits: [] as SequenceHit[] };
        const standing = new Map<string, readonly string[]>();
        for (let from = 0; from < order.length; from += size) {
          for (const one of round(detector, order.slice(Math.max(0, from - 1), from + size), stored).findings)
            if (one.campaign === 'azure-ato-2024') standing.set(one.id, one.activities);
        }
        // Anchors that late records moved are withdrawn by the round; what follows from the full set must be there.
        for (const [id, activities] of whole) expect(standing.get(id)).toEqual(activities);
      }),
      { numRuns: 25 },
    );
  });
  it('match a batch once, though they ask for its groups first', () => {
    const detector = createDetector({ campaigns });
    const activities = attack(1, 20);
    const baselines: Baselines = new Map();
    const directory: Directory = new Map();
    expect(detector.groupsOf({ activities, baselines, directory })).toContainEqual({ rule: 'azure-ato-2024-takeover', group: person(1) });
    const first = detector.match({ activities, baselines, directory });
    expect(detector.match({ activities, baselines, directory })).toBe(first);
  });
});

describe('what could not be judged', () => {
  it('is said, not passed over: a sign-in without user agent', () => {
    const detector = createDetector({ campaigns });
    const { findings, notAssessable } = detector.detect({
      activities: [signIn('bare', 1, at(20), { userAgent: undefined })],
      baselines: new Map(),
      directory: new Map(),
      hits: [],
    });
    expect(findings.filter(({ campaign }) => campaign === 'azure-ato-2024')).toEqual([]);
    expect(notAssessable).toContainEqual({ rule: 'azure-ato-2024-officehome-entry', field: 'userAgent', count: 1 });
  });
});

describe('rules brought by path', () => {
  const brought = (text: string) => createDetector({ campaigns: [], extraRules: [{ file: 'own.yml', text }] });
  it('run as community rules, with their own level', () => {
    const detector = brought(
      'title: Teams\nlogsource: { product: azure, service: signinlogs }\ndetection: { a: { AppId: x }, condition: a }\nlevel: critical',
    );
    const { findings } = detector.match({
      activities: [signIn('one', 1, at(1), { appId: 'X' })],
      baselines: new Map(),
      directory: new Map(),
    });
    expect(findings).toMatchObject([{ campaign: 'community', severity: 'critical', title: 'Teams' }]);
  });
  it('that are broken or cannot match are problems, and stop nobody', () => {
    expect(brought('title: [').problems).toMatchObject([{ file: 'own.yml', line: expect.any(Number) }]);
    const deaf = brought(
      'title: Deaf\nlogsource: { product: azure, service: signinlogs }\ndetection: { a: { NoSuchField: x }, condition: a }\nlevel: low',
    );
    expect(deaf.problems[0]?.message).toContain('cannot match');
  });
});

describe('hostile records', () => {
  it('never stop detection', () => {
    const detector = createDetector({ campaigns });
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 3 }),
        fc.constantFrom('sign-in', 'directory-audit', 'unified-audit', 'transport-rule'),
        (record, shape) => {
          const activity: Activity = {
            ...signIn('hostile', 1, at(20)),
            views: [{ shape: shape as 'sign-in', record: { status: { errorCode: 0 }, appId: officeHome, ...record } }],
          };
          expect(() => detector.detect({ activities: [activity], baselines: new Map(), directory: new Map(), hits: [] })).not.toThrow();
        },
      ),
    );
  });
  it('cannot reach a prototype through names of rules, groups or facts', () => {
    const activity = signIn('__proto__', 1, at(20), {
      appDisplayName: '__proto__',
      location: { city: '__proto__', countryOrRegion: 'constructor' },
    });
    const found = offline([activity]);
    expect(Object.getPrototypeOf(found[0]?.facts)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['place']).toBeUndefined();
  });
});
