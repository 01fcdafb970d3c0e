import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { createAddressRanges } from '../../../src/detect/indicators/address-ranges.ts';
import { normalise } from '../../../src/detect/indicators/indicator.ts';
import { createIndicatorIndex } from '../../../src/detect/indicators/indicator-index.ts';

/** Few addresses, so that ranges nest and touch. */
const four = fc.tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(3), fc.nat(255)).map((parts) => parts.join('.'));
const six = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(65_535)).map(([a, b, c]) => `2001:db8:${a}:${b}::${c.toString(16)}`);
const address = fc.oneof(four, six);
const range = fc
  .tuple(address, fc.option(fc.nat(128), { nil: undefined }))
  .map(([text, length]) => (length === undefined ? text : `${text}/${text.includes(':') ? length : Math.min(32, Math.floor(length / 4))}`));

/** What a plain scan says. */
function holds(outer: string, inner: string): boolean {
  const [a = '', length] = outer.split('/');
  const parsed = ipaddr.parse(a);
  const other = ipaddr.parse(inner.split('/')[0] ?? '');
  if (parsed.kind() !== other.kind()) return false;
  const bits = length === undefined ? parsed.toByteArray().length * 8 : Number(length);
  return other.match(parsed, bits);
}
const lengthOf = (text: string): number => Number(text.split('/')[1] ?? (text.includes(':') ? 128 : 32));

describe('address ranges', () => {
  it('give the same as a plain scan, however ranges nest', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), fc.array(address, { minLength: 1, maxLength: 10 }), (ranges, addresses) => {
        const index = createAddressRanges(ranges.map((text, place) => [text, place] as const));
        for (const one of addresses) {
          const expected = ranges.flatMap((text, place) => (holds(text, one) ? [place] : []));
          expect([...index.holding(one)].sort((a, b) => a - b)).toEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('touch another range where one of the two holds the other', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 15 }), range, (ranges, other) => {
        const expected = ranges.some((one) => (lengthOf(one) <= lengthOf(other) ? holds(one, other) : holds(other, one)));
        expect(createAddressRanges(ranges.map((text) => [text, true] as const)).touches(other)).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('hold nothing for what is no address', () => {
    const index = createAddressRanges([['0.0.0.0/0', 1] as const, ['nonsense', 2] as const]);
    expect(index.holding('nonsense')).toEqual([]);
    expect(index.holding('2001:db8::1')).toEqual([]);
    expect(index.holding('198.51.100.1')).toEqual([1]);
  });
});

describe('the index over all kinds', () => {
  const label = fc.constantFrom('a', 'b', 'xn--p', 'mail', 'a-b');
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join('.')}.example`);
  const agent = fc
    .array(fc.constantFrom('Tool/1', 'X11', ' ', 'Linux', ';'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(''));

  it('gives the same as a plain scan over domains and texts', () => {
    fc.assert(
      fc.property(fc.array(domain, { maxLength: 20 }), fc.array(agent, { maxLength: 10 }), domain, agent, (domains, agents, name, text) => {
        const indicators = [
          ...domains.map((value) => ({ kind: 'domain' as const, value })),
          ...agents.map((value) => ({ kind: 'user-agent' as const, value })),
        ].map((one, place) => ({ ...one, id: `test/${String(place).padStart(2, '0')}`, confidence: 50, validFrom: 0, source: 'a report' }));
        const index = createIndicatorIndex(indicators);
        const matching = (is: (one: (typeof indicators)[number]) => boolean) => indicators.filter(is).map(({ id }) => id);
        expect(index.domain(name, 1)).toEqual(
          matching(({ kind, value }) => kind === 'domain' && (name === value || name.endsWith(`.${value}`))),
        );
        expect(index.match('user-agent', text, 1)).toEqual(
          matching(
            ({ kind, value }) =>
              kind === 'user-agent' && normalise('user-agent', value) === normalise('user-agent', text) && text.trim() !== '',
          ),
        );
      }),
      { numRuns: 100 },
    );
  });
});
