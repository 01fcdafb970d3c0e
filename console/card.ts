// Draws an Adaptive Card with the official renderer, in the look of Teams. Called by views/incident.ts.
import * as AdaptiveCards from 'adaptivecards';
import MarkdownIt from 'markdown-it';
import { hostConfig } from './host-config.ts';

// No HTML and no links but https: what came from outside is escaped by the guard already, and must stay text here too.
const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true });
markdown.validateLink = (address) => /^https:\/\//.test(address);
markdown.renderer.rules['link_open'] = (tokens, index, options, _environment, self) => {
  tokens[index]?.attrSet('target', '_blank');
  tokens[index]?.attrSet('rel', 'noopener noreferrer');
  return self.renderToken(tokens, index, options);
};

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.renderInline(text);
  result.didProcess = true;
};

let drawn: { readonly json: string; readonly element: HTMLElement; onVerb: (verb: string) => void } | undefined;

/** The same element for the same card, so that polling does not steal the focus. `onVerb` gets the pressed button's verb. */
export function cardOf(json: Readonly<Record<string, unknown>>, onVerb: (verb: string) => void): HTMLElement {
  const text = JSON.stringify(json);
  if (drawn?.json === text) {
    drawn.onVerb = onVerb;
    return drawn.element;
  }
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  card.onExecuteAction = (action) => {
    if (action instanceof AdaptiveCards.OpenUrlAction) {
      if (action.url !== undefined && /^https:\/\//.test(action.url)) window.open(action.url, '_blank', 'noopener');
    } else if (action instanceof AdaptiveCards.ExecuteAction) drawn?.onVerb(action.verb);
  };
  card.parse(json);
  const element = card.render();
  if (element === undefined) throw new Error('the card could not be drawn');
  drawn = { json: text, element, onVerb };
  return element;
}
