// How bad an incident is: adds up the severities of its standing findings by one stated rule. Used by merge.ts; docs/architecture.md repeats the rule.
import type { CampaignManifest } from '../contracts/campaign.ts';
import { type Finding, type Severity, severities, severityRank, worst } from '../contracts/finding.ts';

/** What an incident needs to know of a campaign: a manifest fits. Without `severity` its findings speak as they are. */
export interface CampaignLabel {
  readonly id: string;
  readonly title: string;
  readonly severity?: CampaignManifest['severity'];
}

/** Roles (context.user.role) that raise the severity where a campaign says so. */
const targetedRoles: readonly string[] = ['executive', 'finance', 'sales'];

const isEntry = (finding: Finding): boolean => finding.stage === 'entry';
const isLater = (finding: Finding): boolean => finding.stage === 'persistence' || finding.stage === 'action';
const isTargetedRole = (finding: Finding): boolean => {
  const { role, privileged } = finding.facts;
  return privileged === 'true' || (role !== undefined && targetedRoles.includes(role));
};
const mildest = (a: Severity, b: Severity): Severity => (severityRank(a) < severityRank(b) ? a : b);
const oneStepUp = (severity: Severity, most: Severity): Severity =>
  severityRank(severity) >= severityRank(most) ? severity : (severities[severityRank(severity) + 1] ?? severity);

/** Entry and a later stage of one campaign both stand: only then the incident is called one of that campaign. */
export function isConfirmed(findings: readonly Finding[]): boolean {
  return findings.some(isEntry) && findings.some(isLater);
}

/**
 * The rule, for standing findings with effect `alert`:
 * 1. A campaign is as bad as its worst finding, but not worse than its `single` while one stage stands alone, and at least its `confirmed` once confirmed.
 * 2. A user with a targeted or privileged role raises a confirmed campaign to at least its `targetedRole`, and one stage alone not beyond its `single`.
 * 3. The incident is as bad as its worst campaign.
 * 4. Entry and a later stage that only different campaigns see add one step, at most to `high`.
 */
export function addUp(findings: readonly Finding[], campaigns: readonly CampaignLabel[]): Severity {
  const parts = new Map<string, Finding[]>();
  for (const finding of findings) parts.set(finding.campaign, [...(parts.get(finding.campaign) ?? []), finding]);
  let anyConfirmed = false;
  const spoken = [...parts].map(([id, part]) => {
    const policy = campaigns.find((campaign) => campaign.id === id)?.severity;
    const confirmed = isConfirmed(part);
    anyConfirmed ||= confirmed;
    let severity = worst(part.map((finding) => finding.severity));
    if (policy === undefined) return severity;
    severity = confirmed ? worst([severity, policy.confirmed]) : mildest(severity, policy.single);
    return policy.targetedRole !== undefined && confirmed && part.some(isTargetedRole) ? worst([severity, policy.targetedRole]) : severity;
  });
  const severity = worst(spoken);
  return !anyConfirmed && isConfirmed(findings) ? oneStepUp(severity, 'high') : severity;
}
