// Keys are made of hostile text: they must always be legal, and never the same for two different things.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key } from '../../src/store/backend.ts';
import { blobNames, findingKeys, journalKeys, padded, part, sequenceKeys, shardOf, sightingKeys, stateKeys } from '../../src/store/keys.ts';
import { checkBatch, checkBlob } from '../../src/store/validate.ts';

/** Any UTF-16, torn surrogates and long texts too, with what is special in keys more often than chance would have it. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('|', '!', '!7c', '/', '\\', '#', '?', '%', "'", '}', '#EXT#', 'a', ' '), { maxLength: 12 })
    .map((parts) => parts.join('')),
  fc.string({ minLength: 140, maxLength: 700 }),
);
const legal = (key: Key) => checkBatch([{ kind: 'delete', row: key }]);

describe('keys', () => {
  it('say what they are made of where it is harmless', () => {
    expect(part('user:2f1a@contoso.example')).toBe('user:2f1a@contoso.example');
    expect(part('guest_x#EXT#@contoso.example')).toBe('guest_x!23EXT!23@contoso.example');
    expect(part('a|b!c d/ö')).toBe('a!7cb!21c!20d!2f!c3!b6');
  });
  it('are legal whatever they are made of', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (a, b, c, d) => {
        const keys = [
          stateKeys.alias(a, b),
          stateKeys.open(a, b),
          stateKeys.outbox(a, b, 7),
          findingKeys.row(a, b, c),
          sequenceKeys.row(a, { rule: b, group: c, base: d, activity: a }),
          journalKeys.entry(a, b, 1),
          sightingKeys.row(a, b),
        ];
        for (const key of keys) expect(() => legal(key)).not.toThrow();
        expect(() => checkBlob(blobNames.evidence(a, b, c)[1], new Uint8Array(), false)).not.toThrow();
      }),
    );
  });
  it('of blobs never lead out of the folder of their tenant', () => {
    const piece = fc.oneof(hostile, fc.constantFrom('.', '..', '../..', '%2e%2e', '..\\'));
    fc.assert(
      fc.property(piece, piece, (a, b) => {
        const [, name] = blobNames.evidence('contoso', a, b);
        expect(new URL(`https://store.example/evidence/${encodeURI(name)}`).pathname).toMatch(/^\/evidence\/contoso\/[^/]*\/[^/]*\.json$/);
      }),
    );
  });
  it('differ where their parts differ, however the parts are cut', () => {
    fc.assert(
      fc.property(fc.tuple(hostile, hostile), fc.tuple(hostile, hostile), (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(findingKeys.row('t', ...a)).not.toEqual(findingKeys.row('t', ...b));
      }),
    );
    expect(part('x'.repeat(500))).not.toBe(part(`${'x'.repeat(499)}y`));
    expect(part('\ud800')).not.toBe(part('\ud801'));
  });
  it('sort times as text, and refuse what is no time', () => {
    expect(padded(9) < padded(10)).toBe(true);
    for (const bad of [-1, 1.5, Number.NaN, 1e15]) expect(() => padded(bad)).toThrow('cannot stand in a key');
  });
  it('put the same text into the same shard on every computer', () => {
    expect(['user:ada', 'user:grace', 'user:Ж'].map((user) => shardOf(user, 16))).toEqual([14, 5, 12]);
    expect(new Set(Array.from({ length: 100 }, (_, index) => shardOf(`user:${index}`, 8))).size).toBe(8);
  });
});
