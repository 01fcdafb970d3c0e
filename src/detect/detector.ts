// Detection, pure: activities, baselines, directory facts and stored hits in; findings, baselines and new hits out. Called by rounds (cloud), `check` (offline) and `campaign test`.
import type { Activity, Shape } from '../contracts/activity.ts';
import type { CampaignManifest } from '../contracts/campaign.ts';
import type { Baselines, DetectInput, DetectResult, SequenceHit, StageOverrides, UserBaseline } from '../contracts/detection.ts';
import type { Finding } from '../contracts/finding.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { NetworkTable } from '../contracts/networks.ts';
import { createContextMaker } from './context/context.ts';
import type { ContextMaker } from './context/context-maker.ts';
import { BaselineBuilder } from './context/first-seen.ts';
import { Observed } from './context/observed.ts';
import { shapesOf, whySilent } from './counted.ts';
import { evidenceOf } from './evidence.ts';
import { type Facts, factsOf, withIndicators, withOwnFacts } from './facts.ts';
import { community, findingOf, hitOf, sequenceFinding } from './findings.ts';
import type { Indicator } from './indicators/indicator.ts';
import { createIndicatorIndex } from './indicators/indicator-index.ts';
import { reportedIndex } from './indicators/reported.ts';
import { reachedBy } from './reached.ts';
import { longestTimespan } from './sequences/expiry.ts';
import { growsOnly } from './sequences/occurrences.ts';
import { createRulebook, type RulebookProblem } from './sequences/rulebook.ts';
import { compile } from './sigma/engine.ts';
import { readRules } from './sigma/parse.ts';
import type { SigmaDocument, SigmaRule } from './sigma/rule.ts';
import type { Placeholders } from './sigma/values.ts';
import { stageOf } from './stage.ts';

/** What detection needs of a campaign folder (src/campaigns/load.ts reads it). */
export interface CampaignContent {
  readonly manifest: CampaignManifest;
  readonly rules: readonly SigmaDocument[];
  readonly indicators: readonly Indicator[];
}

export interface DetectorOptions {
  readonly campaigns: readonly CampaignContent[];
  /** Rule texts brought by path: loaded as people write them, not strictly. */
  readonly extraRules?: readonly { readonly file: string; readonly text: string }[];
  /** Brought rules count and alert nobody until somebody promotes them: nobody has seen yet how loud they are here. */
  readonly extraStaged?: boolean;
  /** Values for `%name%` in rules with the modifier `expand`. A rule whose placeholder is not supplied cannot match. */
  readonly placeholders?: Placeholders;
  /** Days of a user's history before "first seen" is known. Default 14. */
  readonly enoughHistoryDays?: number;
  /** Whose network an address is; absent: only the record's own word counts. */
  readonly networks?: NetworkTable;
}

export interface GroupKey {
  readonly rule: string;
  readonly group: string;
}

export type MatchInput = Pick<DetectInput, 'activities' | 'baselines' | 'directory' | 'signInsUnread' | 'reported' | 'stages' | 'foreign'>;

/** Single-event findings and the hits that sequences count; nothing of sequences yet. */
export interface MatchResult extends Omit<DetectResult, 'hits'> {
  readonly hits: readonly SequenceHit[];
}

export interface Concluded {
  readonly findings: readonly Finding[];
  /** Groups with so many hits that not all are kept: how many were looked at. What their findings count is at least that. */
  readonly atLeast: readonly (GroupKey & { readonly counted: number })[];
}

export interface Detector {
  /** Rules that could not be loaded or cannot match, and why. The rest works. */
  readonly problems: readonly RulebookProblem[];
  /** The correlations and how long each looks back, ms: what late input may touch, and when stored hits are of no more use. */
  readonly sequences: readonly {
    readonly rule: string;
    readonly timespan: number;
    /** A late record could falsify what it says: it speaks of what is settled only. */
    readonly onlySettled: boolean;
  }[];
  /** All rules and sequences; `speaks` is false for those that only feed a sequence; `shapes` are the records that a rule, or the rules that a sequence counts, read. */
  rules(): {
    readonly rule: string;
    readonly title: string;
    readonly campaign: string;
    readonly speaks: boolean;
    /** What its pack says that its findings do. */
    readonly effect: Finding['effect'];
    readonly shapes: readonly Shape[];
    /** Nothing here could make it fire: why. */
    readonly cannotMatch?: string;
  }[];
  /** First pass of `check`: baselines of the users that occur, after these activities. The order of calls does not matter. */
  learn(activities: readonly Activity[], baselines: Baselines): Map<SubjectId, UserBaseline>;
  detect(input: DetectInput): DetectResult;
  /** The stored groups that a batch touches: their hits belong into `DetectInput.hits`. */
  groupsOf(input: MatchInput): GroupKey[];
  /** `detect` without sequences: second pass of `check`, which gathers the hits of all batches and concludes once. */
  match(input: MatchInput): MatchResult;
  /** The findings of all groups in `hits`. @param settledTo epoch ms; absent: everything is read. */
  conclude(tenant: string, hits: Iterable<SequenceHit>, settledTo?: number, stages?: StageOverrides): Concluded;
}

