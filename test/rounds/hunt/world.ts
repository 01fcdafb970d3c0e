// Three tenants with a month of kept activities, and small content to hunt for in them. Used by the tests of hunts.
import { readRecord } from '../../../src/collect/records/to-activity.ts';
import type { Activity } from '../../../src/contracts/activity.ts';
import { type Bell, bell } from '../../../src/contracts/bells.ts';
import type { PackFiles } from '../../../src/contracts/hunt.ts';
import { createDetector } from '../../../src/detect/detector.ts';
import type { RoundDependencies } from '../../../src/rounds/dependencies.ts';
import { createHuntRules, rulesOf } from '../../../src/rounds/hunt/rules.ts';
import { huntStep } from '../../../src/rounds/hunt/step.ts';
import { sweep } from '../../../src/rounds/sweeper.ts';
import { createStore } from '../../../src/store/create-store.ts';
import { memoryBackend } from '../../../src/store/memory.ts';
import { ConflictError } from '../../../src/store/store.ts';
import type { CrashInjector } from '../../../src/store/writer.ts';
import type { Connection } from '../../../src/tenants/connections.ts';
import { createRegistry } from '../../../src/tenants/registry.ts';
import { countingIds, manualClock } from '../../support/manual-clock.ts';

export const start = Date.UTC(2026, 2, 30, 9);
export const day = 86_400_000;
export const tenants = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`);
export const [contoso = '', fabrikam = '', tailwind = ''] = tenants;
export const ada = 'a0000000-0000-4000-8000-00000000000a';
export const bob = 'b0000000-0000-4000-8000-00000000000b';

const manifest = `id: odd-tool-2026
title: Odd tool
summary: A tool that signs in with its own name.
references: [https://example.com/odd-tool]
first: 2026-01-01
attack: [T1078.004]
targets: Everybody
severity: { single: high, confirmed: critical }
response: { plan: contain }
`;
const rule = (name: string, level: string, condition: string, more = ''): string => `title: ${name}
id: ${name.length.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000
name: odd-tool-2026-${name}
status: stable
tags: [attack.initial-access, attack.t1078.004]
logsource: { product: azure, service: signinlogs }
detection:
${condition}
level: ${level}
${more}`;

/** A published browser (an indicator), wrong passwords that are counted over midnight, and a small sign of something. */
export const content: PackFiles = {
  v: 1,
  pack: 'odd-tool-2026',
  files: [
    { path: 'campaign.yml', text: manifest },
    {
      path: 'indicators.csv',
      text: 'kind,value,name,confidence,valid_from,valid_until,source,note\nuser-agent,OddTool/1.0,ua-odd,80,2026-01-01,,Example,\n',
    },
    {
      path: 'rules/tool.yml',
      text: rule(
        'tool',
        'high',
        '  agent:\n    context.indicator.userAgent: odd-tool-2026/ua-odd\n  success:\n    status.errorCode: 0\n  condition: agent and success',
      ),
    },
    { path: 'rules/small.yml', text: rule('small', 'low', '  agent:\n    userAgent: Small/1.0\n  condition: agent') },
    { path: 'rules/wrong.yml', text: rule('wrong-password', 'low', '  wrong:\n    status.errorCode: 50126\n  condition: wrong') },
    {
      path: 'rules/guessing.yml',
      text: `title: guessing
id: 99999999-0000-4000-8000-000000000000
name: odd-tool-2026-guessing
status: stable
tags: [attack.initial-access]
correlation:
  type: event_count
  rules: [odd-tool-2026-wrong-password]
  group-by: [context.subject]
  timespan: 2h
  condition: { gte: 4 }
  generate: false
level: high
`,
    },
  ],
};

export function signIn(tenant: string, number: number, time: number, { user = ada, agent = 'Mozilla/5.0', error = 0 } = {}): Activity {
  const activity = readRecord(
    {
      id: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`,
      createdDateTime: new Date(time).toISOString(),
      userId: user,
      userPrincipalName: `${user === ada ? 'ada' : 'bob'}@contoso.example`,
      appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
      appDisplayName: 'OfficeHome',
      ipAddress: '192.0.2.7',
      userAgent: agent,
      correlationId: `c${String(number).padStart(7, '0')}-0000-4000-8000-000000000000`,
      sessionId: user === ada ? '5e550000-0000-4000-8000-000000000001' : '5e550000-0000-4000-8000-000000000002',
      isInteractive: true,
      status: { errorCode: error },
      location: { city: 'Oslo', countryOrRegion: 'NO' },
    },
    { tenant, feed: 'sign-ins.interactive', visibleAt: time + 60_000 },
  );
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
}

