// One night in two tenants, hour by hour: learn, attack, card, press, verify, undo, and the day after. Every chapter begins at a fixed time, so that a process that died in one
// has caught up before the next. Used by the crash scenarios.
import { responders, victims } from '../../../simulator/worlds/constants.ts';
import { markOpened } from '../../../src/alert/outbox.ts';
import { type PressResult, press } from '../../../src/contain/press.ts';
import { undo } from '../../../src/contain/undo.ts';
import type { Activity } from '../../../src/contracts/activity.ts';
import type { Responder } from '../../../src/contracts/containment.ts';
import type { DueEntry } from '../../../src/contracts/rows.ts';
import { dismiss } from '../../../src/incidents/dismiss.ts';
import { runTask } from '../../../src/rounds/tasks.ts';
import { type MemoryBackend, memoryBackend } from '../../../src/store/memory.ts';
import { ConflictError } from '../../../src/store/store.ts';
import { UnknownTenantError } from '../../../src/tenants/registry.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../../support/guard.ts';
import type { CloudSwitch } from '../../support/in-process-cloud.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { type Death, type Host, startHost } from './host.ts';

const begin = Date.UTC(2026, 2, 2, 9, 0, 0);
const minutes = (count: number): number => begin + count * 60_000;
export const tailwind = { id: '9b1c2d3e-4f50-4a61-8b72-93a4b5c6d7e8', name: 'Tailwind' } as const;
const ingrid: Responder = { oid: responders.first.id, tenant: contoso.id, name: 'Ingrid Solberg', via: 'console' };
/** Whoever holds the victim's session presses too, on their own case. */
const claire: Responder = { oid: victims.fabrikam.finance.id, tenant: contoso.id, name: 'Claire Fontaine', via: 'console' };

/** Directory replicas that lag behind for longer than a press waits, so that looking has to go on later. */
const lagMs = 70_000;

/** The storage account is busy at one moment: one part of the evidence cannot be frozen, which is said and stops nothing. */
function withBusyEvidence(backend: MemoryBackend): MemoryBackend {
  return {
    ...backend,
    put(container, name, content, ifAbsent) {
      if (container === 'evidence' && name.includes(fabrikam.id) && name.includes('records'))
        return Promise.reject(Object.assign(new Error('The storage account is busy.'), { statusCode: 503 }));
      return backend.put(container, name, content, ifAbsent);
    },
  };
}

