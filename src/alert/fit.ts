// Makes a card short enough: whoever gets it reads it in ten seconds. What it leaves out is counted on it. Used by outbox.ts and the console's endpoint.
import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { type CardOptions, incidentCard } from './card.ts';
import type { IncidentView } from './view.ts';
import { visibleWords, wordsMost } from './words.ts';

type Size = Pick<CardOptions, 'rows' | 'words' | 'brief'>;

/** Sentences are cut before the story is: what happened goes before why it counts. */
const brief = true;
const tighter: readonly Size[] = [
  { rows: 3, words: 12 },
  ...[12, 11, 10, 9, 8].map((words) => ({ rows: 3, words, brief })),
  ...[9, 8, 7].map((words) => ({ rows: 2, words, brief })),
  { rows: 1, words: 7, brief },
];

/** @param complete what else comes onto the card, and whether it is too large for its channel */
export function fittedCard(
  view: IncidentView,
  options: CardOptions,
  complete: { readonly with?: (card: IAdaptiveCard) => IAdaptiveCard; readonly fits?: (card: IAdaptiveCard) => boolean } = {},
): IAdaptiveCard {
  const draw = (more: Size): IAdaptiveCard => {
    const card = incidentCard(view, { ...options, ...more });
    return complete.with?.(card) ?? card;
  };
  let card = draw({});
  for (const more of tighter) {
    if (visibleWords(card) < wordsMost && complete.fits?.(card) !== false) break;
    card = draw(more);
  }
  return card;
}
