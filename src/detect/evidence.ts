// What a hit keeps of why its record matched, and what a sequence says of all its hits: rule, field, value, published sign, what speaks against it, and whether all of it is unsure. Pure; called by findings.ts.
import type { HitEvidence, SequenceHit } from '../contracts/detection.ts';
import type { Finding } from '../contracts/finding.ts';
import { againstOf, indicatorsOf, isUnsure, matchedOf, type Published, restsOnFeeds, shownIndicator, sureFrom } from './doubt.ts';
import type { Matched } from './findings.ts';
import type { BookedSequence } from './sequences/rulebook.ts';
import type { SigmaRule } from './sigma/rule.ts';

/** Hits are kept by the thousand: each holds no more than tells it. */
const fieldsMost = 3;
const valueMost = 120;
const sentencesMost = 3;
/** Of a whole sequence. */
const allFieldsMost = 8;
const allSignsMost = 3;
const allSentencesMost = 8;

const cut = (value: string): string => (value.length <= valueMost ? value : `${value.slice(0, valueMost - 1)}…`);

/** @param isAttempt what was only tried says by itself that nobody entered: what speaks against it is not kept. Undefined: there is nothing to keep. */
export function evidenceOf(
  rule: SigmaRule,
  { view, context, matched }: Matched,
  { published, isAttempt }: { readonly published: Published; readonly isAttempt: boolean },
): HitEvidence | undefined {
  const signs = indicatorsOf(matched, context, published);
  const unsure = isUnsure(signs) || restsOnFeeds(matched) || rule.guard.sure === 'recollected';
  const fields = matchedOf(matched.slice(0, fieldsMost)).map(({ field, value }) => ({ field, value: cut(value) }));
  const against = isAttempt ? [] : againstOf(rule, view, context, signs).slice(0, sentencesMost);
  const evidence: HitEvidence = {
    ...(fields.length === 0 ? {} : { matched: fields }),
    ...(signs.length === 0 ? {} : { signs: signs.map(({ id }) => id) }),
    ...(against.length === 0 ? {} : { against }),
    ...(unsure ? { unsure } : {}),
  };
  return Object.keys(evidence).length === 0 ? undefined : evidence;
}

/** No mere attempt, no ordinary act that every user does as well, and more than signs of low confidence. */
function isSure(booked: BookedSequence, { base, evidence }: SequenceHit): boolean {
  const reads = booked.reads.get(base);
  return evidence?.unsure !== true && reads !== undefined && reads.stage !== 'attempt' && !reads.ordinary;
}

/** Unsure signs are a part of it, and nothing sure stands beside them. */
export const restsOnUnsure = (booked: BookedSequence, hits: readonly SequenceHit[]): boolean =>
  hits.some(({ evidence }) => evidence?.unsure === true) && !hits.some((hit) => isSure(booked, hit));

/** What the members say, the subject's own first: of each rule the earliest hit, then what further hits add. */
export function evidenceIn(
  booked: BookedSequence,
  subject: string,
  hits: readonly SequenceHit[],
  published: Published,
): Pick<Finding, 'matched' | 'indicators' | 'against'> {
  const own = hits.filter((hit) => hit.subject === subject);
  const telling = [...firstOfEach(own), ...firstOfEach(hits)];
  const fields = new Map<string, NonNullable<Finding['matched']>[number]>();
  for (const { base, evidence } of telling)
    for (const { field, value } of evidence?.matched ?? [])
      if (![...fields.keys()].some((key) => key.startsWith(`${base} ${field} `)))
        fields.set(`${base} ${field} ${value}`, { rule: base, field, value });
  const signs = [...new Set([...telling, ...hits].flatMap(({ evidence }) => evidence?.signs ?? []))]
    .flatMap((id) => published(id) ?? [])
    .sort((a, b) => b.confidence - a.confidence);
  const unsure = signs
    .filter(({ confidence }) => confidence < sureFrom)
    .map(({ id, confidence }) => `The sign ${id} is unsure: confidence ${confidence} of 100.`);
  const against = [...booked.rule.guard.against, ...telling.flatMap(({ evidence }) => evidence?.against ?? []), ...unsure];
  return {
    against: [...new Set(against)].slice(0, Math.max(allSentencesMost, booked.rule.guard.against.length)),
    ...(fields.size === 0 ? {} : { matched: [...fields.values()].slice(0, allFieldsMost) }),
    ...(signs.length === 0 ? {} : { indicators: signs.slice(0, allSignsMost).map(shownIndicator) }),
  };
}

function firstOfEach(hits: readonly SequenceHit[]): SequenceHit[] {
  const first = new Map<string, SequenceHit>();
  for (const hit of hits) if (!first.has(hit.base)) first.set(hit.base, hit);
  return [...first.values()];
}
