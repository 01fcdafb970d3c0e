// Posts a card to a Teams Workflows webhook. Its address is a secret: it is never logged nor put into an error. Used by outbox.ts.
import type { IAdaptiveCard } from '@microsoft/teams.cards';

/** The flow drops messages above 28 KB, and was seen to fail near 21 KB, unseen by the sender. */
export const mostBytes = 20 * 1024;
const timeoutMs = 15_000;

export type Posted = { readonly accepted: true } | { readonly accepted: false; readonly why: string };

/** A bare card would give 202 and an empty post. */
export const envelope = (card: IAdaptiveCard): string =>
  JSON.stringify({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  });

export const fits = (card: IAdaptiveCard): boolean => Buffer.byteLength(envelope(card)) < mostBytes;

/** Any 2xx is accepted, which is no proof that the flow posted it. Everything else comes back as a value. */
export async function postCard(address: string, card: IAdaptiveCard, send: typeof fetch): Promise<Posted> {
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:')
    return { accepted: false, why: 'The webhook address is no https address.' };
  if (!fits(card)) return { accepted: false, why: `The card is larger than ${mostBytes} bytes.` };
  try {
    const response = await send(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: envelope(card),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? { accepted: true } : { accepted: false, why: `The webhook answered ${response.status}.` };
  } catch (error) {
    // The error of fetch may repeat the address: only its name and its cause's code are kept.
    const code = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? ` ${String(error.cause.code)}` : '';
    return { accepted: false, why: `The webhook could not be reached (${error instanceof Error ? error.name : 'unknown error'}${code}).` };
  }
}
