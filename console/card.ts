// Draws an Adaptive Card with the official renderer, in the look of Teams. Called by views/incident.ts.
import * as AdaptiveCards from 'adaptivecards';
import { hostConfig } from './host-config.ts';

/** Card text is plain: the guard escapes what came from outside, and the renderer must show those escapes as what they stand for. */
const unescapeMarkdown = (text: string): string => text.replace(/\\([\\`*_{}[\]()#+\-.!|&~])/g, '$1');

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  const bold = escapeHtml(text).replace(/(?<!\\)\*\*(.+?)(?<!\\)\*\*/g, '<strong>$1</strong>');
  result.outputHtml = unescapeMarkdown(bold).replace(/\n/g, '<br>');
  result.didProcess = true;
};

let drawn: { json: string; element: HTMLElement } | undefined;

/** The same element for the same card, so that polling does not steal the focus. `onVerb` gets the pressed button's verb. */
export function cardOf(json: Readonly<Record<string, unknown>>, onVerb: (verb: string) => void): HTMLElement {
  const text = JSON.stringify(json);
  if (drawn?.json === text) return drawn.element;
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  card.onExecuteAction = (action) => {
    if (action instanceof AdaptiveCards.OpenUrlAction) {
      if (action.url !== undefined && /^https:/.test(action.url)) window.open(action.url, '_blank', 'noopener');
    } else if (action instanceof AdaptiveCards.ExecuteAction) onVerb(action.verb);
    else if (action instanceof AdaptiveCards.SubmitAction) onVerb(String((action.data as { verb?: unknown } | undefined)?.verb));
  };
  card.parse(json);
  const element = card.render();
  if (element === undefined) throw new Error('the card could not be drawn');
  drawn = { json: text, element };
  return element;
}
