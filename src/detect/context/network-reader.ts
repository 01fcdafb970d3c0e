// Number, owner and kind of the network of a record: the record's own word first, then the table. Called by context.ts; answers are remembered by address and by number.
// Cost: a binary search over 500,000 ranges per new address. Source: the record, owners named by indicators, data/networks.br with its date.
import type { AddressOwner, NetworkTable } from '../../contracts/networks.ts';
import type { IndicatorIndex } from '../indicators/indicator-index.ts';
import { remember } from '../remember.ts';
import { isMicrosoftsOwn, kindOfNetwork, type NetworkKind } from './network-kind.ts';
import type { Observed } from './observed.ts';

export interface NetworkReader {
  number(observed: Observed): number | undefined;
  owner(observed: Observed): string | undefined;
  kind(observed: Observed): NetworkKind | undefined;
  /** Of a network of which only the keys of a baseline are known: `as:64500`, `net:198.51.100.0/24`. */
  kindBy(keys: readonly string[]): NetworkKind | undefined;
}

interface Sources {
  readonly indicators: Pick<IndicatorIndex, 'networkOwner'>;
  readonly networks: NetworkTable | undefined;
}

export function createNetworkReader({ indicators, networks }: Sources): NetworkReader {
  // "Nobody" is an answer too, and worth remembering: hence an object around it.
  const inTable = remember((address: string): { readonly found: AddressOwner | undefined } => ({ found: networks?.of(address) }));
  const ofNumber = remember((asn: number): { readonly owner: string | undefined; readonly kind: NetworkKind | undefined } => {
    const owner = indicators.networkOwner(asn) ?? networks?.owner(asn);
    return { owner, kind: kindOfNetwork(asn, owner) };
  });
  const isMicrosoft = remember(isMicrosoftsOwn);

  const numberAt = (asn: number | undefined, address: string | undefined): number | undefined =>
    asn ?? (address === undefined ? undefined : inTable(address).found?.asn);
  const kindAt = (asn: number | undefined, address: string | undefined): NetworkKind | undefined => {
    if (address !== undefined && isMicrosoft(address)) return 'microsoft';
    const number = numberAt(asn, address);
    return number === undefined ? undefined : ofNumber(number).kind;
  };
  const number = (observed: Observed): number | undefined => numberAt(observed.autonomousSystem, observed.address);
  return {
    number,
    owner(observed) {
      const found = number(observed);
      return found === undefined ? undefined : ofNumber(found).owner;
    },
    kind: (observed) => kindAt(observed.autonomousSystem, observed.address),
    kindBy(keys) {
      const asn = keys.find((key) => key.startsWith('as:'))?.slice(3);
      const address = keys
        .find((key) => key.startsWith('net:'))
        ?.slice(4)
        .replace(/\/\d+$/, '');
      return kindAt(asn === undefined ? undefined : Number(asn), address);
    },
  };
}
