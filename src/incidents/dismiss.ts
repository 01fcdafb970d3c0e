// "Not an attack…": closes an incident with a person's reason. Called by the action endpoint after it authorised the person.
import type { Clock } from '../contracts/clock.ts';
import type { Responder } from '../contracts/containment.ts';
import { hashId, type SubjectId, subjectId } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Store } from '../store/store.ts';
import { exclude, pairsOf } from './exclude.ts';
import { outboxDue } from './outbox-due.ts';
import { closed, outboxEntry } from './quiet.ts';
import { clean } from './text.ts';

export interface DismissTools {
  readonly store: Store;
  readonly clock: Clock;
}

/** What should open no case again. */
export interface DismissExclusion {
  readonly rules: readonly string[];
  readonly days: number;
  /** Whether the tenant is live: in dry run nothing is decided for later. */
  readonly live: boolean;
}

export type Dismissal = { readonly incident: Incident } | { readonly refused: string };

/** Nobody decides about a case that concerns themselves, in whatever part. */
export function isAboutThemselves(incident: Pick<Incident, 'root' | 'subjects'>, by: Pick<Responder, 'oid' | 'username'>): boolean {
  const own: string[] = [subjectId('user', by.oid), ...(by.username === undefined ? [] : [subjectId('unresolved', by.username)])];
  return [incident.root, ...incident.subjects].some((subject) => own.includes(subject));
}

/** Closes the incident; what a containment did stays. Dismissing a closed one returns it as it is. Throws ConflictError if it changed meanwhile: read again. */
export async function dismiss(
  { store, clock }: DismissTools,
  scope: TenantScope,
  request: { readonly incident: string; readonly by: Responder; readonly reason: string; readonly exclude?: DismissExclusion },
): Promise<Dismissal> {
  const reason = clean(request.reason, 300);
  if (reason === '') return { refused: 'A dismissal needs a reason: whoever looks at this case later has to understand it.' };
  const stored = await store.state.incident(scope, request.incident);
  if (stored === undefined) return { refused: 'There is no such incident in this tenant.' };
  if (stored.value.status === 'closed') return { incident: stored.value };
  if (isAboutThemselves(stored.value, request.by)) return { refused: 'Nobody can dismiss a case about themselves. Ask another responder.' };
  const excluded = request.exclude === undefined ? undefined : await excludeFrom({ store, clock }, scope, stored.value, request);
  if (excluded !== undefined) return { refused: excluded };
  const now = clock.now();
  const incident = closed(stored.value, `Dismissed by ${clean(request.by.name, 80)}: ${reason}`, now);
  const entry = outboxEntry(incident, 'closed', now);
  await store.due.put('incident.put-due', outboxDue(scope.tenant, entry, now));
  await store.state.commitIncident('incident.close', scope, { value: incident, etag: stored.etag }, [entry]);
  await store.queues.ring('incident.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: incident.id });
  return { incident };
}

/** Why it was refused; undefined if it was done. */
async function excludeFrom(
  tools: DismissTools,
  scope: TenantScope,
  incident: Incident,
  { by, reason, exclude: asked }: { readonly by: Responder; readonly reason: string; readonly exclude?: DismissExclusion },
): Promise<string | undefined> {
  if (asked === undefined) return undefined;
  const findings = (await tools.store.findings.ofSubjects(scope, incident.subjects as SubjectId[])).filter(({ id }) =>
    incident.findings.includes(id),
  );
  const pairs = pairsOf(findings, asked.rules);
  if ('refused' in pairs) return pairs.refused;
  const result = await exclude(tools, scope, {
    pairs,
    live: asked.live,
    cases: [findings],
    days: asked.days,
    reason,
    by: { name: by.name, oid: by.oid, via: 'console', ...(by.username === undefined ? {} : { username: by.username }) },
    press: hashId('exclude', scope.tenant, incident.id, String(incident.revision)),
    incident: incident.id,
  });
  return 'refused' in result ? result.refused : undefined;
}
