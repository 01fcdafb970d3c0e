// Names that are written to look like a well-known one: other letters, other scripts. Called by context.ts, which remembers the answers.
// Cost: a map look-up per letter of a name. Source: Unicode's confusables (UTS #39, skeleton); here also without marks and in full width, since these deceive the eye as well.
import { type Brand, brands } from './brands.ts';
import { confusables } from './confusables.ts';

const longest = 200;

/** Made when first asked for: the start of the guard need not wait for it. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};
const looksLike = once(() => new Map(confusables().flatMap(([to, all]) => [...all].map((from) => [from, to] as const))));

/** @example skeleton('Zооm') with two Cyrillic letters is that of 'Zoom' */
export function skeleton(name: string): string {
  const plain = name
    .slice(0, longest)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]+/gu, '');
  const table = looksLike();
  let made = '';
  for (const sign of plain) made += table.get(sign) ?? sign;
  return made.normalize('NFD');
}

/** Letters only, in one case: blanks, dashes and marks are set at will. Capital I, small l and 1 are one sign, small i another, hence all three ways. */
function shapesOf(name: string): readonly string[] {
  const bare = (text: string): string =>
    skeleton(text)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '');
  return [bare(name), bare(name.toLowerCase()), bare(name.toUpperCase())];
}
const plainly = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const named = once(() => brands.flatMap((brand) => brand.names.map((name) => ({ brand, plain: plainly(name), shapes: shapesOf(name) }))));

/** Brands whose name stands in this one, by right or not: as a word, or as the whole. */
export function brandsNamed(name: string): Brand[] {
  const text = ` ${plainly(name.slice(0, longest))} `;
  return [
    ...new Set(
      named()
        .filter(({ plain }) => text.includes(` ${plain} `))
        .map(({ brand }) => brand),
    ),
  ];
}

/** Brands that this name, or a word of it, looks like without being spelled so. */
export function brandsImitated(name: string): Brand[] {
  const bounded = name.slice(0, longest);
  const words = bounded.split(/[\s\p{P}]+/u).filter((word) => word !== '');
  const candidates = [bounded, ...words, ...words.slice(1).map((word, at) => `${words[at]} ${word}`)];
  const found = new Set<Brand>();
  for (const candidate of candidates) {
    const plain = plainly(candidate);
    const shapes = shapesOf(candidate);
    for (const one of named())
      if (
        plain !== one.plain &&
        plain.replaceAll(' ', '') !== one.plain.replaceAll(' ', '') &&
        one.shapes.some((shape) => shapes.includes(shape))
      )
        found.add(one.brand);
  }
  return [...found];
}

/** Letters of scripts that are never mixed within a word, one of them Latin. */
export const mixesScripts = (name: string): boolean =>
  name
    .slice(0, longest)
    .split(/[^\p{L}\p{M}]+/u)
    .some(
      (word) =>
        /\p{Script=Latin}/u.test(word) &&
        /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Georgian}]/u.test(word),
    );
