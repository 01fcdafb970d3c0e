// Activities of a day as gzip NDJSON: members of some sixty lines, each telling in its header how long it is and which words it may hold. To any other reader it is plain gzip. Used by blobs.ts.
//
// In the extra field of a member's header (RFC 1952, 2.3.1.1), subfield "TG": 1 byte version, 4 bytes length of the whole member, then the filter (word-filter.ts); none: read it.
// Header and content are one append: there is no moment at which one is there without the other. A member without the field, from before there were any, is read with all that follow.
import { gzipSync } from 'node:zlib';
import { askerOf, filterOf } from './word-filter.ts';

/** Few enough that most members of a day do not hold what is asked for; enough that they pack well. */
const linesPerBlock = 64;

const headBytes = 10;
const flags = 3;
const hasExtra = 4;
const version = 1;
/** Length of the extra field, the subfield's head, version and length. */
const fixedBytes = 2 + 4 + 5;

/** What is appended one after another, each whole or not at all. Lines end with a line feed. @param most bytes of one append */
export function packed(lines: readonly string[], most: number): Buffer[] {
  const appends: Buffer[] = [];
  let waiting: Buffer[] = [];
  let bytes = 0;
  const close = (): void => {
    if (waiting.length > 0) appends.push(Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
  };
  for (let at = 0; at < lines.length; at += linesPerBlock)
    for (const member of membersOf(lines.slice(at, at + linesPerBlock), most)) {
      if (bytes + member.length > most) close();
      waiting.push(member);
      bytes += member.length;
    }
  close();
  return appends;
}

/** One member, or as many as it takes that none is too large. */
function membersOf(lines: readonly string[], most: number): Buffer[] {
  const member = memberOf(lines);
  if (member.length <= most || lines.length === 1) return [member];
  const half = Math.ceil(lines.length / 2);
  return [...membersOf(lines.slice(0, half), most), ...membersOf(lines.slice(half), most)];
}

function memberOf(lines: readonly string[]): Buffer {
  const plain = gzipSync(lines.join(''));
  const filter = filterOf(lines) ?? new Uint8Array();
  const extra = Buffer.alloc(fixedBytes);
  extra.writeUInt16LE(fixedBytes - 2 + filter.length, 0);
  extra.write('TG', 2, 'latin1');
  extra.writeUInt16LE(5 + filter.length, 4);
  extra.writeUInt8(version, 6);
  extra.writeUInt32LE(plain.length + fixedBytes + filter.length, 7);
  const head = Buffer.from(plain.subarray(0, headBytes));
  head[flags] = (head[flags] ?? 0) | hasExtra;
  return Buffer.concat([head, extra, filter, plain.subarray(headBytes)]);
}

/** The members of a day that may hold one of the needles as words of their own, still packed; the rest need not be looked at. */
export function membersHolding(content: Buffer, needles: readonly string[]): Buffer {
  const mayHold = askerOf(needles);
  if (mayHold === undefined) return content;
  const kept: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const member = told(content.subarray(at));
    if (member === undefined) {
      kept.push(content.subarray(at));
      break;
    }
    if (member.filter.length === 0 || mayHold(member.filter)) kept.push(content.subarray(at, at + member.length));
    at += member.length;
  }
  return Buffer.concat(kept);
}

/** Undefined where it does not say how long it is, or says what cannot be. */
function told(content: Buffer): { readonly length: number; readonly filter: Uint8Array } | undefined {
  const start = headBytes + fixedBytes;
  if (content.length < start || content[0] !== 0x1f || content[1] !== 0x8b || ((content[flags] ?? 0) & hasExtra) === 0) return undefined;
  if (content.toString('latin1', 12, 14) !== 'TG' || content[16] !== version) return undefined;
  const length = content.readUInt32LE(17);
  const end = headBytes + 2 + content.readUInt16LE(headBytes);
  if (length <= end || length > content.length) return undefined;
  return { length, filter: content.subarray(start, end) };
}
