import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networksIn } from '../../../src/campaigns/networks.ts';
import { isMicrosoftsOwn, kindOfNetwork } from '../../../src/detect/context/network-kind.ts';
import { packNetworks, type Range, readNetworks } from '../../../src/detect/context/network-table.ts';
import { at, contextOf, networksOf, signIn } from './subjects.ts';

describe('the kind of a network', () => {
  it.each([
    [24940, 'Hetzner Online GmbH', 'hosting'],
    [64500, 'Example Dedicated Servers', 'hosting'],
    [22616, 'ZSCALER, INC.', 'relay'],
    [21928, 'T-Mobile USA, Inc.', 'carrier'],
    [64501, 'Telefonica Moviles Example', 'carrier'],
    [64502, 'Example Cable', 'other'],
    [64503, undefined, undefined],
    [undefined, undefined, undefined],
  ] as const)('AS%s of %s is %s', (asn, owner, kind) => {
    expect(kindOfNetwork(asn, owner)).toBe(kind);
  });
  it('knows Microsoft’s own services by their published addresses, and no customer of Azure', () => {
    expect(isMicrosoftsOwn('40.107.3.4')).toBe(true);
    expect(isMicrosoftsOwn('2603:1026::1')).toBe(true);
    expect(isMicrosoftsOwn('192.0.2.1')).toBe(false);
    expect(isMicrosoftsOwn('no address')).toBe(false);
  });
});

describe('the network of a record', () => {
  const networks = networksOf({ '192.0.2': [64500, 'Example Hosting'] });
  it('is the record’s own word first, then the table’s, then unknown', () => {
    const own = contextOf(signIn(at(1), { autonomousSystemNumber: 64502 }), { networks });
    expect([own['context.network.asn'], own['context.network.source'], own['context.network.hosting']]).toEqual([
      64502,
      'record',
      undefined,
    ]);
    const found = contextOf(signIn(at(1)), { networks });
    expect([
      found['context.network.asn'],
      found['context.network.owner'],
      found['context.network.source'],
      found['context.network.hosting'],
    ]).toEqual([64500, 'Example Hosting', 'table', true]);
    for (const unknown of [
      contextOf(signIn(at(1), { ipAddress: '203.0.113.1' }), { networks }),
      contextOf(signIn(at(1))),
      contextOf(signIn(at(1), { ipAddress: undefined }), { networks }),
    ])
      expect([unknown['context.network.asn'], unknown['context.network.source'], unknown['context.network.kind']]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
  });
  it('finds indicators by the table’s number as well', () => {
    const indicators = [{ id: 'pack/as', kind: 'network', value: '64500', confidence: 40, validFrom: at(1), source: 'a report' }] as const;
    expect(contextOf(signIn(at(2)), { networks, indicators })['context.indicator.network']).toEqual(['pack/as']);
    expect(contextOf(signIn(at(2)), { indicators })['context.indicator.network']).toBeUndefined();
  });
});

describe('the packed table', () => {
  const ranges = (last: number) =>
    fc
      .uniqueArray(
        fc.record({
          from: fc.integer({ min: 0, max: last }),
          length: fc.integer({ min: 0, max: 1000 }),
          asn: fc.integer({ min: 1, max: 70_000 }),
        }),
        { selector: ({ from }) => from, maxLength: 20 },
      )
      .map((list) => {
        const made: Range[] = [];
        for (const { from, length, asn } of list.sort((a, b) => a.from - b.from))
          if (from > (made.at(-1)?.to ?? -1)) made.push({ from, to: Math.min(last, from + length), asn });
        return made;
      });
  const dotted = (value: number): string => [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
  it('answers like a search through all ranges', () => {
    fc.assert(
      fc.property(ranges(2 ** 32 - 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(), (v4, anywhere, pick) => {
        const owners = new Map(v4.map(({ asn }) => [asn, `"Öwner", ${asn}\\`]));
        const table = readNetworks(packNetworks({ date: '2026-06-17', owners, v4, v6: [] }));
        const one = v4[pick % Math.max(1, v4.length)];
        for (const value of [anywhere, ...(one === undefined ? [] : [one.from, one.to, Math.min(2 ** 32 - 1, one.to + 1)])]) {
          const expected = v4.find(({ from, to }) => from <= value && value <= to);
          expect(table.of(dotted(value))).toEqual(expected && { asn: expected.asn, owner: owners.get(expected.asn) });
        }
        for (const [asn, owner] of owners) expect(table.owner(asn)).toBe(owner);
        expect(table.owner(70_001)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
  it('ships: both families, with its date', () => {
    const table = networksIn(fileURLToPath(new URL('../../../data/networks.br', import.meta.url)));
    expect(table.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(table.of('40.107.3.4')?.owner).toContain('Microsoft');
    expect(table.of('2a01:111:f400::1')?.owner).toContain('Microsoft');
    expect(table.of('192.0.2.1')).toBeUndefined();
    expect(table.of('not an address')).toBeUndefined();
  });
  it('says which file is missing or broken when it is first asked, and not before', () => {
    const broken = join(mkdtempSync(join(tmpdir(), 'networks-')), 'networks.br');
    writeFileSync(broken, brotliCompressSync(Buffer.from('{"numbers":3}\n["a"]\n')));
    for (const file of [broken, `${broken}.gone`]) {
      const table = networksIn(file);
      expect(() => table.of('192.0.2.1')).toThrow(`The table of networks ${file} cannot be read.`);
    }
  });
});
