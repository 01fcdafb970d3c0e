// Turns a stored intent into a running plan, or refuses it: ceilings, and one containment of an incident at a time. Called by press.ts at once, and by execute.ts for a
// press that died after its intent: both go through the same questions.
import type { Containment } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError, type Versioned } from '../store/store.ts';
import type { Refusal } from './action.ts';
import { hour, refusePress } from './guard.ts';
import { goingOn } from './settle.ts';
import { entryAt, hasEnded } from './steps.ts';
import type { ContainTools } from './tools.ts';

type Stored = Versioned<Containment>;

/** `instead`: another press was first; `stored` was refused. */
export interface Started {
  readonly stored: Stored;
  readonly instead?: Containment;
}

/** Does nothing for a containment that was started before. Throws ConflictError if another worker starts it at this moment. */
export async function startIntent(tools: ContainTools, scope: TenantScope, stored: Stored): Promise<Started> {
  if (stored.value.status !== 'intended') return { stored };
  const refusal = await refusalOf(tools, scope, stored.value);
  if (refusal !== undefined) return { stored: await refuse(tools, scope, stored, refusal) };
  const instead = await link(tools, scope, stored.value);
  if (instead !== undefined) {
    const overtaken: Refusal = { why: 'Another press was first.', next: `See containment ${instead.id}.` };
    return { stored: await refuse(tools, scope, stored, overtaken), instead };
  }
  const { kind, dryRun, incident, steps, by } = stored.value;
  const plan = steps.map(({ id, action, target, after, parameters }) => ({ id, action, target, after, parameters }));
  const entry = entryAt(stored.value, iso(tools.clock.now()), 'intent', { by, data: { kind, dryRun, incident, plan } });
  const value: Containment = { ...stored.value, status: 'running' };
  return { stored: await tools.store.journal.save('contain.save-intent', scope, { ...stored, value }, [entry]) };
}

/** Asked after the intent is stored: presses at the same moment see each other, so that no number of them gets past a ceiling. */
async function refusalOf(tools: ContainTools, scope: TenantScope, intent: Containment): Promise<Refusal | undefined> {
  const incident = await goingOn(tools, scope, intent.incident);
  if (incident === undefined) return { why: 'There is no such incident in this tenant.', next: 'Reload the page.' };
  const { policy } = await tools.registry.entry(scope);
  const recent = await tools.store.journal.since(scope, Date.parse(intent.at) - hour);
  return refusePress({ incident: incident.value, by: intent.by, policy, recent: recent.filter(({ id }) => id !== intent.id) });
}

/** Ends an intent that may not go on, with the reason in the journal. */
async function refuse({ store, clock }: ContainTools, scope: TenantScope, intent: Stored, refusal: Refusal): Promise<Stored> {
  const at = iso(clock.now());
  const value: Containment = {
    ...intent.value,
    status: 'done',
    endedAt: at,
    steps: intent.value.steps.map((step) => ({ ...step, status: 'done', result: { outcome: 'refused', ...refusal } })),
  };
  const entry = entryAt(value, at, 'refused', { by: value.by, data: refusal });
  return store.journal.save('contain.refuse', scope, { ...intent, value }, [entry]);
}

/** Ties the containment to its incident. Gives back the one that has the incident already: under way, or pressed after this one, which then died and was found late. */
async function link(tools: ContainTools, scope: TenantScope, intent: Containment): Promise<Containment | undefined> {
  for (;;) {
    const stored = await goingOn(tools, scope, intent.incident);
    if (stored === undefined) throw new Error(`Incident ${intent.incident} is gone`);
    if (stored.value.containment === intent.id) return undefined;
    const other = await containmentOf(tools, scope, stored.value);
    if (other !== undefined && (!hasEnded(other) || other.at > intent.at)) return other;
    const value: Incident = {
      ...stored.value,
      containment: intent.id,
      updatedAt: iso(tools.clock.now()),
      revision: stored.value.revision + 1,
    };
    try {
      await tools.store.state.commitIncident('contain.link-incident', scope, { value, etag: stored.etag }, []);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** The newest containment of an incident. */
export async function containmentOf({ store }: ContainTools, scope: TenantScope, incident: Incident): Promise<Containment | undefined> {
  return incident.containment === undefined ? undefined : (await store.journal.containment(scope, incident.containment))?.value;
}

const iso = (time: number): string => new Date(time).toISOString();
