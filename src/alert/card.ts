// Draws a view as an Adaptive Card 1.5. Pure; used by outbox.ts for the webhook and by the console's endpoint for the page.
import type { IAdaptiveCard, IExecuteAction, IOpenUrlAction, ITextBlock } from '@microsoft/teams.cards';
import { clean, counted } from '../incidents/text.ts';
import { escapeText } from './escape.ts';
import { type Tone, utc } from './step-view.ts';
import { findingsIn, tellingLines } from './timeline.ts';
import type { IncidentView } from './view.ts';

/** A webhook's buttons can only open a page; the console's act in place, with opaque ids only. */
export type CardTarget = { readonly kind: 'webhook'; readonly link: string } | { readonly kind: 'console' };

export interface CardOptions {
  readonly target: CardTarget;
  /** When this card is sent, ISO; absent on the console. */
  readonly sentAt?: string;
  /** An earlier try may have arrived. */
  readonly again?: boolean;
  /** Timeline rows at most. */
  readonly rows?: number;
  /** Words of a sentence at most; below the usual number the story's own sentence leaves to the rows what they tell. */
  readonly words?: number;
  /** The page alone says how many more reasons and doubts there are, and what is bidden is bidden in fewer words. */
  readonly brief?: boolean;
}

const rowsUsual = 3;
const wordsUsual = 16;
/** Below so many words a row says where it was only at the first. */
const wordsWithPlace = 12;
const containerStyle = { good: 'good', warning: 'warning', attention: 'attention', default: 'emphasis' } as const;
const textColor = { good: 'Good', warning: 'Warning', attention: 'Attention', default: 'Default' } as const;

type Line = Partial<Omit<ITextBlock, 'type' | 'text'>>;
const block = (text: string, more: Line = {}): ITextBlock => ({ type: 'TextBlock', text, wrap: true, ...more });
const toned = (tone: Tone): Line => ({ color: textColor[tone] });

/** Rules may say much; whoever wants it all opens the console. Cut after a part of the sentence where there is one, and never inside an open quote. */
function shortened(text: string, words: number): string {
  const all = clean(text, 240).split(' ');
  if (all.length <= words) return escapeText(all.join(' '), 240);
  const kept = all.slice(0, words - 1);
  if (isQuoteOpen(kept)) return escapeText(`${kept.join(' ')} …”`, 240);
  const parts = kept.findLastIndex((word, index) => /[,;:.]$/.test(word) && !isQuoteOpen(kept.slice(0, index + 1)));
  return escapeText(`${(parts < kept.length / 2 ? kept : kept.slice(0, parts + 1)).join(' ')} …`, 240);
}

const isQuoteOpen = (words: readonly string[]): boolean => {
  const text = words.join(' ');
  return text.lastIndexOf('“') > text.lastIndexOf('”');
};

/** `label` is ours, the sentences are from outside. Nothing to say gives no line. */
function labelled(
  label: string,
  sentences: readonly string[],
  { most, words = wordsUsual, brief = false }: { readonly most: number; readonly words?: number; readonly brief?: boolean },
  more: Line = {},
): ITextBlock[] {
  if (sentences.length === 0) return [];
  const shown = sentences.slice(0, most).map((sentence) => shortened(sentence, words));
  const rest = sentences.length - shown.length;
  return [block(`**${label}:** ${shown.join(' ')}${rest > 0 && !brief ? ` (${rest} more)` : ''}`, { spacing: 'Small', ...more })];
}

function timelineOf(
  view: IncidentView,
  { rows, words, target }: { readonly rows: number; readonly words: number; readonly target: CardTarget },
) {
  const shown = tellingLines(view.timeline, rows);
  const left = findingsIn(view.timeline) - findingsIn(shown);
  let day = '';
  let known = '';
  const lines = shown.map(({ time, text, where, times }, index) => {
    const when = time.startsWith(day) && day !== '' ? time.slice(11, 16) : utc(time);
    day = time.slice(0, 10);
    // The same place, application and network again is no news.
    const isSaid = where === '' || where === known || (words < wordsWithPlace && index > 0);
    known = where;
    return block(`${when} ${shortened(isSaid ? text : `${text}, ${where}`, words)}${times > 1 ? ` (${times} ×)` : ''}`, {
      spacing: index === 0 ? 'Medium' : 'None',
      size: 'Small',
    });
  });
  const rest = target.kind === 'console' ? 'under Evidence' : 'in the console';
  return left === 0
    ? lines
    : [...lines, block(`${counted(left, 'more finding')} ${rest}`, { spacing: 'None', size: 'Small', isSubtle: true })];
}

