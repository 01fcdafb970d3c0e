// Names of channels and the list of their addresses, as it stands in the vault. Read by src/config.ts; names are in policies.
import { z } from 'zod';

/** The setting of the installation's own channel: where cards go whose channel is not set up. Others have names of their own. */
export const homeChannel = 'TG_WEBHOOK_URL';
export const channelPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
/** As commands and policies call it. */
const homeNames: ReadonlySet<string> = new Set(['home', homeChannel.toLowerCase()]);
const address = z.url({ protocol: /^https$/ });

export interface Channels {
  /** Addresses of further channels, by name in small letters. */
  readonly channels: ReadonlyMap<string, string>;
  /** What of the list cannot be used, without what is secret in it. It stops nothing: the list changes in the vault, at night too, and cards fall back to the home channel. */
  readonly channelProblems: readonly string[];
}

/** @param list `NAME https://…; NAME https://…`, or lines of these */
export function channelsIn(list: string): Channels {
  const channels = new Map<string, string>();
  const channelProblems: string[] = [];
  const parts = list.split(/[;\n]/).map((part) => part.trim());
  for (const [index, part] of parts.filter((one) => one !== '').entries()) {
    const [name = '', url = '', ...rest] = part.split(/=(?=https:)|\s+/);
    const at = `entry ${index + 1} of TG_WEBHOOK_CHANNELS`;
    // Where no address follows, it is no name, and may be the rest of an address that was broken in two: as secret as the address.
    if (!channelPattern.test(name) || !/^https?:/i.test(url))
      channelProblems.push(`${at}: expected NAME https://…, the name of letters, digits, - and _`);
    else if (homeNames.has(name.toLowerCase()))
      channelProblems.push(`${at} (${name}): that is the name of the home channel, which has a setting of its own`);
    else if (!address.safeParse(url).success || rest.length > 0) channelProblems.push(`${at} (${name}): expected one https address`);
    else if (channels.has(name.toLowerCase())) channelProblems.push(`${at} (${name}): there is one of this name already`);
    else channels.set(name.toLowerCase(), url);
  }
  return { channels, channelProblems };
}

/** Undefined: nothing is set up under this name. */
export const channelAddress = (
  { webhook, channels }: Pick<Channels, 'channels'> & { readonly webhook: string | undefined },
  setting: string,
): string | undefined => (setting === homeChannel ? webhook : channels.get(setting.toLowerCase()));
