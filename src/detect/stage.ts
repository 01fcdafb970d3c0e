// Where in an attack a rule stands, and its ATT&CK techniques, from its tags. Called by findings.ts and the rulebook.
import type { StageOverrides } from '../contracts/detection.ts';
import type { Finding } from '../contracts/finding.ts';
import type { SigmaCorrelation, SigmaRule } from './sigma/rule.ts';

const tactics: readonly (readonly [RegExp, Finding['stage']])[] = [
  [/^attack\.(?:exfiltration|impact|collection|lateral[-_]movement|command[-_]and[-_]control)$/, 'action'],
  [/^attack\.(?:persistence|privilege[-_]escalation|defense[-_](?:evasion|impairment)|stealth)$/, 'persistence'],
  [/^attack\.(?:initial[-_]access|execution)$/, 'entry'],
];

/** The stage that a rule states, else the furthest that its ATT&CK tactics name. */
export function stageOf(rule: SigmaRule | SigmaCorrelation): Finding['stage'] {
  if (rule.guard.stage !== undefined) return rule.guard.stage;
  return tactics.find(([pattern]) => rule.tags.some((tag) => pattern.test(tag)))?.[1] ?? 'attempt';
}

/** What a rule's findings do here. Only what alerts or is staged can be decided: a list of targets and a note stay what they are. */
export const effectHere = (rule: string, pack: Finding['effect'], overrides: StageOverrides | undefined): Finding['effect'] =>
  pack === 'alert' || pack === 'staged' ? (overrides?.get(rule) ?? pack) : pack;

/** @example ['attack.t1078.004'] gives ['T1078.004'] */
export const techniquesOf = (rule: SigmaRule | SigmaCorrelation): string[] =>
  rule.tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []);