export async function tellStory(cloud: CloudSwitch, deaths: readonly Death[] = []): Promise<Host> {
  const clock = manualClock(begin);
  const backend = withBusyEvidence(memoryBackend({ clock }));
  const host = await startHost({
    backend,
    deaths,
    start: (crash) =>
      startGuard({
        start: begin,
        clock,
        backend,
        crash,
        makeCloud: cloud.make,
        cadence: { fast: 900, config: 900, reconcile: 1200 },
        simulator: { historyDays: 1, ordinary: false, lagMs, delays: { signIns: 0, directoryAudits: 0, unifiedAudit: 0 } },
      }),
  });

  /** A person tries again, every minute, until there is an answer. */
  async function insist(job: string, work: (guard: TestGuard) => Promise<unknown>): Promise<void> {
    while ((await host.ask(job, (guard) => work(guard).then(() => 'done'))) === undefined) await host.until(clock.now() + 60_000);
  }
  const scopeOf = (guard: TestGuard, tenant: string) => guard.deps.registry.authorise(tenant, 'respond');
  const incidentOf = async (guard: TestGuard, tenant: string): Promise<string> => {
    const all = (await guard.deps.store.state.incidents(await scopeOf(guard, tenant), 10)).map(({ value }) => value);
    const victim = tenant === contoso.id ? victims.contoso.finance : victims.fabrikam.finance;
    const found = all.find(({ subjects }) => subjects.includes(`user:${victim.id}`));
    if (found === undefined) throw new Error(`no incident of ${victim.upn}`);
    return found.id;
  };
  const pressIn = (tenant: string, request: string, by: Responder) => async (guard: TestGuard) =>
    accepted(
      await press(guard.deps, await scopeOf(guard, tenant), { incident: await incidentOf(guard, tenant), kind: 'contain', request, by }),
    );

  host.chapter('learn');
  await insist('onboard', async ({ deps }) => {
    await deps.registry.add(tailwind.id, tailwind.name).catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
    });
    await deps.registry.update(tailwind.id, (entry) => ({ ...entry, status: 'paused' }));
  });
  await host.until(minutes(36));

  host.chapter('attack');
  const { simulator } = host.guard();
  for (const tenant of ['contoso', 'fabrikam']) simulator.control.attack({ attack: 'azure-ato', tenant, at: minutes(30) });
  for (const { id } of [contoso, fabrikam])
    await host.deliver({ id: `event-${id}`, source: '/drill', specversion: '1.0', type: 'TenantGuard.CheckTenant', data: { tenant: id } });
  await host.until(minutes(44));
  // A record changes after it was first read: the failed try of a bystander turns out to have been none.
  const log = simulator.world.tenants.get(contoso.id)?.signIns;
  const failed = log?.visible(clock.now()).find(({ status }) => (status as { errorCode?: number }).errorCode === 50126);
  if (log === undefined || failed === undefined) throw new Error('no failed sign-in in the log');
  log.add({
    time: Date.parse(String(failed['createdDateTime'])),
    visibleAt: clock.now(),
    record: { ...failed, status: { ...(failed['status'] as object), errorCode: 50058 } },
  });
  await host.until(minutes(62));

  host.chapter('press');
  await insist('open', async (guard) => markOpened(guard.deps, await scopeOf(guard, contoso.id), await incidentOf(guard, contoso.id)));
  await insist('press', pressIn(contoso.id, 'request-contoso-1', ingrid));
  await insist('press on oneself', pressIn(fabrikam.id, 'request-fabrikam-1', claire));
  await insist('press elsewhere', pressIn(fabrikam.id, 'request-fabrikam-2', ingrid));
  await host.until(minutes(86));

  host.chapter('undo');
  // Past a round of the configuration: the logs tell of the second attack first, whoever dies. Who sees an attack first names its incident.
  await host.until(minutes(88));
  // The service delivers the sign-ins of a second attack hours late: only a later look finds them.
  simulator.world.settings.delays = { ...simulator.world.settings.delays, signIns: 10 * 3_600_000 };
  simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', victim: victims.contoso.mailAdmin.id, seed: 'late', at: minutes(80) });
  await insist('undo', async (guard) => {
    const scope = await scopeOf(guard, contoso.id);
    const containment = (await guard.deps.store.journal.containmentOfRequest(scope, 'request-contoso-1'))?.value.id ?? '';
    accepted(await undo(guard.deps, scope, { containment, request: 'request-contoso-2', by: ingrid, reason: 'Marta was on a journey.' }));
  });
  await insist('dismiss', async (guard) => {
    const scope = await scopeOf(guard, fabrikam.id);
    const result = await dismiss(guard.deps, scope, { incident: await incidentOf(guard, fabrikam.id), by: ingrid, reason: 'A drill.' });
    if ('refused' in result) throw new Error(result.refused);
  });
  await host.until(minutes(110));

  host.chapter('day after');
  clock.set(minutes(30 * 60));
  // Nobody has read for a day: the switch says so, and when the rounds have caught up, that it is over.
  await insist('watch', ({ deps }) => runTask(deps, contoso.id, 'watch'));
  await host.until(minutes(30 * 60 + 45));

  host.chapter('a week later');
  // A tenant leaves while something of it still waits: nobody may act for it any more, and in an hour its data goes.
  await insist('furnish', async ({ deps }) => {
    const waits: DueEntry = { v: 1, tenant: tailwind.id, kind: 'containment', id: 'c1', dueAt: clock.now(), tries: 0 };
    await deps.store.due.put('contain.put-due', waits);
    const scope = await deps.registry.authorise(tailwind.id, 'show');
    await deps.store.state.putAliases('round.put-findings', scope, new Map([['ada@tailwind.example', 'user:ada']]));
    await deps.store.blobs.appendActivities('round.append-activities', scope, '2026-03-03', [signInOf(tailwind.id, clock.now())]);
    // Longer ago than anybody asked to keep it.
    const old = await deps.registry.authorise(contoso.id, 'show');
    await deps.store.blobs.appendActivities('round.append-activities', old, '2026-01-15', [signInOf(contoso.id, Date.UTC(2026, 0, 15))]);
  });
  await insist('offboard', async ({ deps }) => {
    await deps.registry.remove(tailwind.id, 0).catch((error: unknown) => {
      if (!(error instanceof UnknownTenantError)) throw error;
    });
  });
  clock.set(minutes(9 * 24 * 60));
  await insist('retention', ({ deps }) => runTask(deps, contoso.id, 'retention'));
  // Eight days are caught up in two rounds; whoever dies over one goes on a lease later, and then what was read is looked at again.
  await host.until(minutes(9 * 24 * 60 + 100));
  return host;
}

const signInOf = (tenant: string, time: number): Activity => ({
  id: `signin:${time}`,
  tenant,
  feed: 'sign-ins.interactive',
  time,
  subject: 'user:ada',
  views: [{ shape: 'sign-in', record: {} }],
});

function accepted(result: PressResult): void {
  if ('refused' in result) throw new Error(`${result.refused.why} ${result.refused.next}`);
}
