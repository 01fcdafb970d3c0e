// Where people's own connections and programs are: used by ordinary days, and by attacks that make people act from home.
import { type Browser, browsers, type Network, places, releaseOf } from './catalogue.ts';
import type { Person } from './people.ts';
import { random } from './random.ts';

/** The person's connection at home: the same every day. */
export const homeOf = (person: Person): Network => ({
  address: `198.51.100.${random(person.id, 'network').int(1, 180)}`,
  asn: 64497,
  place: places[person.place],
});

/** The person's browser at the desk, in the release of that month. */
export function deskOf(person: Person, time: number): Browser {
  const browser = browsers[person.desk]?.(releaseOf(time));
  if (browser === undefined) throw new Error(`${person.upn} uses a browser that the catalogue lacks`);
  return browser;
}
