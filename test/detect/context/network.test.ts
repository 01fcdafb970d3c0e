import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autonomousSystem, cleanAddress, networkOf } from '../../../src/detect/context/network.ts';

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 192.0.2.7 ', '192.0.2.7'],
    ['192.0.2.7:52378', '192.0.2.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('%s is %s', (written, clean) => {
    expect(cleanAddress(written)).toBe(clean);
  });
  it.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.256',
    '010.0.0.1.1',
    '1234567',
    '[192.0.2.7',
    '<script>',
    7,
    undefined,
    null,
    'x'.repeat(100),
  ])('%s is none', (written) => {
    expect(cleanAddress(written)).toBeUndefined();
  });
  it('lies in a /24 or a /48', () => {
    expect(networkOf('198.51.100.7')).toBe('net:198.51.100.0/24');
    expect(networkOf('2001:db8:1:2::3')).toBe('net:2001:db8:1::/48');
  });
  it('stays the same when cleaned again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const clean = cleanAddress(address) ?? '';
        expect(cleanAddress(clean)).toBe(clean);
      }),
    );
  });
});

describe('an AS number', () => {
  it.each([
    [64500, 64500],
    ['64500', 64500],
    ['AS64500', 64500],
    [0, undefined],
    ['', undefined],
    [-1, undefined],
    [2 ** 40, undefined],
    [{}, undefined],
  ])('%s is %s', (written, number) => {
    expect(autonomousSystem(written)).toBe(number);
  });
});
