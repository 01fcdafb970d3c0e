// What a row says: one JSON text in the property `body`, cut into body0…bodyN where it is long, with its version. Used by the domain modules of this folder.
import type { z } from 'zod';
import type { Properties, StoredRow } from './backend.ts';
import { mostStringCharacters } from './validate.ts';

/** Cuts where no surrogate pair is torn apart: half of one would not survive UTF-8. */
function chunks(text: string): string[] {
  const cut: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + mostStringCharacters, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end--;
    cut.push(text.slice(start, end));
    start = end;
  }
  return cut;
}

/** @returns `{ body }`, or `{ body0, body1, … }` for more than 32,768 characters. */
export function writeBody(value: unknown): Properties {
  // These two line separators are legal in JSON, but the emulator's reader of batches stumbles over them: escaped they mean the same.
  const text = JSON.stringify(value).replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'));
  if (text.length <= mostStringCharacters) return { body: text };
  return Object.fromEntries(chunks(text).map((chunk, index) => [`body${index}`, chunk]));
}

function bodyText(properties: Properties): string {
  if (typeof properties.body === 'string') return properties.body;
  let text = '';
  for (let index = 0; ; index++) {
    const chunk = properties[`body${index}`];
    if (typeof chunk !== 'string') return text;
    text += chunk;
  }
}

export interface Codec<T> {
  /** Checks the value first, so that a bad one stops its writer and not every later reader. */
  encode(value: T): Properties;
  /** Throws an Error that names the row if it cannot be read. */
  decode(row: StoredRow): T;
}

/**
 * `version` is the `v` that `schema` expects. `previous` turns a row of the version before into this one: a deployment reads what the last one wrote.
 * Any other version is an error that says so.
 */
export function codec<T extends { readonly v: number }>(options: {
  readonly what: string;
  readonly version: number;
  readonly schema: z.ZodType<T>;
  readonly previous?: (old: Readonly<Record<string, unknown>>) => unknown;
}): Codec<T> {
  const { what, version, schema, previous } = options;
  return {
    encode: (value) => writeBody(schema.parse(value)),
    decode(row) {
      try {
        const body: unknown = JSON.parse(bodyText(row.properties));
        const found = typeof body === 'object' && body !== null && 'v' in body ? body.v : undefined;
        if (found === version - 1 && previous !== undefined) return schema.parse(previous(body as Record<string, unknown>));
        if (found !== version) throw new Error(`its version is ${JSON.stringify(found)}, this program reads ${version}`);
        return schema.parse(body);
      } catch (cause) {
        throw new Error(`The ${what} in row "${row.row}" of partition "${row.partition}" cannot be read`, { cause });
      }
    },
  };
}