export function createDetector({
  campaigns,
  extraRules = [],
  extraStaged = false,
  placeholders = {},
  enoughHistoryDays = 14,
  networks,
}: DetectorOptions): Detector {
  const problems: RulebookProblem[] = [];
  const brought: SigmaDocument[] = [];
  for (const { file, text } of extraRules) {
    const read = readRules(text, file);
    // One by one: a spread of a hundred thousand is more than a call can take.
    for (const rule of read.rules) brought.push(extraStaged ? staged(rule) : rule);
    for (const { line, reason } of read.problems) problems.push({ file, line, message: reason });
  }
  const book = createRulebook([...campaigns, { manifest: undefined, rules: brought }]);
  const engine = compile(
    [...book.rules.values()].map(({ rule }) => rule),
    { placeholders },
  );
  const silent = (rule: SigmaRule): string | undefined => {
    const status = engine.status(rule);
    return status.kind === 'cannot-match' ? status.why : undefined;
  };
  for (const { rule } of book.rules.values()) {
    const why = silent(rule);
    if (why !== undefined)
      problems.push({ file: rule.file, line: rule.line, message: `${rule.key} cannot match: ${why}`, cannotMatch: why });
  }
  const context = createContextMaker({
    enoughHistoryDays,
    networks,
    indicators: createIndicatorIndex(campaigns.flatMap(({ indicators }) => indicators)),
  });
  let byId: ReadonlyMap<string, Indicator> | undefined;
  /** Made at the first finding: most batches have none. */
  const published = (id: string): Indicator | undefined => {
    byId ??= new Map(campaigns.flatMap(({ indicators }) => indicators.map((one) => [one.id, one] as const)));
    return byId.get(id);
  };
  // A round asks which groups a batch touches, then detects over the same batch: it is matched once. Only such batches are kept: what hangs on a weak key
  // is freed late, and with the batches of `check` that cost a third of its time.
  const matchedBatches = new WeakMap<readonly Activity[], { readonly input: MatchInput; readonly result: MatchResult }>();

  function match(input: MatchInput): MatchResult {
    const known = matchedBatches.get(input.activities);
    if (known !== undefined && isSame(known.input, input)) return known.result;
    engine.reset();
    const seen = observedIn(input.activities);
    const baselines = learnInto(context, seen, input.baselines);
    const reported = reportedIndex(input.reported);
    const findings: Finding[] = [];
    const hits: SequenceHit[] = [];
    const timeless = new Map<string, number>();
    for (const observed of seen) {
      const { activity } = observed;
      let facts: Facts | undefined;
      const of = context.of(activity, observed, {
        baseline: activity.undated === true ? undefined : (baselines.get(activity.subject) ?? input.baselines.get(activity.subject)),
        facts: input.directory.get(activity.subject),
        signInsUnread: input.signInsUnread ?? false,
        reported,
        foreign: input.foreign,
      });
      for (const { rule, view, matched } of engine.match(activity, of)) {
        const booked = book.rules.get(rule.key);
        if (booked === undefined) continue;
        if (!booked.speaks && booked.sequences.length === 0) continue;
        facts ??= factsOf(activity, observed, of);
        const found = { activity, view, context: of, matched, facts: withOwnFacts(withIndicators(facts, matched), rule, view, of) };
        if (booked.speaks) findings.push(findingOf(booked, found, { stages: input.stages, published }));
        if (booked.sequences.length === 0) continue;
        const evidence = evidenceOf(rule, found, { published, isAttempt: stageOf(rule) === 'attempt' });
        for (const sequence of booked.sequences) {
          if (activity.undated === true) {
            timeless.set(sequence.rule.key, (timeless.get(sequence.rule.key) ?? 0) + 1);
            continue;
          }
          const hit = hitOf(sequence, rule, found, evidence);
          if (hit !== undefined) hits.push(hit);
        }
      }
    }
    return {
      findings,
      hits,
      baselines,
      notAssessable: [...engine.notAssessable(), ...[...timeless].map(([rule, count]) => ({ rule, field: lostTime, count }))],
      rulesEvaluated: input.activities.length === 0 ? 0 : engine.counters.rulesEvaluated / input.activities.length,
    };
  }

  function conclude(tenant: string, hits: Iterable<SequenceHit>, settledTo?: number, stages?: StageOverrides): Concluded {
    const findings: Finding[] = [];
    const partly: (GroupKey & { counted: number })[] = [];
    for (const { rule, group, members } of grouped(hits).values()) {
      const booked = book.sequences.get(rule);
      if (booked === undefined || !booked.speaks) continue;
      const { reached, counted, atLeast } = reachedBy(booked, group, members, settledTo);
      if (atLeast) partly.push({ rule, group, counted });
      for (const { victim, occurrence } of reached)
        findings.push(sequenceFinding(booked, tenant, group, { occurrence, victim, stages, published }));
    }
    return { findings, atLeast: partly };
  }

  return {
    problems: [...problems, ...book.problems],
    sequences: [...book.sequences.values()].map(({ rule, sequence }) => ({
      rule: rule.key,
      timespan: longestTimespan(sequence),
      onlySettled: !growsOnly(sequence),
    })),
    learn: (activities, baselines) => learnInto(context, observedIn(activities), baselines),
    rules: () =>
      [...book.rules.values(), ...book.sequences.values()].map(({ rule, manifest, speaks }) => {
        const cannotMatch = whySilent(book, rule, silent);
        return {
          rule: rule.key,
          title: rule.title,
          campaign: manifest?.id ?? community,
          speaks,
          effect: rule.guard.effect,
          shapes: shapesOf(book, rule),
          ...(cannotMatch === undefined ? {} : { cannotMatch }),
        };
      }),
    match,
    conclude,
    groupsOf: (input) => {
      const result = match(input);
      matchedBatches.set(input.activities, { input, result });
      return [...grouped(result.hits).values()].map(({ rule, group }) => ({ rule, group }));
    },
    detect: (input) => {
      const matched = match(input);
      const tenant = input.activities[0]?.tenant ?? input.tenant;
      if (tenant === undefined) return matched;
      const { findings } = conclude(tenant, [...input.hits, ...matched.hits], input.settledTo ?? Number.NEGATIVE_INFINITY, input.stages);
      return { ...matched, findings: [...matched.findings, ...findings] };
    },
  };
}

