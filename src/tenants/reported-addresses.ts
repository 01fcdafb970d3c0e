// "This address is bad", as somebody outside says: what is taken as an indicator, for how long, and what never. Pure but for `report`, which stores. Called by functions/commands.ts.
import ipaddr from 'ipaddr.js';
import type { Clock } from '../contracts/clock.ts';
import type { ReportedAddress } from '../contracts/event-rows.ts';
import type { BadAddress } from '../contracts/events.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Store } from '../store/store.ts';
import { microsoftNetworks } from './microsoft-networks.ts';

/** A range wider than this is a statement about a provider, not about an attacker. */
export const widest = { ipv4: 24, ipv6: 48 } as const;
/** Reports of one tenant that stand at once. */
export const mostReports = 200;
const dayMs = 86_400_000;
const usualDays = 30;
const mostDays = 90;
/** Records come late, and whoever reports has looked at what happened. */
const backDays = 1;

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

function networkOf(text: string): Network | undefined {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  const written = slash < 0 ? trimmed : trimmed.slice(0, slash);
  if (!ipaddr.isValid(written) || (!written.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(written))) return undefined;
  const address = ipaddr.process(written);
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  if (slash < 0) return [address, bits];
  // Written in the IPv6 form of an IPv4 address, a length would count other bits.
  if (address.kind() === 'ipv4' && written.includes(':')) return undefined;
  const length = trimmed.slice(slash + 1);
  return /^\d{1,3}$/.test(length) && Number(length) <= bits ? [address, Number(length)] : undefined;
}

/** Two ranges share an address where the wider one holds the other's first. */
function overlap([a, lengthA]: Network, [b, lengthB]: Network): boolean {
  if (a.kind() !== b.kind()) return false;
  return a.match(b, Math.min(lengthA, lengthB));
}

const networks = (list: readonly string[]): Network[] => list.map(networkOf).filter((network) => network !== undefined);

/** The address or range as it is stored, or why it is not taken; the reason names the field. */
export function acceptAddress(text: string, ownNetworks: readonly string[]): { readonly address: string } | { readonly refused: string } {
  const network = networkOf(text);
  if (network === undefined) return { refused: 'data.address: no IPv4 or IPv6 address, nor a range such as 198.51.100.0/28' };
  const [address, length] = network;
  const narrowest = widest[address.kind()];
  if (length < narrowest) return { refused: `data.address: a range of /${length}; at most /${narrowest} is taken` };
  if (networks(microsoftNetworks).some((known) => overlap(known, network)))
    return { refused: 'data.address: belongs to Microsoft’s own services' };
  if (networks(ownNetworks).some((known) => overlap(known, network)))
    return { refused: 'data.address: belongs to the tenant’s own networks (policy ownNetworks)' };
  const range = address.range();
  // RFC 5737 and 3849 addresses stand in documentation and tests; nobody signs in from there.
  if (range !== 'unicast' && range !== 'reserved') return { refused: `data.address: a ${range} address, which no sign-in comes from` };
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  if (length === bits) return { address: address.toString() };
  const written = `${address.toString()}/${length}`;
  const first = address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(written) : ipaddr.IPv6.networkAddressFromCIDR(written);
  return { address: `${first.toString()}/${length}` };
}

export interface ReportDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

/** Stores the report. A repeated one changes nothing but its end; ended ones go. Returns why it was refused, or undefined. */
export async function report(
  { store, clock }: ReportDependencies,
  scope: TenantScope,
  { source, data }: BadAddress,
  ownNetworks: readonly string[],
): Promise<string | undefined> {
  const accepted = acceptAddress(data.address, ownNetworks);
  if ('refused' in accepted) return accepted.refused;
  const now = clock.now();
  const until = data.until === undefined ? now + usualDays * dayMs : Date.parse(data.until);
  if (until <= now) return 'data.until: lies in the past';
  if (until > now + mostDays * dayMs) return `data.until: more than ${mostDays} days ahead`;
  const known = await store.reports.of(scope);
  const ended = known.filter((one) => one.until <= now);
  for (const { address } of ended) await store.reports.delete('commands.delete-report', scope, address);
  const before = known.find(({ address }) => address === accepted.address);
  if (before === undefined && known.length - ended.length >= mostReports)
    return `data.address: ${mostReports} reported addresses stand already; one of them has to end first`;
  const value: ReportedAddress = {
    v: 1,
    address: accepted.address,
    reason: data.reason,
    sender: source.slice(0, 200),
    reportedAt: now,
    from: Math.min(before?.from ?? Number.POSITIVE_INFINITY, now - backDays * dayMs),
    until,
  };
  await store.reports.put('commands.put-report', scope, value);
  return undefined;
}
