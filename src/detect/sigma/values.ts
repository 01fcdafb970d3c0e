// Modifiers: what `field|modifier|modifier: value` asks of a field. Called by the parser (to check) and by the compiler (with placeholders supplied).
import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import { orNearest } from './nearest.ts';
import type { Item } from './rule.ts';
import { anyDash, escapeWildcards, literal, parseWildcards, surround, type Token } from './text-pattern.ts';
import type { Scalar } from './yaml-tree.ts';

export const dateParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type DatePart = (typeof dateParts)[number];
export type NumberComparison = 'lt' | 'lte' | 'gt' | 'gte' | 'eq';
export type Likeness = 'equals' | 'contains' | 'startswith' | 'endswith';

export type Value =
  | { readonly kind: 'text'; readonly tokens: readonly Token[]; readonly cased: boolean }
  | { readonly kind: 'regex'; readonly found: (text: string) => boolean; readonly source: string; readonly flags: string }
  | { readonly kind: 'cidr'; readonly address: ipaddr.IPv4 | ipaddr.IPv6; readonly bits: number }
  | { readonly kind: 'number'; readonly comparison: NumberComparison; readonly value: number; readonly part: DatePart | undefined }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly expected: boolean }
  | { readonly kind: 'field'; readonly name: string; readonly how: Likeness; readonly cased: boolean };

export type Meaning =
  /** One group per value written, with all that it stands for (offsets, placeholders). `all`: every group must be met, otherwise one. */
  | { readonly groups: readonly (readonly Value[])[]; readonly all: boolean; readonly negated: boolean }
  /** It asks for something that linear-time matching, or this installation, cannot give. */
  | { readonly cannot: string };

/** Values by placeholder name, without the percent signs. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

const likeness = ['contains', 'startswith', 'endswith'] as const;
const numeric = ['lt', 'lte', 'gt', 'gte'] as const;
const encodings = ['utf16', 'utf16le', 'utf16be', 'wide'] as const;
const regexFlags = ['i', 'm', 's'] as const;
export const modifierNames: readonly string[] = [
  ...likeness,
  ...numeric,
  ...encodings,
  ...regexFlags,
  ...dateParts,
  'all',
  'base64',
  'base64offset',
  'cased',
  'cidr',
  'exists',
  'expand',
  'fieldref',
  'neq',
  're',
  'windash',
];
/** The modifier that decides what kind of value it is; of these there may be one. */
const kinds = ['re', 'cidr', 'exists', 'fieldref', ...numeric] as const;
const maxValues = 10_000;
const maxPattern = 5_000;

const has = <T extends string>(list: readonly T[], name: string): name is T => (list as readonly string[]).includes(name);

/** Throws Error for a modifier that does not exist or does not go with the others. */
function check(modifiers: readonly string[]): void {
  for (const [index, name] of modifiers.entries()) {
    if (!modifierNames.includes(name))
      throw new Error(`the modifier "${name.slice(0, 40)}" does not exist${orNearest(name, modifierNames)}`);
    if (modifiers.indexOf(name) !== index) throw new Error(`the modifier "${name}" stands twice`);
  }
  const kind = modifiers.filter((name) => has(kinds, name));
  if (kind.length > 1) throw new Error(`the modifiers "${kind.join('" and "')}" exclude each other`);
  const parts = modifiers.filter((name) => has(dateParts, name));
  if (parts.length > 1) throw new Error(`the modifiers "${parts.join('" and "')}" exclude each other`);
  const shapes = modifiers.filter((name) => has(likeness, name));
  if (shapes.length > 1) throw new Error(`the modifiers "${shapes.join('" and "')}" exclude each other`);
  const transforms = modifiers.filter((name) => has(encodings, name) || name === 'windash' || name.startsWith('base64'));
  const [first] = kind;
  if (modifiers.some((name) => has(regexFlags, name)) && first !== 're')
    throw new Error('the modifiers "i", "m" and "s" go with "re" only');
  if (first !== undefined && transforms.length > 0) throw new Error(`the modifiers "${first}" and "${transforms[0]}" exclude each other`);
  if (first !== undefined && first !== 'fieldref' && (shapes.length > 0 || modifiers.includes('cased')))
    throw new Error(`the modifiers "${first}" and "${shapes[0] ?? 'cased'}" exclude each other`);
  if (parts.length > 0 && ((first !== undefined && !has(numeric, first)) || shapes.length > 0 || transforms.length > 0))
    throw new Error(`the modifier "${parts[0]}" goes with comparisons only`);
}