const isSame = (a: MatchInput, b: MatchInput): boolean =>
  a.baselines === b.baselines &&
  a.directory === b.directory &&
  (a.signInsUnread ?? false) === (b.signInsUnread ?? false) &&
  a.stages === b.stages &&
  a.reported === b.reported &&
  a.foreign === b.foreign;

const staged = (rule: SigmaDocument): SigmaDocument =>
  rule.kind !== 'filter' && rule.guard.effect === 'alert' ? { ...rule, guard: { ...rule.guard, effect: 'staged' } } : rule;

/** What `NotAssessable` says of a sequence that would have counted a record without a time. */
const lostTime = 'time';

const observedIn = (activities: readonly Activity[]): Observed[] => activities.map((activity) => new Observed(activity));

/** People have habits, and applications that sign in by themselves. */
function learnInto(context: ContextMaker, seen: readonly Observed[], stored: Baselines): Map<SubjectId, UserBaseline> {
  const builder = new BaselineBuilder(stored, context.known);
  for (const observed of seen) {
    const { subject, retold, undated } = observed.activity;
    if (retold === true || undated === true) continue;
    if (subject.startsWith('user:') || subject.startsWith('unresolved:') || (observed.signIn !== undefined && subject.startsWith('app:')))
      builder.see(observed.activity, context.sighting(observed));
  }
  return builder.baselines();
}

function grouped(hits: Iterable<SequenceHit>): Map<string, GroupKey & { readonly members: SequenceHit[] }> {
  const groups = new Map<string, GroupKey & { readonly members: SequenceHit[] }>();
  for (const hit of hits) {
    const key = `${hit.rule}\n${hit.group}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { rule: hit.rule, group: hit.group, members: [hit] });
    else known.members.push(hit);
  }
  return groups;
}
