// Readers of single values in records from outside: whatever stands there, they answer without throwing. Used by every file of this folder.

/** A record as it came: somebody else's JSON object or CSV row. */
export type Raw = Readonly<Record<string, unknown>>;

export const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Elements that are objects; anything else reads as none. */
export const objects = (value: unknown): readonly Raw[] => (Array.isArray(value) ? value.filter(isRaw) : []);

/** Names and ids in an envelope are bounded: a hostile record must not make a ten-megabyte key. */
const longestName = 320;

/** Trimmed text, at most 320 characters; '' for anything that is no text. */
export function name(value: unknown): string {
  if (typeof value !== 'string') return '';
  return (value.length > longestName ? value.slice(0, longestName) : value).trim();
}

const guidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const guidInside = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const zeroGuid = '00000000-0000-0000-0000-000000000000';

/** A GUID other than the all-zero one, which the services write for "none". */
export function guid(value: unknown): string {
  return typeof value === 'string' && value.length === 36 && value !== zeroGuid && guidForm.test(value) ? value : '';
}

/** The first GUID inside a longer text: `"[\"…\"]"`, `https://…;…`. Looks at the first 2,000 characters. */
export function guidIn(value: unknown): string {
  return typeof value === 'string' ? (guidInside.exec(value.slice(0, 2000))?.[0] ?? '') : '';
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*-?\d{1,15}(\.\d{1,15})?\s*$/.test(value)) return undefined;
  return Number(value);
}

export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (word === 'true' || word === 'yes' || word === '1') return true;
  if (word === 'false' || word === 'no' || word === '0') return false;
  return undefined;
}

/** JSON that stands in a text; a value that is no text is taken as it is. `undefined` where the text is no JSON. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** Address without port and brackets: `192.0.2.1:52378`, `[2001:db8::1]:1234`. */
export function addressOf(value: unknown): string {
  const text = name(value);
  if (text.startsWith('[')) return text.slice(1, text.includes(']') ? text.indexOf(']') : undefined);
  const colon = text.indexOf(':');
  return colon !== -1 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}

/** First value of a list of name-value pairs, as the unified audit writes `Parameters`, `ExtendedProperties`, `DeviceProperties`. */
export function named(pairs: unknown, wanted: string): string {
  if (!Array.isArray(pairs)) return '';
  for (const pair of pairs) if (isRaw(pair) && pair['Name'] === wanted && typeof pair['Value'] === 'string') return pair['Value'];
  return '';
}

/** A few words of a value for a reason that people read. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'object' ? 'an object' : String(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 60)}…` : line}"`;
}