const base64Shift = (bytes: Buffer, shift: number): string => {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const tail = [undefined, -3, -2][(bytes.length + shift) % 3];
  return encoded.slice([0, 2, 3][shift], tail);
};

const encode = (text: string, encoding: (typeof encodings)[number]): Buffer => {
  const little = Buffer.from(text, 'utf16le');
  if (encoding === 'utf16be') return Buffer.from(little).swap16();
  return encoding === 'utf16' ? Buffer.concat([Buffer.from([0xff, 0xfe]), little]) : little;
};

/** Text modifiers in the order written; one value may become several. */
function texts(modifiers: readonly string[], written: string): Token[][] {
  let bytes: Buffer | undefined;
  let variants: Token[][] = [parseWildcards(written)];
  const plainText = (name: string): string => {
    const text = variants[0] === undefined ? '' : literal(variants[0]);
    if (text === undefined) throw new Error(`"${name}" cannot encode wildcards; write \\* for the character`);
    return text;
  };
  const replace = (...made: string[]): void => {
    variants = made.map((text) => (text === '' ? [] : [{ text }]));
    bytes = undefined;
  };
  for (const name of modifiers) {
    if (has(encodings, name)) {
      bytes = encode(plainText(name), name);
      variants = [[{ text: bytes.toString('latin1') }]];
    } else if (name === 'base64') replace((bytes ?? Buffer.from(plainText(name), 'utf8')).toString('base64'));
    else if (name === 'base64offset') {
      const source = bytes ?? Buffer.from(plainText(name), 'utf8');
      replace(...[0, 1, 2].map((shift) => base64Shift(source, shift)));
    } else if (name === 'windash') variants = variants.map(anyDash);
    else if (has(likeness, name)) variants = variants.map((tokens) => surround(tokens, name !== 'startswith', name !== 'endswith'));
  }
  return variants;
}

/** `\%` is a percent sign. */
const placeholder = /\\%|%([A-Za-z0-9_.-]+)%/g;

/** All texts that a text with placeholders stands for, or the name of one that is not supplied. */
function expand(text: string, placeholders: Placeholders, quote: (value: string) => string): string[] | { readonly missing: string } {
  let results = [''];
  let end = 0;
  for (const found of text.matchAll(placeholder)) {
    const name = found[1];
    if (name === undefined) {
      results = results.map((start) => `${start}${text.slice(end, found.index)}%`);
      end = found.index + found[0].length;
      continue;
    }
    const supplied = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
    if (supplied === undefined || supplied.length === 0) return { missing: name };
    const before = text.slice(end, found.index);
    results = results.flatMap((start) => supplied.map((value) => start + before + quote(value)));
    if (results.length > maxValues) throw new Error(`its placeholders stand for more than ${maxValues} values`);
    end = found.index + found[0].length;
  }
  return results.map((start) => start + text.slice(end));
}

function toNumber(value: Scalar, modifier: string): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new Error(`"${modifier}" needs a number, not ${JSON.stringify(value)}`);
  return number;
}

/** @param known it was compiled before, by the parser's check: compiled again only when the first record asks, which for most rules is never */
function toRegex(source: string, flags: readonly string[], known: boolean): Value | { readonly cannot: string } {
  if (source.length > maxPattern) throw new Error(`a regular expression may have ${maxPattern} characters, this has ${source.length}`);
  const bits =
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0);
  // "Whatever it is", asked of every session and every agent: the general engine would cost more than the rest of such a rule.
  if (source === '.' && flags.length === 0) return { kind: 'regex', found: (text) => /[^\n]/.test(text), source, flags: '' };
  try {
    let regex = known ? undefined : RE2JS.compile(source, bits);
    const found = (text: string): boolean => {
      regex ??= RE2JS.compile(source, bits);
      return regex.matcher(text).find();
    };
    return { kind: 'regex', found, source, flags: flags.join('') };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    if (/\(\?[=!<]|\\[1-9]|[*+?}]\+/.test(source))
      return {
        cannot: `its regular expression ${source.slice(0, 80)} uses a look-around, back reference or possessive quantifier, which matching in linear time cannot do`,
      };
    throw new Error(`the regular expression ${source.slice(0, 80)} is not valid: ${detail}`, { cause });
  }
}

