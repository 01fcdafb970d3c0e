// A person presses Contain on a case, looks again until it has ended, and undoes it, while chosen calls fail. Told against the simulated cloud without its network. Used by faults-contain.test.ts.
import { consentKey } from '../../../simulator/world.ts';
import { apps, contoso, victims } from '../../../simulator/worlds/constants.ts';
import { connectorObject } from '../../../simulator/worlds/mail-flow.ts';
import { containmentOf } from '../../../src/contain/of-incident.ts';
import { press } from '../../../src/contain/press.ts';
import { undo } from '../../../src/contain/undo.ts';
import type { Containment, PlanKind } from '../../../src/contracts/containment.ts';
import { brokenAt } from '../../../src/store/journal.ts';
import { ann, takeover } from '../../contain/setup.ts';
import type { FaultCalls, FaultKind } from '../../support/fault-calls.ts';
import type { FaultyFetch } from '../../support/faulty-fetch.ts';
import type { TestGuard } from '../../support/guard.ts';
import type { CloudSwitch } from '../../support/in-process-cloud.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { handle, type Job, startHost } from './host.ts';

const start = Date.UTC(2026, 2, 2, 3, 0);
const victim = victims.contoso.finance.id;
const phone = '3179e48a-750b-4051-897c-87b9720928f7';
const connectorId = 'd1000000-0000-4000-8000-0000000000f1';
/** How often somebody looks again, and the sweeper rings. */
const againMs = 150_000;
const looksMost = 14;

export type Scene = 'an account' | 'a connector' | 'an account that cannot be blocked';
export const scenes: readonly Scene[] = ['an account', 'a connector', 'an account that cannot be blocked'];
const kindOf = (scene: Scene): PlanKind => (scene === 'a connector' ? 'disable-connector' : 'contain');

const incidentOf = (scene: Scene) => {
  const root = scene === 'a connector' ? (`connector:${connectorId}` as const) : (`user:${victim}` as const);
  return takeover({ tenant: contoso.id, root, subjects: [root] });
};

function furnish({ simulator }: Pick<TestGuard, 'simulator'>, scene: Scene): void {
  const { world } = simulator;
  const tenant = tenantOf({ simulator });
  const method = {
    '@odata.type': '#microsoft.graph.phoneAuthenticationMethod',
    id: phone,
    userId: victim,
    phoneNumber: '+234 5550100',
    phoneType: 'mobile',
    createdDateTime: '2026-03-02T02:41:00Z',
    isDefault: false,
  };
  tenant.methods.write(`${victim}/${phone}`, method, start - 60_000);
  const facts = { name: 'Relay', addresses: ['198.51.100.7'], source: 'AdminUI', type: 'Partner' } as const;
  const connector = { ...connectorObject(tenant, facts, start - 60_000), Guid: connectorId };
  tenant.connectors.write(connectorId, connector, start - 60_000);
  if (scene !== 'an account that cannot be blocked') return;
  const key = consentKey(contoso.id, apps.responder);
  const grant = world.consents.get(key);
  if (grant === undefined) throw new Error('no consent');
  const permissions = grant.permissions.filter((name) => name !== 'User.EnableDisableAccount.All');
  world.consents.set(key, { ...grant, permissions });
}

function tenantOf({ simulator }: Pick<TestGuard, 'simulator'>) {
  const tenant = simulator.world.tenants.get(contoso.id);
  if (tenant === undefined) throw new Error('no such tenant');
  return tenant;
}

/** What is so in the tenant itself, whatever its replicas show. */
function tenantNow(guard: Pick<TestGuard, 'simulator'>) {
  const tenant = tenantOf(guard);
  const user = tenant.users.current(victim);
  const { WhenChangedUTC: _changed, ...connector } = tenant.connectors.current(connectorId) ?? { Guid: '', Name: '' };
  return {
    enabled: user?.accountEnabled,
    passwords: user?.passwordGeneration,
    sessionsEnded: Date.parse(user?.signInSessionsValidFromDateTime ?? '') >= start,
    methods: tenant.methods.all().flatMap(([, { id, userId }]) => (userId === victim ? [id] : [])),
    connector,
  };
}
type Tenant = ReturnType<typeof tenantNow>;

/** What a green step claims. */
const claims: Readonly<Record<string, (now: Tenant, before: Tenant) => boolean>> = {
  'block-sign-in': ({ enabled }) => enabled === false,
  'end-sessions': ({ sessionsEnded }) => sessionsEnded,
  'remove-methods': ({ methods }) => !methods.includes(phone),
  'new-password': ({ passwords }, before) => passwords !== before.passwords,
  'disable-inbound-connector': ({ connector }) => 'Enabled' in connector && connector.Enabled === false,
};
const isGreen = (outcome: { readonly outcome: string } | undefined): boolean =>
  outcome?.outcome === 'contained' || outcome?.outcome === 'already';
const restored: Readonly<Record<string, (now: Tenant, before: Tenant) => boolean>> = {
  'block-sign-in': ({ enabled }, before) => enabled === before.enabled,
  'disable-inbound-connector': ({ connector }, before) => JSON.stringify(connector) === JSON.stringify(before.connector),
};

