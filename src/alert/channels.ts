// Where a tenant's cards go: the channels that its policy names, those of them that are set up on this guard, and the home channel for what would else reach nobody. Pure; called by outbox.ts.
import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { homeChannel } from '../contracts/channels.ts';
import type { TenantPolicy } from '../contracts/policy.ts';
import { escapeText } from './escape.ts';

export interface Route {
  readonly kind: 'webhook';
  readonly address: string;
  /** Its name in the policy. */
  readonly setting: string;
  /** What the card has to say because it comes here and not where the policy sends it. */
  readonly note?: string;
}

/** The channel that a card was in already, and what to say about it. */
export interface After {
  readonly setting: string;
  readonly why: string;
}

/** A name as people read it. */
export const channelName = (setting: string): string => (setting === homeChannel ? 'the home channel' : `channel ${setting}`);

/**
 * In order: whoever comes later is asked only where those before did not take the card.
 * @param addressOf undefined: nothing is set up under this name
 * @param after only those behind this channel; one that the policy no longer names is followed by none
 */
export function routesOf(
  channels: TenantPolicy['channels'],
  addressOf: (setting: string) => string | undefined,
  after?: After,
): readonly Route[] {
  const missing: string[] = [];
  const routes: Route[] = [];
  let before: string | undefined;
  // One that is named twice is no second channel.
  const once = channels.filter(({ setting }, index) => channels.findIndex((other) => other.setting === setting) === index);
  const place = once.findIndex(({ setting }) => setting === after?.setting);
  if (after !== undefined && place < 0) return [];
  for (const { kind, setting } of once.slice(place + 1)) {
    const address = addressOf(setting);
    if (address === undefined) {
      missing.push(channelName(setting));
      continue;
    }
    const why = [
      ...(after === undefined ? [] : [after.why]),
      ...(missing.length === 0 ? [] : [`${missing.join(', ')} is not set up`]),
      ...(before === undefined ? [] : [`${before} did not take this card`]),
    ];
    routes.push({ kind, address, setting, ...(why.length === 0 ? {} : { note: `Sent here: ${why.join('; ')}.` }) });
    before = channelName(setting);
  }
  const home = addressOf(homeChannel);
  if (routes.length === 0 && channels.length > 0 && home !== undefined && after === undefined)
    routes.push({ kind: 'webhook', address: home, setting: homeChannel, note: `Sent here: ${missing.join(', ')} is not set up.` });
  return routes;
}

/** The card with this line above all else. */
export function withNote(card: IAdaptiveCard, note: string | undefined): IAdaptiveCard {
  if (note === undefined) return card;
  return { ...card, body: [{ type: 'TextBlock', text: escapeText(note, 200), wrap: true, color: 'Warning' }, ...(card.body ?? [])] };
}
