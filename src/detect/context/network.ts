// The network an address belongs to, as the record itself tells it: the AS number, else the surrounding /24 or /48. Called by context.ts and first-seen.ts.
import ipaddr from 'ipaddr.js';

/** A clean address from what sources write: a port after it, brackets around it, an IPv4 inside an IPv6. Undefined where it is none. */
export function cleanAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  let text = value.trim();
  if (isPlainIpv4(text)) return text;
  // Without either it is a number or an id, which the parser would take its time to refuse.
  if (!text.includes('.') && !text.includes(':')) return undefined;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed !== null) text = bracketed[1]!;
  else if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(text)) text = text.slice(0, text.indexOf(':'));
  if (!ipaddr.isValid(text) || (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text))) return undefined;
  return ipaddr.process(text).toString();
}

/** @example networkOf('198.51.100.7') is 'net:198.51.100.0/24'; networkOf('2001:db8:1:2::3') is 'net:2001:db8:1::/48' */
export function networkOf(address: string): string {
  if (isPlainIpv4(address)) return `net:${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  return `net:${ipaddr.IPv6.networkAddressFromCIDR(`${address}/48`).toString()}/48`;
}

/** Nearly all addresses are such, and need no parser: four decimal numbers without leading zeros. */
function isPlainIpv4(text: string): boolean {
  let dots = 0;
  let digits = 0;
  let part = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && part === 0) return false;
      part = part * 10 + digit;
      digits++;
      if (part > 255) return false;
    } else {
      if (digit !== dot || digits === 0) return false;
      dots++;
      digits = 0;
      part = 0;
    }
  }
  return dots === 3 && digits > 0;
}
/** `.`, counted from `0`. */
const dot = -2;

/** AS number as Graph beta and diagnostic settings carry it (a number, or digits as text; 0 means not known). */
export function autonomousSystem(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^(?:AS)?\d{1,10}$/i.test(value.trim()) ? Number(value.trim().replace(/^AS/i, '')) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 2 ** 32 ? number : undefined;
}
