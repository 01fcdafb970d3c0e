// Makes names and sentences from outside fit to be kept and shown. Used by incidents and alert; escaping for a card is alert's own business.

// Control characters, zero-width characters and direction overrides: they hide or reorder what people read.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * One line without invisible characters, at most `most` characters (an ellipsis marks the cut).
 * @example clean('Ann\u202E\nBee', 40) === 'Ann Bee'
 */
export function clean(text: string, most: number): string {
  // The slice before bounds the work on hostile input; names are never this long.
  const line = text
    .slice(0, most * 8)
    .replace(invisible, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}

/** @example counted(1, 'finding') === '1 finding' */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
