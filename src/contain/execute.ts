// Carries a containment, or its undoing, as far as it goes: acts, reads back by schedule, and leaves a due row for the rest. Called by press.ts, undo.ts and the respond
// queue. Every write is one step of a state machine in the store, so that after a crash anywhere the next caller goes on where the last one stopped.
import type { Containment, StepOutcome, StepState } from '../contracts/containment.ts';
import type { DueEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { iso } from '../incidents/quiet.ts';
import { ConflictError, type Versioned } from '../store/store.ts';
import { IncompleteError } from './action.ts';
import { actionById } from './actions/index.ts';
import { failedBy, noAccount } from './errors.ts';
import { anchorJournal, freezeEvidence } from './evidence.ts';
import { refuseStep } from './guard.ts';
import { insisting, insistingOnce, isOver } from './insist.ts';
import { fallbackOf } from './plan.ts';
import { settleIncident, stillOpen } from './settle.ts';
import { startIntent } from './start.ts';
import { contextOf, stateBefore } from './step-context.ts';
import { accepted, directionOf, entryAt, hasEnded, nextStep, verifying, watched, withFallback, withStep } from './steps.ts';
import type { ContainTools } from './tools.ts';
import { undoStep } from './undo-step.ts';
import { lookAt } from './verify.ts';

type Stored = Versioned<Containment>;

/** A plan's calls take seconds; a worker that is gone longer than this has died. */
const leaseSeconds = 140;
/** In one turn no new try begins later than this: one more call, of a minute at most, still ends before the lease. */
const turnMs = 75_000;
/** No new step begins later than this in one turn: under a new lease it has time to be tried again. */
const freshMs = 15_000;
/** How many turns one call takes: what is not done then is left to the due row. */
const turnsMost = 20;
/** How long one call waits for replicas before it leaves the rest to the due row. Shorter than the lease by a margin for the calls themselves. */
const patienceMs = 45_000;
/** How often one call begins. */
const attemptsMost = 3;
/** What was removed before cannot be removed once more: a look this much later has to show the same. */
const calmMs = 10_000;
/** How long others leave an unfinished containment alone. */
export const graceMs = 60_000;

export const containmentDue = (scope: TenantScope, id: string, dueAt: number): DueEntry => ({
  v: 1,
  tenant: scope.tenant,
  kind: 'containment',
  id,
  dueAt,
  tries: 0,
});

/**
 * Goes on with a containment until it has ended, or until there is only something to look at later. Does nothing while another worker holds it.
 * @param due its due row, if the caller wrote or read it; otherwise it is looked up when it has to go
 */
export async function continueContainment(
  tools: ContainTools,
  scope: TenantScope,
  id: string,
  due?: DueEntry,
): Promise<Containment | undefined> {
  const deadline = tools.clock.now() + patienceMs;
  let turns = 1;
  for (let attempt = 1; ; ) {
    try {
      const ended = await asHolder(tools, scope, id, deadline, due);
      if (ended !== 'next turn') return ended;
      if (turns++ < turnsMost) continue;
    } catch (error) {
      // Our own write, whose answer was lost and which the client sent again; or another worker took over after the lease ran out. What is stored is the truth, and goes on from there.
      if (!(error instanceof ConflictError)) throw error;
      if (attempt++ < attemptsMost) continue;
    }
    return (await tools.store.journal.containment(scope, id))?.value;
  }
}

/** One turn under one lease. Throws ConflictError where what is stored is not what it knew. */
async function asHolder(
  tools: ContainTools,
  scope: TenantScope,
  id: string,
  deadline: number,
  due: DueEntry | undefined,
): Promise<Containment | 'next turn' | undefined> {
  const { store, clock, ids } = tools;
  const holder = ids.fresh();
  const start = clock.now();
  if (!(await store.journal.lease('contain.take-lease', scope, id, holder, start, leaseSeconds)))
    return (await store.journal.containment(scope, id))?.value;
  try {
    const stored = await store.journal.containment(scope, id);
    // A due row whose containment was never written: the press died before its intent.
    if (stored === undefined) await clearDue(tools, scope, id, due);
    return stored && (await run({ ...tools, until: start + turnMs }, scope, stored, { begun: start, deadline }, due));
  } finally {
    await store.journal.release('contain.release-lease', scope, id, holder);
  }
}

async function run(
  tools: ContainTools,
  scope: TenantScope,
  first: Stored,
  { begun, deadline }: { readonly begun: number; readonly deadline: number },
  due: DueEntry | undefined,
): Promise<Containment | 'next turn'> {
  const { clock } = tools;
  let { stored } = await startIntent(tools, scope, first);
  while (!hasEnded(stored.value)) {
    const step = nextStep(stored.value);
    if (step !== undefined) {
      if (clock.now() - begun > freshMs) return 'next turn';
      stored = directionOf(stored.value) === 'undo' ? await undoStep(tools, scope, stored, step) : await take(tools, scope, stored, step);
      continue;
    }
    const open = watched(stored.value);
    if (open.length === 0) {
      stored = await end(tools, scope, stored);
      break;
    }
    const soonest = Math.min(...open.map(({ outcome }) => Date.parse(outcome.nextLook)));
    if (soonest > deadline) {
      await leave(tools, scope, stored.value, soonest, due);
      return stored.value;
    }
    if (soonest > clock.now()) await tools.wait(soonest - clock.now());
    for (const { step: looked, outcome } of open)
      if (Date.parse(outcome.nextLook) <= clock.now()) stored = await lookAt(tools, scope, stored, looked, outcome);
  }
  await settleIncident(tools, scope, stored.value);
  await clearDue(tools, scope, stored.value.id, due);
  return stored.value;
}

/** One step forward: guard, state before, act. Its reading back is verify.ts. */
async function take(tools: ContainTools, scope: TenantScope, from: Stored, step: StepState): Promise<Stored> {
  const { store, clock } = tools;
  const { dryRun } = from.value;
  const action = actionById(step.action);
  const context = contextOf(tools, scope, step);
  const portal = action.portal(context);
  let stored = from;
  const ended = (outcome: StepOutcome, kind: 'result' | 'refused' = 'result', staysOpen: readonly string[] = []) => {
    const done = withStep(stored.value, step.id, { status: 'done', result: outcome });
    // Where there is no account there is no password to change.
    const fallsBack = outcome.outcome === 'failed' && outcome.cause !== noAccount && !dryRun;
    const value = fallsBack ? withFallback(done, step.id, fallbackOf(step)) : done;
    const entry = entryAt(value, iso(clock.now()), kind, { step: step.id, data: outcome });
    return store.journal.save('contain.save-result', scope, { ...stored, value: adding(value, staysOpen) }, [entry]);
  };

  const refusal = refuseStep(step, await tools.registry.entry(scope), dryRun);
  if (refusal !== undefined) return ended({ outcome: 'refused', ...refusal }, 'refused');

  let state: unknown;
  let since: number | undefined;
  let { found } = step;
  if (step.status === 'running') {
    const begun = await stateBefore(tools, scope, stored.value.id, step.id);
    state = begun.value;
    // Somebody died over it, before it was sent or after.
    if (action.once) since = begun.at;
  } else {
    let before: Awaited<ReturnType<typeof action.before>>;
    try {
      // A replica showed only later what there was to do: what the first try removed stays in the state.
      before = await action.before(
        context,
        step.again === undefined ? undefined : (await stateBefore(tools, scope, stored.value.id, step.id)).value,
      );
    } catch (error) {
      return ended(failedBy(error, portal, context.target.kind));
    }
    if (before.refused !== undefined && before.already === undefined)
      return ended({ outcome: 'refused', ...before.refused }, 'refused', before.staysOpen);
    if (dryRun) return ended({ outcome: 'rehearsed', detail: before.already ?? before.wouldDo }, 'result', before.staysOpen);
    // One read proves nothing: a replica may not have heard yet that somebody took the change back.
    found = before.already === undefined ? undefined : { detail: before.already, repeat: before.refused === undefined && !action.removes };
    const value = adding(withStep(stored.value, step.id, { status: 'running', ...(found && { found }) }), before.staysOpen ?? []);
    const entry = entryAt(value, iso(clock.now()), 'state-before', { step: step.id, data: before.state });
    stored = await store.journal.save('contain.save-before', scope, { ...stored, value }, [entry]);
    state = before.state;
  }
  if (action.removes && found === undefined) {
    const failures = await freezeEvidence(tools, scope, stored.value, step.again);
    if (failures.length > 0)
      stored = await store.journal.save('contain.save-evidence', scope, { ...stored, value: adding(stored.value, failures) }, []);
  }

  const isDone = async (from: number) => (await action.look(context, state, from)).seen;
  let acted = clock.now();
  let sent = found?.repeat !== false;
  let said = '';
  try {
    if (since !== undefined && (await isDone(since))) acted = since;
    else if (sent && isOver(tools)) return stored;
    else if (sent && action.once)
      await insistingOnce(
        tools,
        () => action.act(context, state),
        () => isDone(acted),
      );
    else if (sent) await insisting(tools, () => action.act(context, state));
  } catch (error) {
    const failed = failedBy(error, portal, context.target.kind);
    if (found === undefined) return ended(failed, 'result', error instanceof IncompleteError ? [error.message] : []);
    sent = false;
    said = ` Sending it again failed: ${failed.cause}`;
  }
  const late = acted + (action.removes ? calmMs : (action.schedule.at(-1) ?? 0) * 1000);
  const result =
    found === undefined || sent
      ? verifying(step, acted, accepted)
      : verifying(step, acted, `${found.detail} It is looked at once more, since the directory may be behind.${said}`, late);
  const value = withStep(stored.value, step.id, { status: 'running', result });
  const entry = entryAt(value, iso(acted), 'acted', { step: step.id, data: { action: action.id, target: step.target } });
  return store.journal.save('contain.save-acted', scope, { ...stored, value }, sent ? [entry] : []);
}

/** Nothing left to do or to look at. */
async function end(tools: ContainTools, scope: TenantScope, stored: Stored): Promise<Stored> {
  const { store, clock } = tools;
  const undoing = directionOf(stored.value) === 'undo';
  const endedAt = iso(clock.now());
  const failures = await anchorJournal(tools, scope, stored.value.id);
  const value: Containment = {
    ...adding(stored.value, [...stillOpen(stored.value), ...failures]),
    status: undoing ? 'undone' : 'done',
    endedAt,
  };
  return store.journal.save('contain.save-ended', scope, { ...stored, value }, []);
}

/** The next look is minutes away: the due row brings somebody back then. */
async function leave(
  tools: ContainTools,
  scope: TenantScope,
  containment: Containment,
  at: number,
  due: DueEntry | undefined,
): Promise<void> {
  const entry = due ?? (await dueOf(tools, scope, containment.id))[0] ?? containmentDue(scope, containment.id, at);
  await tools.store.due.again('contain.move-due', entry, at);
}

const dueOf = async ({ store }: ContainTools, scope: TenantScope, id: string): Promise<DueEntry[]> =>
  (await store.due.ofTenant(scope)).filter((entry) => entry.kind === 'containment' && entry.id === id);

async function clearDue(tools: ContainTools, scope: TenantScope, id: string, due: DueEntry | undefined): Promise<void> {
  for (const entry of due === undefined ? await dueOf(tools, scope, id) : [due]) await tools.store.due.delete('contain.delete-due', entry);
}

const adding = (containment: Containment, sentences: readonly string[]): Containment => ({
  ...containment,
  staysOpen: [...new Set([...containment.staysOpen, ...sentences])],
});
