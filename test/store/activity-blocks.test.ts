// A day's blocks: plain gzip to anybody, and unpacked in part only where a word is asked for.
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentions } from '../../cli/timeline/asked.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { membersHolding, packed } from '../../src/store/activity-blocks.ts';
import { linesHolding } from '../../src/store/lines-holding.ts';
import { askerOf, filterOf } from '../../src/store/word-filter.ts';

const most = 4 * 1_048_576;
const person = (number: number): string => `person${number}@contoso.example`;
const lineOf = (number: number): string => `${JSON.stringify({ id: `signin:0000${number}-aa`, who: person(number), what: 'signed in' })}\n`;
const day = (count: number, bytes = most): Buffer[] =>
  packed(
    Array.from({ length: count }, (_, number) => lineOf(number)),
    bytes,
  );
const textOf = (content: Buffer): string => (content.length === 0 ? '' : gunzipSync(content).toString());
const linesIn = (content: Buffer): number => textOf(content).split('\n').length - 1;

describe('the blocks of a day', () => {
  it('are gzip that any reader unpacks, line for line', () => {
    expect(textOf(Buffer.concat(day(1000)))).toBe(Array.from({ length: 1000 }, (_, number) => lineOf(number)).join(''));
    expect(day(1000)).toHaveLength(1);
    expect(day(0)).toEqual([]);
  });

  it('are appended in parts that are not too large, each of whole blocks', () => {
    const parts = day(1000, 3000);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(3000);
      expect(textOf(part)).toMatch(/^\{.*\}\n$/s);
    }
    expect(linesIn(Buffer.concat(parts))).toBe(1000);
  });

  it('are unpacked only where the person may be in them', () => {
    const content = Buffer.concat(day(1000));
    const few = membersHolding(content, [person(500)]);
    expect(textOf(few)).toContain(person(500));
    expect(linesIn(few)).toBeLessThan(200);
    expect(linesIn(membersHolding(content, [person(5000)]))).toBeLessThan(200);
  });

  it('are all unpacked where the text has no word that is noted', () => {
    expect(linesIn(membersHolding(Buffer.concat(day(200)), ['signed']))).toBe(200);
    expect(linesIn(membersHolding(Buffer.concat(day(200)), [person(1), 'a:b:c:d']))).toBe(200);
  });

  it('from before there was an index are read whole, with what follows them', () => {
    const old = gzipSync(lineOf(7));
    const content = Buffer.concat([...day(64), old, ...day(64)]);
    expect(linesIn(membersHolding(content, [person(9999)]))).toBeGreaterThanOrEqual(65);
    expect(textOf(membersHolding(content, [person(7)])).split(person(7))).toHaveLength(4);
  });

  it('that say what cannot be are read whole', () => {
    const [content = Buffer.alloc(0)] = day(64);
    const longer = Buffer.from(content);
    longer.writeUInt32LE(content.length + 1, 17);
    expect(membersHolding(longer, [person(9999)])).toEqual(longer);
    const shorter = Buffer.from(content);
    shorter.writeUInt32LE(20, 17);
    expect(membersHolding(shorter, [person(9999)])).toEqual(shorter);
    expect(membersHolding(content.subarray(0, 15), [person(1)])).toEqual(content.subarray(0, 15));
  });
});

describe('the filter of words', () => {
  it('never misses what a story would show', () => {
    const part = fc.constantFrom(
      'ann',
      'a1b2c3',
      'host7.example',
      'x',
      'id-0042-ff',
      '@',
      '.',
      '-',
      '+',
      ' ',
      ':',
      '/',
      '"',
      '\\',
      '\n',
      'é',
      'A1B2C3',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), fc.array(part, { minLength: 1, maxLength: 4 }), (text, asked) => {
        const needle = asked.join('').toLowerCase();
        const record = { note: text.join(''), more: { id: 'a1b2c3@host7.example@id-0042-ff' } };
        const activity = { subject: 'user:none', views: [{ shape: 'sign-in', record }] } as unknown as Activity;
        const line = JSON.stringify(activity);
        const filter = filterOf([line]);
        const mayHold = askerOf([needle]);
        if (filter === undefined || mayHold === undefined) return;
        const shown = mentions(activity, new Set([needle])) && linesHolding(Buffer.from(line), [needle]).length > 0;
        if (shown) expect(mayHold(filter)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('says no to nearly all that is not there', () => {
    const filter = filterOf(Array.from({ length: 64 }, (_, number) => lineOf(number))) ?? new Uint8Array();
    const yes = Array.from({ length: 1000 }, (_, number) => askerOf([person(1000 + number)])?.(filter)).filter((answer) => answer === true);
    expect(yes.length).toBeLessThan(150);
  });

  it('tells nothing where a text has more parts than any name, or more words than fit', () => {
    expect(filterOf([JSON.stringify({ x: 'a1@b2@c3@d4@e5' })])).toBeUndefined();
    expect(filterOf([Array.from({ length: 100_000 }, (_, number) => `word${number}`).join(' ')])).toBeUndefined();
  });
});
