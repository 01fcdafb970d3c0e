// How bad an incident is: adds up the severities of its standing findings by one stated rule. Used by merge.ts; docs/doubt.md repeats the rule.
import type { CampaignManifest } from '../contracts/campaign.ts';
import { type Finding, type Severity, severities, severityRank, worst } from '../contracts/finding.ts';

/** What an incident needs to know of a campaign: a manifest fits. Without `severity` its findings speak as they are. */
export interface CampaignLabel {
  readonly id: string;
  readonly title: string;
  /** What attacks of all kinds have in common. */
  readonly general?: true | undefined;
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

/** Unsure signs alone never say more than this, however many there are. */
const unsureMost: Severity = 'medium';
/** Something that is no mere attempt and rests on more than signs of low confidence. */
const isSure = ({ unsure, severity, stage }: Finding): boolean => unsure !== true && severity !== 'informational' && stage !== 'attempt';

/** As bad as the campaign lets one stage be. */
function alone(part: readonly Finding[], policy: CampaignLabel['severity']): Severity {
  const severity = worst(part.map((finding) => finding.severity));
  return policy === undefined ? severity : mildest(severity, policy.single);
}

function ofCampaign(part: readonly Finding[], policy: CampaignLabel['severity']): Severity {
  if (policy === undefined || !isConfirmed(part)) return alone(part, policy);
  const severity = worst([...part.map((finding) => finding.severity), policy.confirmed]);
  return policy.targetedRole !== undefined && part.some(isTargetedRole) ? worst([severity, policy.targetedRole]) : severity;
}

/** Points 1 to 4, as if all of it were sure. */
function taken(findings: readonly Finding[], campaigns: readonly CampaignLabel[]): Severity {
  const parts = [...Map.groupBy(findings, ({ campaign }) => campaign)].map(([id, part]) => ({
    part,
    policy: campaigns.find((campaign) => campaign.id === id)?.severity,
  }));
  const together = worst(parts.map(({ part, policy }) => ofCampaign(part, policy)));
  const apart = worst(parts.map(({ part, policy }) => alone(part, policy)));
  return isConfirmed(findings) ? worst([together, oneStepUp(apart, 'high')]) : together;
}

/**
 * The rule, for standing findings with effect `alert` (docs/doubt.md). More evidence never lowers it.
 * 1. A campaign is as bad as its worst finding, but not worse than its `single` while one stage stands alone, and at least its `confirmed` once confirmed: a success and a
 *    second stage.
 * 2. A user with a targeted or privileged role raises a confirmed campaign to at least its `targetedRole`, and one stage alone not beyond its `single`.
 * 3. The incident is as bad as its worst campaign.
 * 4. Entry and a later stage, whichever campaigns see them, are a step worse than the worst of them alone, at most `high`.
 * 5. Unsure signs never say more than `medium` unless something sure, an entry or what follows it, stands beside them.
 */
export function addUp(findings: readonly Finding[], campaigns: readonly CampaignLabel[]): Severity {
  const all = taken(findings, campaigns);
  if (findings.some(isSure) || !findings.some(({ unsure }) => unsure === true)) return all;
  const sure = findings.filter(({ unsure }) => unsure !== true);
  return worst([taken(sure, campaigns), mildest(all, unsureMost)]);
}
