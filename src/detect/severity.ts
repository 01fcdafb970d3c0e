// How bad a finding is: the rule's level, held down or raised by its campaign's policy. Called by findings.ts. src/incidents/severity.ts adds findings up by the same policy.
import type { CampaignManifest } from '../contracts/campaign.ts';
import { type Severity, severities, severityRank, worst } from '../contracts/finding.ts';

export interface Judged {
  readonly level: Severity | undefined;
  readonly manifest: CampaignManifest | undefined;
  /** Two stages of one attack together. */
  readonly confirmed: boolean;
  /** An executive, in finance or sales, or privileged. */
  readonly targetedRole: boolean;
  readonly effect: 'alert' | 'targeted' | 'staged' | 'note';
  /** It rests on signs of low confidence only. */
  readonly unsure?: boolean;
}

/** The most that unsure signs say by themselves. */
export const unsureMost: Severity = 'medium';

const least = (a: Severity, b: Severity): Severity => (severityRank(a) <= severityRank(b) ? a : b);
const up = (severity: Severity): Severity => severities[Math.min(severityRank(severity) + 1, severities.length - 1)] ?? severity;

/**
 * One stage alone is never worse than the campaign's `single`, whoever it is about: a campaign needs an entry and a second stage to be called one.
 * Stages together are never worse than `confirmed`. A targeted role raises an alert by one step, within the same limit for a single stage (low to medium),
 * and up to `targetedRole` for confirmed ones (high to critical). What rests on unsure signs only is medium at most.
 */
export function severityOf(judged: Judged): Severity {
  const severity = held(judged);
  return judged.unsure === true ? least(severity, unsureMost) : severity;
}

function held({ level = 'medium', manifest, confirmed, targetedRole, effect }: Judged): Severity {
  if (effect === 'note') return 'informational';
  if (manifest === undefined) return level;
  const { single, confirmed: both, targetedRole: most } = manifest.severity;
  const limit = confirmed ? both : single;
  const own = least(level, limit);
  if (!targetedRole || most === undefined || effect !== 'alert' || own === 'informational') return own;
  return least(up(own), confirmed ? worst([most, limit]) : limit);
}
