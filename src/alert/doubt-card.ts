// Draws the cards of doubt: somebody excluded something, and what staged rules would have said. Pure; used by outbox.ts.
import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { Exclusion } from '../contracts/doubt.ts';
import { counted } from '../incidents/text.ts';
import { escapeText } from './escape.ts';
import { type NoticeOptions, noticeCard } from './notice-card.ts';
import type { StagedFacts } from './staged-digest.ts';

const linesMost = 5;

/** Tells on the tenant's channel what somebody decided on the console or with the command: a thief who owns one session cannot do it unseen. */
export function excludedCard(tenant: string, exclusions: readonly Exclusion[], options: NoticeOptions): IAdaptiveCard | undefined {
  const [first] = exclusions;
  if (first === undefined) return undefined;
  const until = new Date(first.until).toISOString().slice(0, 10);
  const lines = exclusions
    .slice(0, linesMost)
    .map(({ title, subject, subjectName }) => `“${escapeText(title, 80)}” for ${escapeText(subjectName ?? subject, 60)}`);
  const { ended } = first;
  return noticeCard(
    'warning',
    `${escapeText(first.by.name, 60)} excluded ${counted(exclusions.length, 'rule')} in ${escapeText(tenant, 40)} until ${until}`,
    [
      `${lines.join('; ')}.`,
      `Reason: ${escapeText(first.reason, 160)}`,
      ended === undefined
        ? 'Nothing worse and nothing else is hidden by it. If you don’t know of this, take it back on the console under “Rules and exclusions”.'
        : `Taken back by ${escapeText(ended.by.name, 60)}.`,
    ],
    options,
  );
}

export function stagedDigest({ from, to, tenants, all, rules }: StagedFacts, options: NoticeOptions): IAdaptiveCard {
  const where = all === 1 ? '' : ` in ${tenants.length} of ${all} tenants`;
  const shown = rules.slice(0, linesMost).map(({ rule, count }) => `${escapeText(rule, 60)} ${count} ×`);
  const rest = rules.length - shown.length;
  return noticeCard(
    'emphasis',
    `${counted(rules.length, 'staged rule')} would have spoken${where}`,
    [
      `${from} to ${to}: ${shown.join(', ')}${rest > 0 ? `, ${rest} more` : ''}.`,
      'Staged rules alert nobody. The console shows their noise; “tenant-guard rules promote” lets one alert.',
    ],
    options,
  );
}
