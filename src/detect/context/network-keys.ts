// The keys of a record's network, and the part of a moment's key that they and the place make: one object for all records from there. Called by keys.ts.
// Cost: one look-up by the address; the same people come from the same places.
import { remember } from '../remember.ts';
import { KeySet } from './known-values.ts';
import { networkOf } from './network.ts';

export interface Place {
  /** Degrees, in tenths (11 km). */
  readonly coordinates: { readonly latitude: number; readonly longitude: number } | undefined;
  readonly country: string | undefined;
}

/** Where in a network somebody was lately: an address is believed to lie at one place. */
interface LastPlace {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  readonly country: string | undefined;
  readonly text: string;
}

export class NetworkKeys extends KeySet {
  readonly #joined: string;
  #last: LastPlace | undefined = undefined;

  constructor(keys: readonly string[]) {
    super(keys);
    this.#joined = keys.join(',');
  }

  /** `place|country|networks|`, as moments.ts takes it apart. */
  placed({ coordinates, country }: Place): string {
    const latitude = coordinates?.latitude;
    const longitude = coordinates?.longitude;
    let last = this.#last;
    if (last === undefined || last.country !== country || last.latitude !== latitude || last.longitude !== longitude) {
      const place = latitude === undefined || longitude === undefined ? '' : `${latitude},${longitude}`;
      last = { latitude, longitude, country, text: `${place}|${clean(country ?? '')}|${this.#joined}|` };
      this.#last = last;
    }
    return last.text;
  }
}

/** As a part of a moment's key: nothing in it may separate parts. */
export const clean = (text: string): string =>
  text.length > 64 || text.includes('|') || text.includes(',') ? text.replace(/[|,]/g, ' ').slice(0, 64) : text;

/** Networks of one address that are kept: more than a few say that records disagree about it. */
const mostSystems = 16;

/** Undefined where neither is known. An AS number comes first, the address's range second. */
export function createNetworkKeys(): (address: string | undefined, system: number | undefined) => NetworkKeys | undefined {
  const bySystem = remember((number: number) => new NetworkKeys([`as:${number}`]));
  const byAddress = remember((address: string) => ({ alone: new NetworkKeys([networkOf(address)]), of: new Map<number, NetworkKeys>() }));
  return (address, system) => {
    if (address === undefined) return system === undefined ? undefined : bySystem(system);
    const found = byAddress(address);
    if (system === undefined) return found.alone;
    let keys = found.of.get(system);
    if (keys === undefined) {
      keys = new NetworkKeys([...bySystem(system).keys, ...found.alone.keys]);
      if (found.of.size >= mostSystems) found.of.clear();
      found.of.set(system, keys);
    }
    return keys;
  };
}
