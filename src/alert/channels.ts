// Where a tenant's cards go: the channels that its policy names, those of them that are set up on this guard, and the home channel for what would else reach nobody. Pure; called by outbox.ts.
import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { homeChannel } from '../contracts/channels.ts';
import type { TenantPolicy } from '../contracts/policy.ts';
import { escapeText } from './escape.ts';

export interface Route {
  readonly kind: 'webhook';
  readonly address: string;
  /** What the card has to say because it comes here and not where the policy sends it. */
  readonly note?: string;
}

/** A name as people read it. */
export const channelName = (setting: string): string => (setting === homeChannel ? 'the home channel' : `channel ${setting}`);

/**
 * In order: whoever comes later is asked only where those before did not take the card.
 * @param addressOf undefined: nothing is set up under this name
 */
export function routesOf(channels: TenantPolicy['channels'], addressOf: (setting: string) => string | undefined): readonly Route[] {
  const missing: string[] = [];
  const routes: Route[] = [];
  let before: string | undefined;
  for (const { kind, setting } of channels) {
    const address = addressOf(setting);
    if (address === undefined) {
      missing.push(channelName(setting));
      continue;
    }
    const why = [
      ...(missing.length === 0 ? [] : [`${missing.join(', ')} is not set up`]),
      ...(before === undefined ? [] : [`${before} did not take this card`]),
    ];
    routes.push({ kind, address, ...(why.length === 0 ? {} : { note: `Sent here: ${why.join('; ')}.` }) });
    before = channelName(setting);
  }
  const home = addressOf(homeChannel);
  if (routes.length === 0 && channels.length > 0 && home !== undefined)
    routes.push({ kind: 'webhook', address: home, note: `Sent here: ${missing.join(', ')} is not set up.` });
  return routes;
}

/** The card with this line above all else. */
export function withNote(card: IAdaptiveCard, note: string | undefined): IAdaptiveCard {
  if (note === undefined) return card;
  return { ...card, body: [{ type: 'TextBlock', text: escapeText(note, 200), wrap: true, color: 'Warning' }, ...(card.body ?? [])] };
}
