// Refuses what Azure Storage refuses, before it is sent: the emulator and the memory backend take more than the service does. Called by writer.ts for every write.
// Limits: learn.microsoft.com "Understanding the Table service data model", "Performing entity group transactions", "Put Message".
import type { Key, Operation, Properties, Property } from './backend.ts';

const mostProperties = 252;
const mostKeyCharacters = 512;
export const mostStringCharacters = 32_768;
const mostEntityBytes = 1_048_576;
export const mostBatchOperations = 100;
export const mostBatchBytes = 4 * 1_048_576;
const mostMessageBytes = 49_152;
export const mostBlockBytes = 4 * 1_048_576;
const earliestDate = Date.UTC(1601, 0, 1);

/** What cannot be stored, and why. A fault of this program, never of the service: trying again does not help. */
export class InvalidWriteError extends Error {
  override readonly name = 'InvalidWriteError';
}
const refuse = (why: string): never => {
  throw new InvalidWriteError(why);
};

function checkKey(what: string, key: string): void {
  if (key.length > mostKeyCharacters) refuse(`the ${what} has ${key.length} characters, at most ${mostKeyCharacters} are allowed`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const bad = /[/\\#?\u0000-\u001f\u007f-\u009f]/.exec(key);
  if (bad) refuse(`the ${what} holds ${JSON.stringify(bad[0])}, which the table service refuses`);
  if (!key.isWellFormed()) refuse(`the ${what} holds half a surrogate pair`);
}

/** Bytes that the service counts for a value. */
function sizeOf(name: string, value: Property): number {
  if (typeof value === 'string') {
    if (value.length > mostStringCharacters)
      refuse(`property ${name} has ${value.length} characters, at most ${mostStringCharacters} are allowed`);
    if (!value.isWellFormed()) refuse(`property ${name} holds half a surrogate pair`);
    return value.length * 2 + 4;
  }
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) refuse(`property ${name} is beyond 64 bits`);
    return 8;
  }
  if (typeof value === 'number') {
    if (Number.isInteger(value) && (value > 2_147_483_647 || value < -2_147_483_648))
      refuse(`property ${name} is ${value}: whole numbers beyond 32 bits must be written as bigint (Int64)`);
    return 8;
  }
  if (value instanceof Date) {
    if (!(value.getTime() >= earliestDate)) refuse(`property ${name} is a date before 1601 or none at all`);
    return 8;
  }
  return refuse(`property ${name} is of a type that a table cannot hold`);
}

/** Checks names, types and sizes. Returns the entity's size in bytes, as the service counts it. */
export function checkProperties(key: Key, properties: Properties): number {
  const entries = Object.entries(properties);
  if (entries.length > mostProperties) refuse(`the row has ${entries.length} properties, at most ${mostProperties} are allowed`);
  let size = 4 + (key.partition.length + key.row.length) * 2;
  for (const [name, value] of entries) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) refuse(`"${name}" cannot name a property`);
    if (['partitionkey', 'rowkey', 'timestamp', 'etag'].includes(name.toLowerCase())) refuse(`"${name}" is the service's own property`);
    size += 8 + name.length * 2 + sizeOf(name, value);
  }
  if (size > mostEntityBytes) refuse(`the row has ${size} bytes, at most ${mostEntityBytes} are allowed`);
  return size;
}

/** About how many bytes an operation takes in the body of a batch request, never less. */
export function wireBytes(operation: Operation): number {
  const overhead = 1_024 + (operation.row.partition.length + operation.row.row.length) * 6;
  if (operation.kind === 'delete') return overhead;
  let bytes = overhead;
  for (const [name, value] of Object.entries(operation.row.properties))
    bytes += name.length * 2 + 64 + (typeof value === 'string' ? Buffer.byteLength(JSON.stringify(value)) : 40);
  return bytes;
}

/** Throws InvalidWriteError for a batch (or a single write) that the service would refuse. */
export function checkBatch(operations: readonly Operation[]): void {
  if (operations.length > mostBatchOperations)
    refuse(`${operations.length} operations in one batch, at most ${mostBatchOperations} are allowed`);
  const rows = new Set<string>();
  let bytes = 0;
  for (const operation of operations) {
    const { partition, row } = operation.row;
    checkKey('partition key', partition);
    checkKey('row key', row);
    if (partition !== operations[0]?.row.partition)
      refuse(`a batch spans the partitions "${operations[0]?.row.partition}" and "${partition}"`);
    if (rows.has(row)) refuse(`a batch writes the row "${row}" twice`);
    rows.add(row);
    if (operation.kind === 'delete' && operation.etag !== undefined && operations.length > 1)
      refuse(`a delete with an etag inside a batch (row "${row}"): the client library drops the etag`);
    if (operation.kind !== 'delete') checkProperties(operation.row, operation.row.properties);
    bytes += wireBytes(operation);
  }
  if (operations.length > 1 && bytes > mostBatchBytes) refuse(`a batch of ${bytes} bytes, at most ${mostBatchBytes} are allowed`);
}

/** A message travels as base64 in at most 64 KiB. */
export function checkMessage(text: string, delaySeconds: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > mostMessageBytes) refuse(`a message of ${bytes} bytes, at most ${mostMessageBytes} are allowed`);
  if (!(delaySeconds >= 0 && delaySeconds <= 604_800 && Number.isInteger(delaySeconds)))
    refuse(`a message can be delayed by 0 to 604800 whole seconds, not ${delaySeconds}`);
}

/** Container names are fixed; names below them come from keys.ts. */
export function checkBlob(name: string, content: Uint8Array, block: boolean): void {
  if (name === '' || name.length > 1024 || name.endsWith('.') || name.endsWith('/')) refuse(`"${name}" cannot name a blob`);
  if (block && content.byteLength > mostBlockBytes) refuse(`a block of ${content.byteLength} bytes, at most ${mostBlockBytes} are allowed`);
}
