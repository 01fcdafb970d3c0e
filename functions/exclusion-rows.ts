// Exclusions as the console shows them, with what each hides now. Used by rules.ts and incident.ts.
import type { ExclusionRow } from '../src/contracts/console.ts';
import type { Exclusion } from '../src/contracts/doubt.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import type { TenantScope } from '../src/contracts/tenant-scope.ts';
import { hiddenBy, isInForce } from '../src/incidents/exclusions.ts';
import { clean } from '../src/incidents/text.ts';
import type { Store } from '../src/store/store.ts';

const mostRows = 200;
const iso = (time: number): string => new Date(time).toISOString();

/** Newest first. Findings are read of the excluded subjects only, in one look. */
export async function exclusionRows(
  { store, clock }: { readonly store: Store; readonly clock: { now(): number } },
  scope: TenantScope,
  exclusions: readonly Exclusion[],
): Promise<ExclusionRow[]> {
  if (exclusions.length === 0) return [];
  const shown = exclusions.toReversed().slice(0, mostRows);
  const subjects = [...new Set(shown.map(({ subject }) => subject as SubjectId))];
  const [findings, incidents] = await Promise.all([store.findings.ofSubjects(scope, subjects), store.state.incidents(scope)]);
  const held = new Set(incidents.flatMap(({ value }) => value.findings));
  const now = clock.now();
  return shown.map((exclusion) => {
    const { id, rule, title, subject, subjectName, most, reason, by, at, until, ended, incident } = exclusion;
    return {
      id,
      rule: clean(rule, 200),
      title: clean(title, 160),
      who: clean(subjectName ?? subject, 120),
      most,
      reason: clean(reason, 300),
      by: clean(by.name, 80),
      at: iso(at),
      until: iso(until),
      state: ended !== undefined ? 'ended' : isInForce(exclusion, now) ? 'in force' : 'over',
      ...(ended === undefined ? {} : { endedBy: clean(ended.by.name, 80) }),
      hidden: hiddenBy(exclusion, findings, held).findings,
      ...(incident === undefined ? {} : { incident }),
    };
  });
}
