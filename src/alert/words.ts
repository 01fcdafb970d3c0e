// Counts what a person has to read on a card: ten seconds' worth. Used by outbox.ts.
import type { IAdaptiveCard } from '@microsoft/teams.cards';

/** A card has fewer words than this, buttons included. */
export const wordsMost = 120;

interface Node {
  readonly type?: string;
  readonly text?: string;
  readonly title?: string;
  readonly items?: readonly Node[];
}

/** Every text and button, in the order in which they stand. */
export function textsOf(card: IAdaptiveCard): string[] {
  const walk = (node: Node): string[] => [
    ...(node.text === undefined ? [] : [node.text]),
    ...(node.type?.startsWith('Action.') === true && node.title !== undefined ? [node.title] : []),
    ...(node.items ?? []).flatMap(walk),
  ];
  return [...(card.body as readonly Node[]), ...((card.actions ?? []) as readonly Node[])].flatMap(walk);
}

/** Addresses behind links and marks without a letter or number are not read. */
export const visibleWords = (card: IAdaptiveCard): number =>
  textsOf(card)
    .join(' ')
    .replace(/\]\([^)]*\)/g, ']')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
