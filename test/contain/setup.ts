// One tenant under attack, an incident about it, and the tools to contain it, on the in-memory store with a clock that waiting moves.
import type { ContainTools } from '../../src/contain/tools.ts';
import type { PlanKind, Responder } from '../../src/contracts/containment.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { type TenantEntry, type TenantPolicy, tenantPolicy } from '../../src/contracts/policy.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { countingIds, type ManualClock, manualClock } from '../support/manual-clock.ts';
import { contoso, scopeOf } from '../support/scope.ts';
import { FakeTenant, ids } from './fake-tenant.ts';

export const start = Date.UTC(2026, 2, 2, 3, 0);
export const scope = scopeOf(contoso);
export const ann: Responder = { oid: ids.responder, tenant: contoso, name: 'Ann Example', via: 'console' };

export const takeover = (more: Partial<Incident> = {}): Incident => ({
  v: 1,
  id: '0123456789abcdef0123456789abcdef',
  tenant: contoso,
  root: `user:${ids.victim}`,
  rootName: 'Marta Ferrer',
  subjects: [`user:${ids.victim}`],
  episode: 'f1',
  status: 'open',
  severity: 'high',
  campaigns: [{ id: 'azure-ato-2024', title: 'Azure account takeover', confirmed: true }],
  title: 'Azure account takeover: Marta Ferrer',
  summary: '3 findings in 12 minutes: first “Sign-in to OfficeHome”, last “Phone registered”.',
  findings: ['f1', 'f2', 'f3'],
  withdrawn: [],
  timeline: [
    {
      time: '2026-03-02T02:31:00.000Z',
      visibleAt: '2026-03-02T02:36:00.000Z',
      text: 'Sign-in to OfficeHome',
      place: 'Lagos, NG',
      application: 'OfficeHome',
      network: 'AS64500',
      severity: 'high',
      finding: 'f1',
    },
    {
      time: '2026-03-02T02:41:00.000Z',
      visibleAt: '2026-03-02T02:44:00.000Z',
      text: 'Authenticator registered',
      severity: 'high',
      finding: 'f2',
    },
    { time: '2026-03-02T02:43:00.000Z', visibleAt: '2026-03-02T02:45:00.000Z', text: 'Phone registered', severity: 'high', finding: 'f3' },
  ],
  why: ['The browser is the one that the campaign uses on OfficeHome.'],
  against: ['The user travelled to this country before.'],
  unread: [],
  firstAt: '2026-03-02T02:31:00.000Z',
  lastAt: '2026-03-02T02:43:00.000Z',
  openedAt: '2026-03-02T02:46:00.000Z',
  updatedAt: '2026-03-02T02:46:00.000Z',
  notified: 'high',
  revision: 1,
  ...more,
});

export interface World {
  readonly clock: ManualClock;
  readonly tenant: FakeTenant;
  readonly backend: Backend;
  readonly incident: Incident;
  policy: TenantPolicy;
  status: TenantEntry['status'];
  tools(crash?: CrashInjector): ContainTools;
}

export async function world(more: Partial<Incident> = {}, policy: Partial<TenantPolicy> = {}): Promise<World> {
  const clock = manualClock(start);
  const tenant = new FakeTenant(clock);
  const backend = memoryBackend();
  const incident = takeover(more);
  await createStore({ backend }).state.commitIncident('incident.close', scope, { value: incident }, []);
  let process = 0;
  const self: World = {
    clock,
    tenant,
    backend,
    incident,
    policy: tenantPolicy.parse({ v: 1, live: true, ...policy }),
    status: 'active',
    tools: (crash) => ({
      store: createStore({ backend, crash }),
      registry: {
        entry: async () => ({
          v: 1,
          tenant: contoso,
          name: 'Contoso',
          status: self.status,
          addedAt: '2026-01-01T00:00:00.000Z',
          policy: self.policy,
        }),
      },
      connect: () => tenant.connections(),
      clock,
      ids: countingIds(`process-${++process}`),
      wait: async (milliseconds) => clock.advance(milliseconds),
    }),
  };
  return self;
}

export const pressOf = (kind: PlanKind = 'contain', request = 'press-1') => ({ incident: takeover().id, kind, request, by: ann });
