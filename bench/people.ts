// The people of bench/mixed-records.ts and what they are used to, the same for the same seed; and the random numbers behind both.

/** mulberry32 */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
export type Random = () => number;

export const pick = <T>(random: Random, list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];
export const guid = (random: Random): string => {
  const part = (length: number): string =>
    Math.floor(random() * 16 ** length)
      .toString(16)
      .padStart(length, '0');
  return `${part(8)}-${part(4)}-4${part(3)}-8${part(3)}-${part(12)}`;
};
interface Computer {
  readonly platform: string;
  readonly system: string;
}
const computers: readonly [Computer, ...Computer[]] = [
  { platform: 'Windows NT 10.0; Win64; x64', system: 'Windows10' },
  { platform: 'X11; Linux x86_64', system: 'Linux' },
  { platform: 'Macintosh; Intel Mac OS X 10_15_7', system: 'MacOs' },
];
export const countries = ['CH', 'DE', 'FR', 'US', 'GB'] as const;

export interface Person {
  readonly id: string;
  readonly upn: string;
  readonly address: string;
  readonly agent: string;
  readonly telephone: string;
  readonly network: number;
  readonly country: string;
  readonly system: string;
}

export function people(random: Random, count: number): readonly [Person, ...Person[]] {
  const make = (number: number): Person => {
    const computer = pick(random, computers);
    return {
      id: guid(random),
      upn: `person${number}@contoso.example`,
      address: `198.51.100.${number % 250}`,
      agent: `Mozilla/5.0 (${computer.platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${130 + (number % 10)}.0.0.0 Safari/537.36`,
      telephone: `Mozilla/5.0 (iPhone; CPU iPhone OS 18_${number % 6} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1`,
      network: 64496 + (number % 10),
      country: pick(random, countries),
      system: computer.system,
    };
  };
  return [make(0), ...Array.from({ length: count - 1 }, (_, index) => make(index + 1))];
}
