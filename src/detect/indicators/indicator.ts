// One published sign of a campaign, with its source and dates. Made by stix.ts and csv.ts, indexed by indicator-index.ts.
import type { IndicatorKind } from '../../contracts/indicators.ts';
import { cleanAddress } from '../context/network.ts';

export interface Indicator {
  /** `{campaign}/{name}`: what rules compare `context.indicator.*` with. */
  readonly id: string;
  readonly kind: IndicatorKind;
  readonly value: string;
  /** 0 to 100. */
  readonly confidence: number;
  /** Epoch ms: first observed. */
  readonly validFrom: number;
  /** Epoch ms; absent: still valid. */
  readonly validUntil?: number;
  readonly source: string;
  /** `network` only: who held the AS number when it was published (its note or description). */
  readonly owner?: string;
}

/** An entry that was left out, and why. The rest loads. */
export interface IndicatorProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}
export interface LoadedIndicators {
  readonly indicators: readonly Indicator[];
  readonly problems: readonly IndicatorProblem[];
}

const hostName = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** The form in which a value is compared, or undefined where it is none of its kind. The same for what is published and what a record says. */
export function normalise(kind: IndicatorKind, value: string): string | undefined {
  const text = value.trim();
  if (text === '' || text.length > 2048) return undefined;
  switch (kind) {
    case 'user-agent':
      // Published texts lose blanks on their way through web pages and spreadsheets: blanks do not count, everything else does.
      return text.replace(/\s+/g, '');
    case 'address': {
      const slash = text.indexOf('/');
      const address = cleanAddress(slash < 0 ? text : text.slice(0, slash));
      if (address === undefined || slash < 0) return address;
      const length = Number(text.slice(slash + 1));
      return Number.isInteger(length) && length >= 0 && length <= (address.includes(':') ? 128 : 32) ? `${address}/${length}` : undefined;
    }
    case 'network': {
      const digits = /^(?:AS)?(\d{1,10})$/i.exec(text)?.[1];
      return digits === undefined || Number(digits) === 0 || Number(digits) >= 2 ** 32 ? undefined : String(Number(digits));
    }
    case 'domain': {
      const name = text
        .toLowerCase()
        .replace(/\[\.\]/g, '.')
        .replace(/\.$/, '');
      return hostName.test(name) ? name : undefined;
    }
    case 'email': {
      const address = text.toLowerCase().replace(/^smtp:/, '');
      return /^[^@\s]+@[^@\s]+$/.test(address) ? address : undefined;
    }
    case 'url':
      return URL.canParse(text) ? new URL(text).href : undefined;
    case 'application':
    case 'application-name':
    case 'network-owner':
      return text.toLowerCase().replace(/\s+/g, ' ');
  }
}
