// Text from outside, made harmless for an Adaptive Card: its markdown, its date functions and automatic links. Used by card.ts.
import { clean } from '../incidents/text.ts';

/** @example escapeText('[a](https://b.example)', 80) === '\\[a\\]\\(https: //b.example\\)' */
export function escapeText(text: string, most: number): string {
  return clean(text, most)
    .replace(/:\/\//g, ': //')
    .replace(/\bwww\./gi, 'www .')
    .replace(/[\\`*_{}[\]()<>#~|]/g, '\\$&');
}