function toCidr(text: string): Value {
  try {
    const [address, bits] = ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
    return { kind: 'cidr', address, bits };
  } catch (cause) {
    throw new Error(`"${text.slice(0, 60)}" is no address range such as 192.0.2.0/24 or 2001:db8::/32`, { cause });
  }
}

const truth: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/**
 * What an item asks. Throws Error with a plain reason where the item is wrong in itself; `cannot` where it is right but cannot be met here.
 * @param placeholders undefined: placeholders are taken for supplied (the parser's check)
 */
export function meaningOfItem(item: Item, placeholders: Placeholders | undefined): Meaning {
  check(item.modifiers);
  if (item.values.length > maxValues) throw new Error(`has ${item.values.length} values; ${maxValues} are the most`);
  const { modifiers } = item;
  const kind = modifiers.find((name) => has(kinds, name));
  const cased = modifiers.includes('cased');
  const part = modifiers.find((name) => has(dateParts, name));
  const groups: Value[][] = [];
  let count = 0;
  for (const written of item.values) {
    const values: Value[] = [];
    groups.push(values);
    if (kind === 'exists') {
      const expected = typeof written === 'boolean' ? written : truth.get(String(written).toLowerCase());
      if (expected === undefined) throw new Error(`"exists" needs true or false, not ${JSON.stringify(written)}`);
      values.push({ kind: 'exists', expected });
      continue;
    }
    if (kind !== undefined && has(numeric, kind)) {
      values.push({
        kind: 'number',
        comparison: kind,
        value: toNumber(written, kind),
        part: part !== undefined && has(dateParts, part) ? part : undefined,
      });
      continue;
    }
    if (part !== undefined && has(dateParts, part)) {
      values.push({ kind: 'number', comparison: 'eq', value: toNumber(written, part), part });
      continue;
    }
    if (written === null) {
      if (kind !== undefined || modifiers.some((name) => has(likeness, name)))
        throw new Error(`"${modifiers.join('|')}" needs a text, not null`);
      values.push({ kind: 'null' });
      continue;
    }
    let alternatives = [String(written)];
    if (modifiers.includes('expand') && placeholders !== undefined) {
      const quote = kind === 're' ? RE2JS.quote : kind === undefined ? escapeWildcards : (value: string) => value;
      const expanded = expand(alternatives[0] ?? '', placeholders, quote);
      if ('missing' in expanded) return { cannot: `the placeholder %${expanded.missing}% is not supplied` };
      alternatives = expanded;
    } else if (modifiers.includes('expand')) alternatives = kind === 'cidr' ? [] : alternatives;
    for (const text of alternatives) {
      if (kind === 're') {
        const regex = toRegex(
          text,
          modifiers.filter((name) => has(regexFlags, name)),
          placeholders !== undefined && !modifiers.includes('expand'),
        );
        if ('cannot' in regex) return regex;
        values.push(regex);
      } else if (kind === 'cidr') values.push(toCidr(text));
      else if (kind === 'fieldref') {
        const how = modifiers.find((name) => has(likeness, name));
        values.push({ kind: 'field', name: text, how: how !== undefined && has(likeness, how) ? how : 'equals', cased });
      } else for (const tokens of texts(modifiers, text)) values.push({ kind: 'text', tokens, cased });
      count++;
      if (count > maxValues) throw new Error(`stands for more than ${maxValues} values`);
    }
  }
  return { groups, all: modifiers.includes('all'), negated: modifiers.includes('neq') };
}