export interface ContainStoryOptions {
  readonly make: CloudSwitch['make'];
  readonly wire: FaultyFetch;
  readonly scene: Scene;
  readonly plan: readonly (readonly [number, FaultKind])[];
}
interface Ending extends Awaited<ReturnType<typeof endingOf>> {
  /** What was so, and what the card said, when the containment had ended. */
  readonly contained: Tenant;
  readonly shown: string | undefined;
}
export interface ContainStory {
  readonly faults: FaultCalls;
  readonly errors: readonly unknown[];
  /** Steps that were shown green at some time while the tenant knew better. */
  readonly untrue: readonly string[];
  readonly ending: Ending;
  readonly before: Tenant;
}

export async function tellContainment({ make, wire, scene, plan }: ContainStoryOptions): Promise<ContainStory> {
  const clock = manualClock(start);
  const incident = incidentOf(scene);
  const untrue: string[] = [];
  const containmentNow = async (guard: TestGuard): Promise<Containment | undefined> => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    const stored = await guard.deps.store.state.incident(scope, incident.id);
    return stored && containmentOf(guard.deps, scope, stored.value);
  };
  const finish: Job = async (living) => {
    const { store, registry } = living.deps;
    const scope = await registry.authorise(contoso.id, 'finish');
    for (const { kind, id } of await store.due.ofTenant(scope))
      if (kind === 'containment') await handle(living, 'respond', JSON.stringify({ v: 1, tenant: contoso.id, containment: id }));
  };
  const host = await startHost({
    clock,
    wire,
    plan: new Map(plan),
    guard: { start, makeCloud: (options) => make({ ...options, seed: 'contain', ordinary: false, historyDays: 1 }) },
    besides: [finish],
    async look(guard) {
      const now = tenantNow(guard);
      const containment = await containmentNow(guard);
      const undoing = containment?.status === 'undoing' || containment?.status === 'undone';
      for (const step of containment?.steps ?? []) {
        if (!undoing && isGreen(step.result) && claims[step.action]?.(now, before) !== true) untrue.push(step.id);
        if (undoing && isGreen(step.undo) && restored[step.action]?.(now, before) !== true) untrue.push(`${step.id}, undone`);
      }
    },
  });
  furnish(host.guard(), scene);
  const before = tenantNow(host.guard());
  const scope = await host.guard().deps.registry.authorise(contoso.id, 'respond');
  await host.guard().deps.store.state.commitIncident('incident.close', scope, { value: incident }, []);

  /** Whoever gets no answer presses once more, and everybody looks again until it has ended. */
  async function until(end: Containment['status'], job: Job): Promise<void> {
    let answered = false;
    for (let looks = 0; looks < looksMost; looks++) {
      answered ||= (await host.run(job)) === 'done';
      await host.drain();
      const now = await host.faults.aside(() => containmentNow(host.guard()));
      if (answered && now?.status === end) return;
      clock.advance(againMs);
      await host.sweep();
    }
  }
  const { faults } = host;
  faults.arm();
  await until('done', async ({ deps }) => {
    const authorised = await deps.registry.authorise(contoso.id, 'respond');
    await press(deps, authorised, { incident: incident.id, kind: kindOf(scene), request: 'press-1', by: ann });
  });
  const contained = tenantNow(host.guard());
  const steps = (await faults.aside(() => containmentNow(host.guard())))?.steps;
  const shown = steps?.map(({ id, status, result }) => `${id} ${status}: ${result?.outcome}`).join(', ');
  clock.advance(againMs);
  await until('undone', async ({ deps }) => {
    const authorised = await deps.registry.authorise(contoso.id, 'respond');
    const { containment = '' } = (await deps.store.state.incident(authorised, incident.id))?.value ?? {};
    await undo(deps, authorised, { containment, request: 'undo-1', by: ann, reason: 'A trip.' });
  });
  faults.disarm();
  for (let hour = 0; hour < 3; hour++) {
    await host.sweep();
    await host.drain();
    clock.advance(3_600_000);
  }
  const ending = { contained, shown, ...(await endingOf(host.guard(), incident.id)) };
  await host.guard().close();
  return { faults, errors: host.errors, untrue, ending, before };
}

async function endingOf(guard: TestGuard, id: string) {
  const { store, registry } = guard.deps;
  const scope = await registry.authorise(contoso.id, 'show');
  const incident = (await store.state.incident(scope, id))?.value;
  const containment = (await store.journal.containment(scope, incident?.containment ?? ''))?.value;
  const entries = await store.journal.entries(scope, containment?.id ?? '');
  const evidence: string[] = [];
  for await (const page of guard.backend.list('evidence', '')) evidence.push(...page.map(({ name }) => name));
  return {
    tenant: tenantNow(guard),
    incident: [incident?.status, incident?.containment, incident?.containments],
    status: containment?.status,
    steps: containment?.steps.map((step) => [step.id, step.status, step.result?.outcome, step.undo?.outcome]),
    staysOpen: containment?.staysOpen ?? [],
    journal: entries.map((entry) => `${entry.step ?? ''} ${entry.kind}`).sort(),
    brokenAt: brokenAt(scope, containment?.id ?? '', entries),
    cards: (await store.state.outboxOf(scope, id)).map(({ value }) => `${value.reason} ${value.status}`).sort(),
    waiting: (await store.due.ofTenant(scope)).map(({ kind, id: of }) => `${kind} ${of}`),
    evidence: evidence.sort(),
  };
}
