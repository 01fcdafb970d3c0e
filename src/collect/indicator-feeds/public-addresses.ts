// Which addresses the guard may ask for a feed: public ones only, however the name resolves. Whoever sets a feed's address must not reach our own network through us. Called by guarded-fetch.ts.
import { type LookupAddress, lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public by its range, and yet the host's own on Azure. */
const azureHost = '168.63.129.16';

/** @example isPublic('10.0.0.1') === false */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && parsed.toString() !== azureHost;
}

export type Resolve = (hostname: string, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;
const byDns: Resolve = (hostname, done) => resolve(hostname, { all: true }, done);

/** For node:https: the address that was judged is the one that is asked, so a name that resolves otherwise a moment later gains nothing. */
export function guardedLookup(mayAsk: (address: string) => boolean, names: Resolve = byDns): LookupFunction {
  return (hostname, options, done) => {
    names(hostname, (error, addresses) => {
      if (error !== null) return done(error, []);
      const [first] = addresses;
      const bad = addresses.find(({ address }) => !mayAsk(address));
      if (first === undefined) return done(new Error(`${hostname} has no address`), []);
      if (bad !== undefined) return done(new Error(`${hostname} resolves to ${bad.address}, which is no public address`), []);
      if (options.all === true) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}
