// The words of an incident, drawn anew from its standing findings at every change: title, sentence, timeline, why, against. Pure; used by merge.ts.
import { type Finding, severityRank } from '../contracts/finding.ts';
import type { Incident, TimelineEntry } from '../contracts/incident.ts';
import { isOfHistory } from '../detect/doubt.ts';
import { community } from '../detect/findings.ts';
import type { CampaignLabel } from './severity.ts';
import { clean, counted } from './text.ts';

const timelineMost = 200;
const sentencesMost = 20;

export const byTime = (a: Finding, b: Finding): number => a.time.localeCompare(b.time) || a.id.localeCompare(b.id);
/** When it began: a sequence that goes on keeps its place in the story. */
export const beganAt = ({ from, time }: Pick<Finding, 'from' | 'time'>): string => from ?? time;
export const byBeginning = (a: Finding, b: Finding): number => beganAt(a).localeCompare(beganAt(b)) || byTime(a, b);
const worstFirst = (a: Finding, b: Finding): number => severityRank(b.severity) - severityRank(a.severity) || byTime(a, b);

/** An id that nobody knows by heart is none to read in a story: its beginning tells one from another, and the evidence has all of it. */
const namedApplication = (application: string | undefined): string | undefined =>
  application !== undefined && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/i.test(application)
    ? `application ${application.slice(0, 8)}…`
    : application;

export function entryOf(finding: Finding): TimelineEntry {
  const fact = (name: string) => {
    const value = clean(finding.facts[name] ?? '', 120);
    return value === '' ? undefined : value;
  };
  const place = fact('place') ?? fact('country');
  const application = namedApplication(fact('application'));
  const network = fact('network') ?? fact('address');
  return {
    time: beganAt(finding),
    ...(finding.visibleAt === undefined ? {} : { visibleAt: finding.visibleAt }),
    // A note says in its own words who did what; its rule's title is the same for all.
    text: clean(finding.effect === 'note' ? finding.why : finding.title, 160),
    ...(place === undefined ? {} : { place }),
    ...(application === undefined ? {} : { application }),
    ...(network === undefined ? {} : { network }),
    severity: finding.severity,
    ...(finding.effect === 'note' ? {} : { stage: finding.stage }),
    finding: finding.id,
  };
}

/** By the earliest event of each. Of a very long attack the first and the last hundred entries are kept: how it began and where it stands. */
export function timelineOf(findings: readonly Finding[]): TimelineEntry[] {
  const entries = [...findings].sort(byBeginning).map(entryOf);
  return entries.length <= timelineMost ? entries : [...entries.slice(0, timelineMost / 2), ...entries.slice(-timelineMost / 2)];
}

const unique = (sentences: readonly string[], most: number): string[] =>
  [...new Set(sentences.map((sentence) => clean(sentence, 300)).filter((sentence) => sentence !== ''))].slice(0, most);

/** "in 12 minutes", "in 3 hours": how long the attack has been seen. */
function span(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  if (minutes < 1) return 'within a minute';
  if (minutes < 120) return `in ${counted(minutes, 'minute')}`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `in ${counted(hours, 'hour')}` : `in ${counted(Math.round(hours / 24), 'day')}`;
}

/** Every attack that is confirmed, by when it began; what attacks have in common only where nothing else is. */
function headOf(ordered: readonly Finding[], labels: Incident['campaigns'], campaigns: readonly CampaignLabel[]): string | undefined {
  const began = (id: string): number => ordered.findIndex(({ campaign }) => campaign === id);
  const confirmed = labels
    // Rules that were brought together are no attack that has a name.
    .filter(({ id, confirmed }) => confirmed && id !== community)
    .map((label) => ({ label, campaign: campaigns.find(({ id }) => id === label.id) }))
    .sort((a, b) => began(a.label.id) - began(b.label.id));
  const own = confirmed.filter(({ campaign }) => campaign?.general !== true);
  const [first, second, ...more] = (own.length > 0 ? own : confirmed).map(({ label, campaign }) => campaign?.title ?? label.title);
  if (first === undefined || second === undefined) return first;
  return `${clean(first, 80)}; also ${clean(second, 60)}${more.length === 0 ? '' : ` and ${more.length} more`}`;
}

const isLate = ({ retrospect }: Finding): boolean => retrospect !== undefined;

/** Among what was found as it happened, what was not says so. */
function markLate(entries: readonly TimelineEntry[], findings: readonly Finding[]): TimelineEntry[] {
  const late = new Set(findings.filter(isLate).map(({ id }) => id));
  return entries.map((entry) => (late.has(entry.finding) ? { ...entry, text: `${entry.text} (found in retrospect)` } : entry));
}

/** What is usual is learned from what was there a day before: later than that, it may have been learned from this attack. */
const habitMs = 86_400_000;
const againstBefore = ({ against, time }: Finding, began: string): readonly string[] =>
  Date.parse(time) - Date.parse(began) < habitMs ? against : against.filter((sentence) => !isOfHistory(sentence));

type Drawing = Pick<Incident, 'title' | 'summary' | 'timeline' | 'why' | 'against' | 'firstAt' | 'lastAt'>;

/** @param findings the standing ones, at least one */
export function draw(
  findings: readonly Finding[],
  who: string,
  labels: Incident['campaigns'],
  campaigns: readonly CampaignLabel[],
): Drawing {
  const ordered = [...findings].sort(byBeginning);
  const first = ordered[0];
  const last = ordered.at(-1);
  const times = findings.map(({ time }) => time).sort();
  const firstAt = times[0];
  const lastAt = times.at(-1);
  const top = [...findings].sort(worstFirst)[0];
  if (first === undefined || last === undefined || firstAt === undefined || lastAt === undefined || top === undefined)
    throw new Error('An incident without a standing finding has nothing to draw');
  const what = headOf(ordered, labels, campaigns) ?? top.title;
  const summary =
    ordered.length === 1
      ? `${clean(first.title, 160)}.`
      : `${counted(ordered.length, 'finding')} ${span(beganAt(first), lastAt)}: first “${clean(first.title, 120)}”, last “${clean(last.title, 120)}”.`;
  const late = findings.every(isLate) ? 'Found in retrospect. ' : '';
  return {
    title: `${clean(what, 160)}: ${who}`,
    summary: `${late}${summary}`,
    timeline: late === '' ? markLate(timelineOf(ordered), findings) : timelineOf(ordered),
    why: unique(
      [...findings].sort(worstFirst).map((finding) => finding.why),
      sentencesMost,
    ),
    against: unique(
      [...findings].sort(worstFirst).flatMap((finding) => againstBefore(finding, beganAt(first))),
      sentencesMost,
    ),
    firstAt,
    lastAt,
  };
}
