// The table of networks that ships with the guard (data/networks.br). Opened by functions/, cli/ and tests, and given to createDetector.
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { NetworkTable } from '../contracts/networks.ts';
import { readNetworks } from '../detect/context/network-table.ts';

/** Reads it at once: 0.1 s. @throws Error if the file is missing or broken: an installation without its data is broken. */
export function openNetworks(file: string): NetworkTable {
  try {
    return readNetworks(brotliDecompressSync(readFileSync(file)));
  } catch (cause) {
    throw new Error(`The table of networks ${file} cannot be read.`, { cause });
  }
}

/** Nothing is read before somebody asks: a start need not wait for it. Then once. @throws as openNetworks, at the first question. */
export function networksIn(file: string): NetworkTable {
  let read: NetworkTable | undefined;
  const table = (): NetworkTable => {
    read ??= openNetworks(file);
    return read;
  };
  return {
    get date() {
      return table().date;
    },
    of: (address) => table().of(address),
    owner: (asn) => table().owner(asn),
  };
}
