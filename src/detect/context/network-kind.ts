// What kind of network an address belongs to: rented servers, a way out that many share, a mobile carrier, Microsoft's own. Called by context.ts, which remembers the answers.
// Cost: two set look-ups, or a few patterns over a name of 60 signs. Source: AS numbers as their owners publish them (PeeringDB and their own pages), each found under
// that owner in data/networks.br (June 2026); microsoft-networks.ts for Microsoft's own services.
import ipaddr from 'ipaddr.js';
import { microsoftNetworks } from '../../tenants/microsoft-networks.ts';

/**
 * hosting: anybody rents a server there. relay: security gateways and privacy relays, where many people leave by one door. carrier: mobile networks, whose
 * addresses tell the country of the contract and no more. microsoft: its own services act there for people. other: none of these is known.
 */
export type NetworkKind = 'hosting' | 'relay' | 'carrier' | 'microsoft' | 'other';

const numbers: Record<'hosting' | 'relay' | 'carrier', string> = {
  // Amazon, Google Cloud, Microsoft Azure, Oracle, Alibaba, Tencent, Huawei Cloud, IBM; OVH, Hetzner, DigitalOcean, Linode, Vultr, Scaleway, Contabo, Leaseweb, IONOS,
  // M247, Datacamp, Clouvider, ColoCrossing, QuadraNet, Psychz, FranTech, BuyVM, HostPapa, Aeza, Selectel, Timeweb, GTHost, Hivelocity, Global Connectivity Solutions …
  hosting:
    '16509 14618 396982 8075 31898 45102 37963 132203 136907 36351 16276 24940 213230 14061 63949 20473 12876 51167 60781 28753 30633 8560 9009 60068 212238 62240 36352 ' +
    '8100 40676 53667 210644 49505 9123 63023 29802 215540 200019 62904 62005 34119 197540 47583 22612 46606 26496 55286 46562 23470 395954 40021 57043 49981 ' +
    '48693 202425 204957 399486 400940',
  // Zscaler, Netskope, Palo Alto Networks, Cloudflare (WARP, Private Relay), Akamai (Private Relay), Fastly (Private Relay), Forcepoint, Cisco Umbrella, iboss
  relay: '22616 62044 53813 55256 396421 54538 13335 36183 54113 44444 36692 137922',
  // T-Mobile US, Verizon Wireless, AT&T Mobility, Three UK, O2 UK, Free Mobile, Wind Tre, Odido, NTT Docomo, Jio. Carriers whose number also serves homes are not among them.
  carrier: '21928 22394 6167 20057 206067 60339 35228 51207 24608 31615 9605 55836',
};
const kinds = new Map<number, NetworkKind>(
  (['hosting', 'relay', 'carrier'] as const).flatMap((kind) =>
    numbers[kind].split(' ').map((asn): [number, NetworkKind] => [Number(asn), kind]),
  ),
);

const names: readonly (readonly [NetworkKind, RegExp])[] = [
  ['relay', /\b(?:zscaler|netskope|forcepoint|menlo security|iboss|vpn|private relay|tor exit)\b/i],
  ['carrier', /\b(?:mobile|mobil|moviles|móviles|wireless|cellular|cellco|mobilfunk|gsm)\b/i],
  [
    'hosting',
    /\b(?:hosting|hoster|hosted|web ?host|vps|dedicated servers?|virtual servers?|server(?:s|farm)?|data ?cent(?:er|re)s?|datacamp|colocation|colo|cloud|bulletproof|iaas)\b/i,
  ],
];

interface Block {
  readonly bits: number;
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
}
const blocks: readonly Block[] = microsoftNetworks.map((text) => {
  const [address, bits] = ipaddr.parseCIDR(text);
  return { address, bits };
});

/** Microsoft's own services: its tokens are used and its previews are fetched there, wherever the person is. */
export function isMicrosoftsOwn(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return blocks.some(({ address: block, bits }) => block.kind() === parsed.kind() && parsed.match(block, bits));
}

/** @example kindOfNetwork(24940, 'Hetzner Online GmbH') is 'hosting'; undefined where neither number nor owner is known. */
export function kindOfNetwork(asn: number | undefined, owner: string | undefined): NetworkKind | undefined {
  const known = asn === undefined ? undefined : kinds.get(asn);
  if (known !== undefined) return known;
  if (owner === undefined || owner === '') return undefined;
  return names.find(([, pattern]) => pattern.test(owner))?.[0] ?? 'other';
}
