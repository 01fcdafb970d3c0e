// How bad a finding is: the rule's level, held down or raised by its campaign's policy. Called by findings.ts.
import type { CampaignManifest } from '../contracts/campaign.ts';
import { type Severity, severities, severityRank } from '../contracts/finding.ts';

export interface Judged {
  readonly level: Severity | undefined;
  readonly manifest: CampaignManifest | undefined;
  /** Two stages of one attack together. */
  readonly confirmed: boolean;
  /** An executive, in finance or sales, or privileged. */
  readonly targetedRole: boolean;
  readonly effect: 'alert' | 'targeted' | 'staged';
}

const least = (a: Severity, b: Severity): Severity => (severityRank(a) <= severityRank(b) ? a : b);
const up = (severity: Severity): Severity => severities[Math.min(severityRank(severity) + 1, severities.length - 1)] ?? severity;

/**
 * One stage alone is never worse than the campaign's `single`; stages together never worse than `confirmed`.
 * For a targeted role an alert goes one step up: a single stage as far as `targetedRole`, confirmed ones one above `confirmed`.
 */
export function severityOf({ level = 'medium', manifest, confirmed, targetedRole, effect }: Judged): Severity {
  if (manifest === undefined) return level;
  const { single, confirmed: both, targetedRole: most } = manifest.severity;
  const held = least(level, confirmed ? both : single);
  if (!targetedRole || most === undefined || effect !== 'alert' || held === 'informational') return held;
  if (confirmed) return up(held);
  return severityRank(held) >= severityRank(most) ? held : least(up(held), most);
}
