import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../src/collect/records/times.ts';

const at = (iso: string): number => Date.parse(iso);

describe('parseTime', () => {
  it.each([
    ['2026-09-01T10:00:00Z', '2026-09-01T10:00:00.000Z'],
    ['2026-09-01T10:00:00', '2026-09-01T10:00:00.000Z'],
    ['2026-09-01T10:00:00.1234567Z', '2026-09-01T10:00:00.123Z'],
    ['2026-09-01T10:00:00.1234567+00:00', '2026-09-01T10:00:00.123Z'],
    ['2026-09-01T12:30:00+02:30', '2026-09-01T10:00:00.000Z'],
    ['2026-09-01T08:00:00-0200', '2026-09-01T10:00:00.000Z'],
    ['2026-09-01 10:00:00.5', '2026-09-01T10:00:00.500Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['  2026-09-01T10:00:00Z ', '2026-09-01T10:00:00.000Z'],
    ['6/1/2023 1:12:18 PM', '2023-06-01T13:12:18.000Z'],
    ['6/1/2023 12:00:00 AM', '2023-06-01T00:00:00.000Z'],
    ['4/19/2021, 12:13:19.483 PM', '2021-04-19T12:13:19.483Z'],
    ['4/19/2021, 9:13:19.483\u202fAM', '2021-04-19T09:13:19.483Z'],
    ['/Date(1728364117000)/', '2024-10-08T05:08:37.000Z'],
    ['\\/Date(1728364117000+0200)\\/', '2024-10-08T05:08:37.000Z'],
  ])('reads %s', (text, expected) => {
    expect(parseTime(text)).toBe(at(expected));
  });

  it('rolls seconds past 59 over, as blurred exports need it', () => {
    expect(parseTime('2023-10-10T17:08:65')).toBe(at('2023-10-10T17:09:05Z'));
  });

  it.each([
    '',
    'yesterday',
    '2026-09-01',
    '2026-13-01T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-09-01T25:00:00Z',
    '2026-09-01T10:00:00 CEST',
    '0001-01-01T00:00:00Z',
    '13/6/2023 1:12:18 PM',
    '6/1/2023 13:12:18 PM',
    '/Date(0)/',
    'x'.repeat(10_000_000),
    1_728_364_117_000,
    null,
    {},
  ])('takes junk for no time', (value) => {
    expect(parseTime(value)).toBeUndefined();
  });

  it('agrees with the language on every time that both read', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(parseTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
