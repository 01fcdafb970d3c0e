// Which findings and open incidents belong to one attack: they share a subject, directly or through others. Pure; used by merge.ts.
import type { Finding } from '../contracts/finding.ts';
import type { Incident } from '../contracts/incident.ts';

/** Kinds that many unrelated attacks share: one spraying address or the tenant itself never joins two victims into one incident. */
const loose: ReadonlySet<string> = new Set(['address', 'tenant']);
const links = (subject: string): boolean => !loose.has(subject.slice(0, subject.indexOf(':')));

/** The subjects through which a finding joins others. Its own subject always counts. */
export const linkedSubjects = (finding: Finding): string[] => [...new Set([finding.subject, ...finding.related.filter(links)])];

export interface Group {
  readonly incidents: readonly Incident[];
  readonly findings: readonly Finding[];
}

/** Groups of what is connected, each in the order of the input. Groups without findings are left out. */
export function groupByAttack(incidents: readonly Incident[], findings: readonly Finding[]): Group[] {
  const parent = new Map<string, string>();
  const root = (node: string): string => {
    let top = node;
    for (let up = parent.get(top); up !== undefined && up !== top; up = parent.get(top)) top = up;
    parent.set(node, top);
    return top;
  };
  const join = (nodes: readonly string[]): void => {
    const [first, ...others] = nodes;
    if (first === undefined) return;
    const top = root(first);
    for (const other of others) parent.set(root(other), top);
  };
  // A finding that an incident already holds ties it to that incident even if its subject was re-keyed since.
  for (const incident of incidents) join([incident.id, ...incident.subjects, ...incident.findings, ...incident.withdrawn]);
  for (const finding of findings) join([finding.id, ...linkedSubjects(finding)]);

  const groups = new Map<string, { incidents: Incident[]; findings: Finding[] }>();
  const of = (node: string) => {
    const key = root(node);
    const group = groups.get(key) ?? { incidents: [], findings: [] };
    groups.set(key, group);
    return group;
  };
  for (const incident of incidents) of(incident.id).incidents.push(incident);
  for (const finding of findings) of(finding.id).findings.push(finding);
  return [...groups.values()].filter((group) => group.findings.length > 0);
}