function stepsOf(view: IncidentView): ITextBlock[] {
  return view.steps.flatMap((step) => [
    block(`**${step.mark}** ${escapeText(step.label, 120)}${step.detail === '' ? '' : `: ${escapeText(step.detail, 240)}`}`, {
      spacing: 'Small',
      ...toned(step.tone),
    }),
    // Not escaped for links: `next` holds our own portal addresses, which people have to follow; it is bounded and carries no outside text but ids.
    ...(step.next === undefined ? [] : [block(nextText(step.next), { spacing: 'None', size: 'Small' })]),
  ]);
}

const byHandMost = 2;

/** The portal address at the end becomes a link; everything before it is escaped. */
function nextText(next: string): string {
  const match = /^(.*?)\s*(https:\/\/(?:entra|admin|admin\.exchange)\.microsoft\.com\/[^\s()[\]]*)$/s.exec(next);
  if (match === null) return escapeText(next, 240);
  return `${escapeText(match[1] ?? '', 240)} [Open the portal](${match[2]})`;
}

function buttonsOf(view: IncidentView, target: CardTarget): (IOpenUrlAction | IExecuteAction)[] {
  return view.buttons.map(({ verb, title, primary, containment }) =>
    target.kind === 'webhook'
      ? { type: 'Action.OpenUrl', title, url: target.link }
      : {
          type: 'Action.Execute',
          title,
          verb: containment === undefined ? verb : `${verb}:${containment}`,
          data: { verb, incident: view.incident, ...(containment === undefined ? {} : { containment }) },
          ...(primary ? { style: 'positive' as const } : {}),
        },
  );
}

/** The sentence of a single finding is its title, which the headline says already. */
const isRepeated = ({ headline, sentence }: IncidentView): boolean => headline.startsWith(sentence.replace(/\.$/, ''));

/** The rows tell what was first and last. */
const briefly = (sentence: string): string => sentence.replace(/: first “.*$/s, '.');

export function incidentCard(
  view: IncidentView,
  { target, sentAt, again = false, rows = rowsUsual, words = wordsUsual, brief = false }: CardOptions,
): IAdaptiveCard {
  const acted = view.steps.length > 0;
  const seen = view.visibleAt === undefined || (brief && sentAt === undefined) ? '' : ` · visible ${view.visibleAt.slice(11, 16)}`;
  const sent = sentAt === undefined ? '' : ` · ${again ? 'sent again' : 'sent'} ${sentAt.slice(11, 16)}`;
  const footer = `${view.reference}${seen}${sent}${seen + sent === '' ? '' : ' UTC'}`;
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: escapeText(view.headline, 200),
    body: [
      {
        type: 'Container',
        style: containerStyle[view.tone],
        bleed: true,
        items: [
          block(escapeText(view.headline, 200), { weight: 'Bolder', size: 'Medium' }),
          ...(acted || isRepeated(view)
            ? []
            : [block(shortened(words < wordsUsual ? briefly(view.sentence) : view.sentence, 24), { spacing: 'Small' })]),
          ...(view.status === undefined ? [] : [block(escapeText(view.status, 300), { spacing: 'Small' })]),
        ],
      },
      ...timelineOf(view, { rows, words: brief ? words + 1 : words, target }),
      ...(acted
        ? stepsOf(view)
        : [...labelled('Why', view.why, { most: 1, words, brief }), ...labelled('Against', view.against, { most: 1, words, brief })]),
      ...labelled('Not read', view.unread, { most: 1, words, brief }),
      ...(view.plan.length === 0
        ? []
        : [
            block(
              `**${view.state === 'dry-run' || view.plan.length === 1 ? 'Plan' : (view.buttons[0]?.title ?? 'Plan')}:** ${view.plan.map((step) => escapeText(step, 120)).join(' → ')}`,
              {
                spacing: 'Small',
              },
            ),
          ]),
      ...labelled('Before', view.others, { most: 3 }),
      ...labelled('Stays open', brief ? view.staysOpen.map((sentence) => sentence.replace(' Look at them.', '')) : view.staysOpen, {
        most: 4,
      }),
      ...labelled('Undo', view.undo, { most: 4 }),
      ...view.byHand.slice(0, byHandMost).map((sentence) => block(`**By hand:** ${nextText(sentence)}`, { spacing: 'Small' })),
      ...(view.call === undefined
        ? []
        : [block(brief ? view.call.replace(/ write to this mailbox\.$/, ' mail.') : view.call, { spacing: 'Small' })]),
      block(footer, { size: 'Small', isSubtle: true, spacing: 'Small' }),
    ],
    actions: buttonsOf(view, target),
  };
}
