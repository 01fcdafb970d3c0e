// How sure a finding is: which field held which value, by which published sign, and what speaks against it. Pure; called by findings.ts for single records.
import type { View } from '../contracts/activity.ts';
import type { Context } from '../contracts/context.ts';
import type { Finding } from '../contracts/finding.ts';
import { fill, textOf } from './facts.ts';
import type { Indicator } from './indicators/indicator.ts';
import { readField } from './sigma/fields/resolve.ts';
import type { SigmaRule } from './sigma/rule.ts';

type Matched = readonly { readonly field: string; readonly value: unknown }[];
/** A published sign by its id; undefined for what people reported and foreign feeds list. */
export type Published = (id: string) => Indicator | undefined;

const mostMatched = 6;
const mostIndicators = 3;
const mostAgainst = 8;
/** Below this a published sign is unsure: seen by one source, or shared by many who do no harm. A sign without a stated confidence has 50. */
export const sureFrom = 50;
const prefix = 'context.indicator.';

/** Fields and values that made the rule match, as people read them. */
export const matchedOf = (matched: Matched): NonNullable<Finding['matched']> =>
  matched.slice(0, mostMatched).map(({ field, value }) => ({ field, value: textOf(value) ?? '' }));

/** The published signs that the rule asked for and the record shows. */
export function indicatorsOf(matched: Matched, context: Context, published: Published): Indicator[] {
  const asked = matched.filter(({ field }) => field.startsWith(prefix));
  const ids = new Set(asked.flatMap(({ field }) => [context[field as keyof Context]].flat().filter((id) => typeof id === 'string')));
  const all = [...ids].flatMap((id) => published(id) ?? []);
  // A rule may ask for some of the signs of one kind only: those it names go first.
  const named = all.filter(({ id }) => asked.some(({ value }) => String(value).includes(id)));
  return (named.length > 0 ? named : all).sort((a, b) => b.confidence - a.confidence).slice(0, mostIndicators);
}

export const shownIndicator = ({ id, value, confidence, source }: Indicator): NonNullable<Finding['indicators']>[number] => ({
  id,
  value: textOf(value) ?? '',
  confidence,
  source: textOf(source) ?? '',
});

/** All that the rule rests on is unsure: such findings alone never make a case worse than medium. */
export const isUnsure = (indicators: readonly Indicator[]): boolean =>
  indicators.length > 0 && indicators.every(({ confidence }) => confidence < sureFrom);

/** The rule asked what foreign feeds list: a claim of strangers, made for many purposes, is unsure whatever confidence it states. */
export const restsOnFeeds = (matched: Matched): boolean =>
  matched.some(({ field }) => field === `${prefix}feed` || field === `${prefix}listed`);

const shared: Readonly<Record<string, string>> = {
  relay: 'The address is a shared way out (a relay or security gateway): many people have it at the same time.',
  carrier: 'The address is a mobile carrier’s, which many customers share.',
  microsoft: 'The address is one of Microsoft’s own services.',
};

const allUsual = 'The user has signed in with this browser, country, network and application before.';
const someUsual = 'Usual for the user: this ';
/** Whether a sentence tells of what is usual for the user: in a long attack, that may be the thief's own. */
export const isOfHistory = (sentence: string): boolean => sentence === allUsual || sentence.startsWith(someUsual);

/** What the user's history says: each of the four that was seen before is named, if that was a day ago or more. A thief's own first sign-in makes nothing usual. */
function history(context: Context): string[] {
  const any = context['context.first.any'];
  const kinds = ['country', 'network', 'browser', 'application'] as const;
  const known = kinds.filter((kind) => context[`context.first.${kind}`] === false && context[`context.habit.${kind}`] === true);
  if (any === false && known.length === kinds.length) return [allUsual];
  const usual = known.length === 0 ? [] : [`${someUsual}${known.join(', ')}.`];
  return any === undefined ? [...usual, 'What is usual for this user is not known in full yet.'] : usual;
}

function signInAgainst(view: View, context: Context): string[] {
  const compliant = readField(view, context, 'deviceDetail.isCompliant');
  const managed = readField(view, context, 'deviceDetail.isManaged');
  const outcome = context['context.signIn.outcome'];
  return [
    ...(outcome === 'failure' || outcome === 'blocked' ? ['The sign-in failed: nobody entered by it.'] : []),
    ...history(context),
    ...(isTrue(compliant) ? ['The device is compliant.'] : isTrue(managed) ? ['The device is managed.'] : []),
  ];
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** The rule's own sentences first, then what the record, the user's history and the signs themselves say. */
export function againstOf(rule: SigmaRule, view: View, context: Context, indicators: readonly Indicator[]): string[] {
  const kind = context['context.network.kind'];
  const strong = context['context.strong.sameNetwork'];
  const said = [
    ...rule.guard.against.map((sentence) => fill(sentence, view, context)),
    ...indicators
      .filter(({ confidence }) => confidence < sureFrom)
      .map(({ id, confidence }) => `The sign ${id} is unsure: confidence ${confidence} of 100.`),
    ...(view.shape === 'sign-in' ? signInAgainst(view, context) : []),
    ...(strong === true ? ['Strong authentication on a device that the user had before came from the same network within the hour.'] : []),
    ...(typeof kind === 'string' && Object.hasOwn(shared, kind) ? [shared[kind] ?? ''] : []),
  ];
  return [...new Set(said)].slice(0, Math.max(mostAgainst, rule.guard.against.length));
}

/**
 * One line for people: fields and values, and by which sign.
 * @example 'userAgent is "Mozilla/5.0 (X11…"; sign azure-ato-2024/ua-linux "Mozilla/5.0 (X11…" (confidence 80 of 100, https://…)'
 */
export function becauseLine({ matched = [], indicators = [] }: Pick<Finding, 'matched' | 'indicators'>): string {
  const fields = matched.map(({ field, value, rule }, index) => {
    const named = rule === undefined || rule === matched[index - 1]?.rule ? '' : `${rule}: `;
    return `${named}${value === '' ? `${field} is empty` : `${field} is "${value}"`}`;
  });
  const signs = indicators.map(
    ({ id, value, confidence, source }) => `sign ${id} "${value}" (confidence ${confidence} of 100${source === '' ? '' : `, ${source}`})`,
  );
  return [...fields, ...signs].join('; ');
}
