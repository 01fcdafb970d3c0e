// What exclusions hide, and what they cannot. Pure; merge.ts asks it for every attack, the round for what was hidden before, the console for what it shows.
import type { Exclusion } from '../contracts/doubt.ts';
import { type Finding, severityRank, worst } from '../contracts/finding.ts';
import { quietAfterMs } from './quiet.ts';
import { addUp, type CampaignLabel, isConfirmed } from './severity.ts';
import { clean } from './text.ts';

type Named = Pick<Exclusion, 'rule' | 'subject' | 'from' | 'until'>;

/** The exclusion speaks of this finding: the same rule, the same subject, within its time. Judged by event time, so that it hides the same whenever it is asked. */
export const names = ({ rule, subject, from, until }: Named, finding: Finding): boolean => {
  const time = Date.parse(finding.time);
  return finding.effect === 'alert' && finding.rule === rule && finding.subject === subject && time >= from && time < until;
};

/** … and hides it: it was not taken back, and the finding is no worse than what was excluded. */
export const hides = (exclusion: Exclusion, finding: Finding): boolean =>
  exclusion.ended === undefined && names(exclusion, finding) && severityRank(finding.severity) <= severityRank(exclusion.most);

/** In force at that time: neither ended nor over. */
export const isInForce = ({ ended, until }: Exclusion, now: number): boolean => ended === undefined && now < until;

/**
 * Everything that stands in one attack is hidden, nothing of it is held by an incident, and together it is no worse than what was excluded: one stage, no higher severity. An
 * entry and a later stage are an attack, whoever excluded the one and the other.
 */
function isSilent(standing: readonly Finding[], exclusions: readonly Exclusion[], campaigns: readonly CampaignLabel[]): boolean {
  const hiding = standing.map((finding) => exclusions.filter((exclusion) => hides(exclusion, finding)));
  if (hiding.some((own) => own.length === 0) || isConfirmed(standing)) return false;
  const most = worst(hiding.flat().map((exclusion) => exclusion.most));
  return severityRank(addUp(standing, campaigns)) <= severityRank(most);
}

const date = (time: number): string => new Date(time).toISOString().slice(0, 10);
export const exclusionSentence = ({ by, until, reason }: Pick<Exclusion, 'by' | 'until' | 'reason'>): string =>
  `${clean(by.name, 80)} excluded this until ${date(until)}: ${clean(reason, 160).replace(/\.$/, '')}.`;

/**
 * Those findings of one attack that count. Nothing where all of it is hidden. Where anything else stands beside them, excluded ones count again, with a sentence that says
 * what speaks against them; what was hidden so long before that it is another story stays out.
 */
export function counting(
  group: {
    readonly incidents: readonly { readonly findings: readonly string[]; readonly firstAt: string }[];
    readonly findings: readonly Finding[];
  },
  exclusions: readonly Exclusion[],
  campaigns: readonly CampaignLabel[],
): Finding[] {
  if (exclusions.length === 0) return [...group.findings];
  const held = new Set(group.incidents.flatMap(({ findings }) => findings));
  const standing = group.findings.filter((finding) => finding.standing);
  if (group.incidents.length === 0 && standing.length > 0 && isSilent(standing, exclusions, campaigns)) return [];
  const isExcluded = (finding: Finding) => !held.has(finding.id) && exclusions.some((one) => names(one, finding));
  const others = standing.filter((finding) => !isExcluded(finding)).map(({ time }) => time);
  // Where only excluded ones stand, the newest tells which story it is.
  const anchors = [...group.incidents.map(({ firstAt }) => firstAt), ...others].sort();
  const first = Date.parse(
    anchors[0] ??
      standing
        .map(({ time }) => time)
        .sort()
        .at(-1) ??
      '',
  );
  return group.findings.flatMap((finding) => {
    if (!isExcluded(finding)) return [finding];
    if (Date.parse(finding.time) < first - quietAfterMs) return [];
    const spoken = exclusions.filter((one) => one.ended === undefined && names(one, finding)).map(exclusionSentence);
    return [spoken.length === 0 ? finding : { ...finding, against: [...finding.against, ...spoken] }];
  });
}

/** Stored findings that an exclusion may have hidden, and that belong to what is found now. */
export function hiddenBefore(stored: readonly Finding[], exclusions: readonly Exclusion[], found: readonly Finding[]): Finding[] {
  if (exclusions.length === 0) return [];
  const times = found.filter(({ effect }) => effect === 'alert').map(({ time }) => Date.parse(time));
  const from = Math.min(...times) - quietAfterMs;
  return stored.filter((finding) => Date.parse(finding.time) >= from && exclusions.some((one) => names(one, finding)));
}

export interface Hidden {
  readonly exclusion: Exclusion;
  /** Standing findings that it names and that no incident holds. */
  readonly findings: number;
}

/** @param held findings of any incident */
export const hiddenBy = (exclusion: Exclusion, findings: readonly Finding[], held: ReadonlySet<string>): Hidden => ({
  exclusion,
  findings: findings.filter((finding) => finding.standing && !held.has(finding.id) && hides(exclusion, finding)).length,
});
