// The containments of an incident as they are stored. Used by start.ts, settle.ts, alert and the console's endpoints.
import type { Containment } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { containmentsOf } from '../incidents/containments.ts';
import type { Store, Versioned } from '../store/store.ts';

interface Tools {
  readonly store: Store;
}

/** The incident, or the one that it turned out to be a part of. */
export async function goingOn({ store }: Tools, scope: TenantScope, id: string): Promise<Versioned<Incident> | undefined> {
  let stored = await store.state.incident(scope, id);
  for (let hops = 0; stored?.value.mergedInto !== undefined && hops < 10; hops++)
    stored = await store.state.incident(scope, stored.value.mergedInto);
  return stored;
}

/** The containment that the card shows whole. */
export async function containmentOf({ store }: Tools, scope: TenantScope, incident: Incident): Promise<Containment | undefined> {
  return incident.containment === undefined ? undefined : (await store.journal.containment(scope, incident.containment))?.value;
}

/** The others, oldest first: what they did stands until each is undone by itself. */
export async function otherContainments(
  { store }: Tools,
  scope: TenantScope,
  incident: Incident,
  than: string | undefined = incident.containment,
): Promise<Containment[]> {
  const ids = containmentsOf(incident).filter((id) => id !== than);
  const found = await Promise.all(ids.map((id) => store.journal.containment(scope, id)));
  return found.flatMap((one) => one?.value ?? []);
}

/** Does this containment belong to the incident, or to one that became a part of it? */
export async function belongsTo(tools: Tools, scope: TenantScope, containment: string, incident: string): Promise<boolean> {
  const stored = await tools.store.journal.containment(scope, containment);
  if (stored === undefined) return false;
  const [own, asked] = await Promise.all([goingOn(tools, scope, stored.value.incident), goingOn(tools, scope, incident)]);
  return own !== undefined && own.value.id === asked?.value.id;
}
