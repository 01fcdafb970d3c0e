// What the attack put into the tenant, by kind, read from the ATT&CK techniques of its findings. Pure; used by merge.ts, and shown by the containment plan as what no step touches.
import type { Finding } from '../contracts/finding.ts';
import type { Incident } from '../contracts/incident.ts';

export type Thing = NonNullable<Incident['things']>[number];

type Told = Pick<Finding, 'stage' | 'techniques'>;
const has = ({ techniques }: Told, ...wanted: readonly string[]): boolean => wanted.some((technique) => techniques.includes(technique));

/** A rule that hides mail is the mailbox's own, unless it also weakens a defence (T1562) or removes traces (T1070): those are mail flow rules. */
const signs: readonly (readonly [Thing, (finding: Told) => boolean])[] = [
  // Consent by a device's or a method's registration is no application.
  ['applications', (finding) => finding.stage !== 'entry' && has(finding, 'T1528', 'T1098.001') && !has(finding, 'T1098.005')],
  ['mailbox rules', (finding) => has(finding, 'T1564.008') && !has(finding, 'T1562', 'T1070')],
  ['forwarding', (finding) => has(finding, 'T1114.003')],
  ['mailbox permissions', (finding) => has(finding, 'T1098.002')],
  ['roles and permissions', (finding) => has(finding, 'T1098.003')],
  ['mail flow rules', (finding) => has(finding, 'T1564.008') && has(finding, 'T1562')],
];

export const thingsOf = (findings: readonly Told[], before: readonly Thing[] = []): Thing[] =>
  signs.filter(([thing, isSign]) => before.includes(thing) || findings.some(isSign)).map(([thing]) => thing);
