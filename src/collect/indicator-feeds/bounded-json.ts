// JSON.parse for hostile text: refuses what is nested deeper than it needs to be, before anything walks it. Called by the readers of feeds.
import { FeedError } from './guarded-fetch.ts';

/** @throws FeedError where it is no JSON, or nested deeper than `depth` */
export function parseBounded(text: string, depth: number): unknown {
  if (depthOf(text, depth) > depth) throw new FeedError(`it is nested deeper than ${depth} levels`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FeedError('it is no JSON', { cause });
  }
}

/** Levels of brackets outside texts; stops counting once it is beyond `most`. */
function depthOf(text: string, most: number): number {
  const special = /["[\]{}]/g;
  let depth = 0;
  let deepest = 0;
  for (let found = special.exec(text); found !== null && deepest <= most; found = special.exec(text)) {
    const sign = found[0];
    if (sign === '"') special.lastIndex = afterText(text, found.index);
    else if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth);
    else depth--;
  }
  return deepest;
}

function afterText(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote;
  }
}
