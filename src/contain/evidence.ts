// Freezes what a removing step is about to destroy, and what led to it: incident, findings, raw records, sign-in methods; and the journal once it ends. Called by execute.ts.
import type { Containment } from '../contracts/containment.ts';
import { parseSubject, type SubjectId } from '../contracts/ids.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { headOf } from '../store/journal.ts';
import { ServiceError } from '../tenants/connections.ts';
import { insistentReads } from './insist.ts';
import type { ContainTools } from './tools.ts';

const datesMost = 10;
const recordsMost = 1_000;

/**
 * Each part by itself: one that fails doesn't keep the others from being frozen.
 * @param again how often the removing step began anew: what only then came to light is kept beside the first copy
 */
export async function freezeEvidence(tools: ContainTools, scope: TenantScope, containment: Containment, again = 0): Promise<string[]> {
  const { store } = tools;
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    incident: async () => (await store.state.incident(scope, containment.incident))?.value ?? null,
    findings: () => findingsOf(tools, scope, containment),
    records: () => recordsOf(tools, scope, containment),
    [again === 0 ? 'methods' : `methods-${again + 1}`]: () => methodsOf(tools, scope, containment),
  };
  const failures: string[] = [];
  for (const [name, collect] of Object.entries(parts)) {
    try {
      await store.blobs.putEvidence('contain.put-evidence', scope, containment.id, name, await collect());
    } catch (error) {
      // A failed service or storage call is told to the responder and stops nothing; any other error is a fault of the program.
      if (!isOutside(error)) throw error;
      failures.push(`Evidence (${name}) could not be frozen: ${error.message}`);
    }
  }
  return failures;
}

/**
 * Puts the journal and the end of its chain where nobody can change it. The chain has no key: whoever may write the table could write it anew, but not this copy of it.
 * Its name tells how many entries there were, so that an undo later adds a second copy.
 */
export async function anchorJournal({ store }: ContainTools, scope: TenantScope, id: string): Promise<string[]> {
  const entries = await store.journal.entries(scope, id);
  try {
    await store.blobs.putEvidence('contain.put-evidence', scope, id, `journal-${entries.length}`, {
      head: headOf(scope, id, entries),
      entries,
    });
    return [];
  } catch (error) {
    if (!isOutside(error)) throw error;
    return [`Evidence (journal) could not be frozen: ${error.message}`];
  }
}

/** Errors of Graph, and of the storage client, whose errors carry a status. */
const isOutside = (error: unknown): error is Error => error instanceof ServiceError || (error instanceof Error && 'statusCode' in error);

async function findingsOf({ store }: ContainTools, scope: TenantScope, containment: Containment) {
  const incident = (await store.state.incident(scope, containment.incident))?.value;
  const lists = await Promise.all((incident?.subjects ?? []).map((subject) => store.findings.ofSubject(scope, subject as SubjectId)));
  const wanted = new Set(incident?.findings);
  return lists.flat().filter((finding) => wanted.has(finding.id));
}

async function recordsOf(tools: ContainTools, scope: TenantScope, containment: Containment) {
  const findings = await findingsOf(tools, scope, containment);
  const wanted = new Set(findings.flatMap((finding) => finding.activities));
  const dates = [...new Set(findings.map((finding) => finding.time.slice(0, 10)))].sort().slice(-datesMost);
  const records: unknown[] = [];
  for (const date of dates) {
    for await (const activity of tools.store.blobs.activities(scope, date)) {
      if (!wanted.delete(activity.id)) continue;
      records.push(activity);
      if (records.length >= recordsMost) return records;
    }
  }
  return records;
}

async function methodsOf(tools: ContainTools, scope: TenantScope, containment: Containment) {
  const user = containment.steps.map((step) => parseSubject(step.target)).find(({ kind }) => kind === 'user');
  if (user === undefined) return [];
  const methods: Readonly<Record<string, unknown>>[] = [];
  const { graph } = insistentReads(tools, tools.connect(scope).responder);
  for await (const page of graph.pages(`/users/${encodeURIComponent(user.id)}/authentication/methods`)) methods.push(...page);
  return methods;
}
