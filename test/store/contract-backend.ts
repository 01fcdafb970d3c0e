// The contract suite, part one: rows, pages and blobs as the backend port promises them.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Backend, Operation, Properties } from '../../src/store/backend.ts';
import { allRows } from '../../src/store/rows.ts';
import { ConflictError } from '../../src/store/store.ts';
import { collected } from './fixtures.ts';

const rowAt = (partition: string, row: string, properties: Properties = {}) => ({ partition, row, properties });

export function describeBackend(backendOf: () => Backend): void {
  describe('rows', () => {
    it('come back with every type of property and an etag that changes with every write', async () => {
      const backend = backendOf();
      const partition = randomUUID();
      const properties = {
        text: 'ä 😀 "\'\\',
        whole: 5,
        part: 1.5,
        yes: true,
        big: 9_007_199_254_740_993n,
        at: new Date('2024-05-17T12:00:00.000Z'),
      };
      const [first] = await backend.transact('state', [{ kind: 'insert', row: rowAt(partition, 'a', properties) }]);
      const stored = await backend.get('state', { partition, row: 'a' });
      expect(stored).toEqual({ partition, row: 'a', properties, etag: first });
      const [second] = await backend.transact('state', [{ kind: 'upsert', row: rowAt(partition, 'a', { text: 'new' }) }]);
      expect(second).not.toBe(first);
      expect((await backend.get('state', { partition, row: 'a' }))?.properties).toEqual({ text: 'new' });
    });

    it('that are not there are undefined', async () => {
      expect(await backendOf().get('state', { partition: randomUUID(), row: 'none' })).toBeUndefined();
    });

    it.each<[string, (partition: string) => Operation[]]>([
      ['inserting what exists', (partition) => [{ kind: 'insert', row: rowAt(partition, 'a') }]],
      ['replacing with a stale etag', (partition) => [{ kind: 'replace', row: rowAt(partition, 'a'), etag: 'W/"stale"' }]],
      ['replacing what is gone', (partition) => [{ kind: 'replace', row: rowAt(partition, 'gone'), etag: 'W/"stale"' }]],
      ['deleting with a stale etag', (partition) => [{ kind: 'delete', row: rowAt(partition, 'a'), etag: 'W/"stale"' }]],
      ['deleting with an etag what is gone', (partition) => [{ kind: 'delete', row: rowAt(partition, 'gone'), etag: 'W/"stale"' }]],
      [
        'a batch that deletes what is gone',
        (partition) => [
          { kind: 'upsert', row: rowAt(partition, 'b') },
          { kind: 'delete', row: rowAt(partition, 'gone') },
        ],
      ],
      [
        'a batch of which one conflicts',
        (partition) => [
          { kind: 'upsert', row: rowAt(partition, 'b') },
          { kind: 'insert', row: rowAt(partition, 'a') },
        ],
      ],
      [
        'a batch of which one is stale',
        (partition) => [
          { kind: 'insert', row: rowAt(partition, 'b') },
          { kind: 'replace', row: rowAt(partition, 'a'), etag: 'W/"stale"' },
        ],
      ],
    ])('%s is a conflict and changes nothing', async (_, operations) => {
      const backend = backendOf();
      const partition = randomUUID();
      await backend.transact('state', [{ kind: 'insert', row: rowAt(partition, 'a', { text: 'old' }) }]);
      await expect(backend.transact('state', operations(partition))).rejects.toBeInstanceOf(ConflictError);
      expect((await allRows(backend, 'state', { partition })).map(({ row, properties }) => ({ row, properties }))).toEqual([
        { row: 'a', properties: { text: 'old' } },
      ]);
    });

    it('deleted alone and without an etag may be gone already', async () => {
      expect(await backendOf().transact('state', [{ kind: 'delete', row: { partition: randomUUID(), row: 'gone' } }])).toEqual(['']);
    });

    it('of a batch carry the etags that the batch returned', async () => {
      const backend = backendOf();
      const partition = randomUUID();
      const [kept = ''] = await backend.transact('state', [{ kind: 'insert', row: rowAt(partition, 'old') }]);
      const etags = await backend.transact('state', [
        { kind: 'insert', row: rowAt(partition, 'a', { text: '{"json":1}' }) },
        { kind: 'delete', row: rowAt(partition, 'old') },
        { kind: 'upsert', row: rowAt(partition, 'b') },
      ]);
      expect(kept).not.toBe('');
      expect(etags[1]).toBe('');
      expect(etags[0]).toBe((await backend.get('state', { partition, row: 'a' }))?.etag);
      expect(etags[2]).toBe((await backend.get('state', { partition, row: 'b' }))?.etag);
    });

    it('inserted by fifty at once exist once, and one of the fifty knows', async () => {
      const backend = backendOf();
      const partition = randomUUID();
      const tries = Array.from({ length: 50 }, (_, index) =>
        backend.transact('state', [{ kind: 'insert', row: rowAt(partition, 'a', { by: index }) }]),
      );
      const won = (await Promise.allSettled(tries)).flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
      expect(won).toHaveLength(1);
      expect((await backend.get('state', { partition, row: 'a' }))?.properties).toEqual({ by: won[0] });
    });
  });

  describe('queries', () => {
    it('give more than a thousand rows in order, page by page', async () => {
      const backend = backendOf();
      const partition = randomUUID();
      const names = Array.from({ length: 2_050 }, (_, index) => String(index).padStart(5, '0'));
      for (let start = 0; start < names.length; start += 100)
        await backend.transact(
          'state',
          names.slice(start, start + 100).map((row) => ({ kind: 'insert', row: rowAt(partition, row) })),
        );
      const pages = await collected(backend.query('state', { partition }));
      expect(pages.every((page) => page.length <= 1_000)).toBe(true);
      expect(pages.flat().map(({ row }) => row)).toEqual(names);
    });

    it('take ranges of rows and of partitions, the end not included, and a bound on a property', async () => {
      const backend = backendOf();
      const base = randomUUID();
      for (const partition of ['a', 'b', 'c'])
        await backend.transact(
          'due',
          ['1', '2', '3'].map((row) => ({ kind: 'insert', row: rowAt(`${base}${partition}`, row, { at: `${partition}${row}` }) })),
        );
      const found = async (query: Parameters<Backend['query']>[1]) =>
        (await allRows(backend, 'due', query)).map(({ properties }) => properties['at']);
      expect(await found({ partition: `${base}b`, rows: { from: '2', to: '3' } })).toEqual(['b2']);
      expect(await found({ partition: { from: `${base}a`, to: `${base}c` }, rows: { from: '3', to: '9' } })).toEqual(['a3', 'b3']);
      expect(await found({ partition: { from: base, to: `${base}z` }, atMost: { property: 'at', value: 'b1' } })).toEqual([
        'a1',
        'a2',
        'a3',
        'b1',
      ]);
    });
  });

  describe('blobs and queues', () => {
    it('an append blob grows by what is appended', async () => {
      const backend = backendOf();
      const name = `${randomUUID()}.bin`;
      expect(await backend.read('activities', name)).toBeUndefined();
      await backend.append('activities', name, Buffer.from('one '));
      await backend.append('activities', name, Buffer.from('two'));
      const content = await backend.read('activities', name);
      expect(content && Buffer.concat(await collected(content)).toString()).toBe('one two');
    });

    it('a blob is swapped by whoever read it last, and told to be unchanged to whoever has it', async () => {
      const backend = backendOf();
      const name = `${randomUUID()}.json`;
      expect(await backend.readVersion('packs', name)).toBeUndefined();
      await backend.swap('packs', name, Buffer.from('one'), undefined);
      await expect(backend.swap('packs', name, Buffer.from('two'), undefined)).rejects.toThrow(ConflictError);
      const first = await backend.readVersion('packs', name);
      if (first === undefined || first === 'unchanged') throw new Error('the blob is not there');
      expect(Buffer.from(first.content).toString()).toBe('one');
      expect(await backend.readVersion('packs', name, first.etag)).toBe('unchanged');
      await backend.swap('packs', name, Buffer.from('two'), first.etag);
      await expect(backend.swap('packs', name, Buffer.from('three'), first.etag)).rejects.toThrow(ConflictError);
      expect(await backend.readVersion('packs', name, first.etag)).toMatchObject({ content: Buffer.from('two') });
      await backend.remove('packs', name);
      await expect(backend.swap('packs', name, Buffer.from('four'), first.etag)).rejects.toThrow(ConflictError);
      expect(await backend.readVersion('packs', name, first.etag)).toBeUndefined();
    });

    it('a queue that does not exist holds nothing', async () => {
      expect(await backendOf().countMessages(`none-${randomUUID()}`)).toBe(0);
    });
  });
}