export async function huntWorld({
  crash,
  channels = ['TG_WEBHOOK_URL'],
  live = false,
  slowMs = 0,
}: {
  readonly crash?: CrashInjector;
  readonly channels?: readonly string[];
  /** The guard's rounds search for the content too. */
  readonly live?: boolean;
  /** How long it takes to ask who people are. */
  readonly slowMs?: number;
} = {}) {
  const clock = manualClock(start);
  const backend = memoryBackend({ clock });
  const events: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const nobody = {} as Connection;
  const assemble = (injector: CrashInjector | undefined, holder: string) => {
    const store = createStore({ backend, crash: injector });
    const registry = createRegistry({ store, clock });
    const deps: RoundDependencies = {
      store,
      registry,
      connect: () => ({ reader: nobody, responder: nobody }),
      directory: {
        read: async () => {
          clock.advance(slowMs);
          return new Map();
        },
      },
      detector: live ? rulesOf(content).detector : createDetector({ campaigns: [] }),
      feeds: [],
      campaigns: [],
      clock,
      ids: countingIds(holder),
      log: (event, fields) => void events.push({ event, fields }),
    };
    return { ...deps, huntRules: createHuntRules({ store }) };
  };
  const quiet = assemble(undefined, 'setup');
  for (const [index, tenant] of tenants.entries()) {
    await quiet.registry.add(tenant, `Tenant ${index + 1}`, {
      channels: channels[index % channels.length] === '' ? [] : [{ kind: 'webhook', setting: channels[index % channels.length] ?? '' }],
    });
  }
  let deps = assemble(crash, 'worker');
  return {
    clock,
    backend,
    events,
    deps: () => deps,
    scope: (tenant: string) => deps.registry.authorise(tenant, 'show'),
    restart(next?: CrashInjector, holder = 'next') {
      deps = assemble(next, holder);
    },
    async keep(tenant: string, activities: readonly Activity[]) {
      const scope = await quiet.registry.authorise(tenant, 'round');
      for (const [date, some] of Map.groupBy(activities, ({ time }) => new Date(time).toISOString().slice(0, 10)))
        await quiet.store.blobs.appendActivities('round.append-activities', scope, date, some);
    },
    /** Bells that ring now, taken off the queue. */
    bells(queue = 'checks'): Bell[] {
      const taken: Bell[] = [];
      for (let message = backend.take(queue); message !== undefined; message = backend.take(queue))
        taken.push(bell.parse(JSON.parse(message.text)));
      return taken;
    },
    /** As sweeper and workers would, until nothing is due: at most `most` minutes. */
    async run(most = 60) {
      for (let minute = 0; minute < most; minute++) {
        await sweep(deps);
        for (let rung = this.bells(); rung.length > 0; rung = this.bells())
          for (const one of rung) {
            if (!('hunt' in one)) continue;
            try {
              await huntStep(deps, one.tenant, one.hunt);
            } catch (error) {
              if (!(error instanceof ConflictError)) throw error;
            }
          }
        if ((await deps.store.due.overdue(clock.now() + 30 * 60_000, 100)).every(({ value }) => value.kind !== 'hunt')) return;
        clock.advance(60_000);
      }
    },
  };
}
