// The contract suite, part six: what the real service refuses is refused before it is sent, since the emulator takes much of it.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Backend, Operation, Properties } from '../../src/store/backend.ts';
import { InvalidWriteError } from '../../src/store/validate.ts';
import { createWriter } from '../../src/store/writer.ts';

const row = (properties: Properties, key: { partition?: string; row?: string } = {}): Operation => ({
  kind: 'upsert',
  row: { partition: 'p', row: 'r', ...key, properties },
});
const many = (count: number, value: Properties[string]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, value]));

const refused: [string, Operation[]][] = [
  ['253 properties', [row(many(253, 1))]],
  ['a property name with a dash', [row({ 'user-agent': 'x' })]],
  ['a property name that begins with a digit', [row({ '1st': 'x' })]],
  ['an empty property name', [row({ '': 'x' })]],
  ['a property of 256 characters of name', [row({ ['n'.repeat(256)]: 'x' })]],
  ["the service's own property", [row({ Timestamp: 'x' })]],
  ['a property that the client library would take for the version', [row({ etag: 'x' })]],
  ['a text of 32,769 characters', [row({ text: 'x'.repeat(32_769) })]],
  ['a row of more than 1 MiB', [row(many(17, 'x'.repeat(32_000)))]],
  ['half a surrogate pair', [row({ text: 'a\ud83d' })]],
  ['an Int64 as a number', [row({ at: 1_715_947_200_000 })]],
  ['a whole number below 32 bits', [row({ at: -2_147_483_649 })]],
  ['an integer beyond 64 bits', [row({ at: 2n ** 63n })]],
  ['a date before 1601', [row({ at: new Date(Date.UTC(1600, 11, 31)) })]],
  ['a date that is none', [row({ at: new Date(Number.NaN) })]],
  ...['/', '\\', '#', '?', '\u0000', '\u001f', '\t', '\u007f', '\u009f'].flatMap((character): [string, Operation[]][] => [
    [`${JSON.stringify(character)} in a partition key`, [row({}, { partition: `a${character}b` })]],
    [`${JSON.stringify(character)} in a row key`, [row({}, { row: `a${character}b` })]],
  ]),
  ['a key of 513 characters', [row({}, { row: 'k'.repeat(513) })]],
  ['a batch of 101', Array.from({ length: 101 }, (_, index) => row({}, { row: `${index}` }))],
  ['a batch over 4 MiB', Array.from({ length: 10 }, (_, index) => row(many(14, 'ж'.repeat(32_000)), { row: `${index}` }))],
  ['a batch over two partitions', [row({}), row({}, { partition: 'q' })]],
  ['a row twice in a batch', [row({}), row({})]],
  ['a delete with an etag in a batch', [row({}), { kind: 'delete', row: { partition: 'p', row: 's' }, etag: 'W/"1"' }]],
];

export function describeRefusals(backendOf: () => Backend): void {
  describe('a write', () => {
    it.each(refused)('of %s is refused, and never reaches the service', async (_, operations) => {
      const writer = createWriter({ backend: backendOf() });
      await expect(writer.transact('round.commit', 'state', operations)).rejects.toBeInstanceOf(InvalidWriteError);
    });
    it('at the limits is taken', async () => {
      const backend = backendOf();
      const writer = createWriter({ backend });
      const partition = randomUUID();
      const operations = [
        row(many(252, 'x'), { partition, row: 'k'.repeat(400) }),
        row(
          { ['n'.repeat(255)]: 'x'.repeat(32_768), at: -2_147_483_648, big: -(2n ** 63n), earliest: new Date(Date.UTC(1601, 0, 1)) },
          { partition, row: 'b' },
        ),
      ];
      await writer.transact('round.commit', 'state', operations);
      expect(Object.keys((await backend.get('state', { partition, row: 'k'.repeat(400) }))?.properties ?? {})).toHaveLength(252);
    });
    it('of a message over 48 KiB, or delayed by more than a week, is refused', async () => {
      const writer = createWriter({ backend: backendOf() });
      await expect(writer.send('round.ring-respond', 'respond', 'ж'.repeat(24_577), 0)).rejects.toBeInstanceOf(InvalidWriteError);
      await expect(writer.send('round.ring-respond', 'respond', 'x', 604_801)).rejects.toBeInstanceOf(InvalidWriteError);
      await expect(writer.send('round.ring-respond', 'respond', 'x', 0.5)).rejects.toBeInstanceOf(InvalidWriteError);
      await writer.send('round.ring-respond', 'respond', 'ж'.repeat(24_576), 0);
    });
    it('of a block over 4 MiB, or to a name that no blob may have, is refused', async () => {
      const writer = createWriter({ backend: backendOf() });
      await expect(writer.append('round.append-activities', 'activities', 'a', new Uint8Array(4 * 1_048_576 + 1))).rejects.toBeInstanceOf(
        InvalidWriteError,
      );
      for (const name of ['', 'a.', 'a/', 'n'.repeat(1_025)])
        await expect(writer.put('round.put-snapshot', 'snapshots', name, new Uint8Array(1), false)).rejects.toBeInstanceOf(
          InvalidWriteError,
        );
    });
  });
}
