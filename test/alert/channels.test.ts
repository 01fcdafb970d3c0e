// Where cards go: to the channels that the policy names, in order; to the home channel, and with a word about it, where none of them is set up.
import { describe, expect, it } from 'vitest';
import { routesOf, withNote } from '../../src/alert/channels.ts';

const addresses: Readonly<Record<string, string>> = {
  TG_WEBHOOK_URL: 'https://hooks.example.com/home',
  contoso: 'https://hooks.example.com/contoso',
};
const routes = (names: readonly string[], known = addresses) =>
  routesOf(
    names.map((setting) => ({ kind: 'webhook' as const, setting })),
    (setting) => known[setting],
  ).map(({ address, note }) => [address.slice('https://hooks.example.com/'.length), note]);

describe('cards of a tenant', () => {
  it('go to the channel of its policy, and nothing is said about it', () => {
    expect(routes(['contoso'])).toEqual([['contoso', undefined]]);
  });
  it('go to the home channel where its own is not set up, which the card says', () => {
    expect(routes(['fabrikam'])).toEqual([['home', 'Sent here: channel fabrikam is not set up.']]);
  });
  it('go to the next channel where one does not take them', () => {
    expect(routes(['contoso', 'TG_WEBHOOK_URL'])).toEqual([
      ['contoso', undefined],
      ['home', 'Sent here: channel contoso did not take this card.'],
    ]);
    expect(routes(['fabrikam', 'contoso'])).toEqual([['contoso', 'Sent here: channel fabrikam is not set up.']]);
  });
  it('go nowhere where no channel is named, or neither it nor a home channel is set up', () => {
    expect(routes([])).toEqual([]);
    expect(routes(['fabrikam'], {})).toEqual([]);
  });
  it('carry the word above all else, as text and not as markup', () => {
    const card = withNote(
      { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'A case' }] },
      '[a](https://example.com)',
    );
    expect(card.body).toHaveLength(2);
    expect(JSON.stringify(card.body?.[0])).not.toContain('[a](https://example.com)');
  });
});
