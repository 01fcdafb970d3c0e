// The frame around every page: name, person, notices. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { Actions, Notice } from '../app.ts';

export interface Frame {
  readonly body: TemplateResult;
  readonly person: string;
  readonly notice: Notice | undefined;
  /** Why what is shown may be old. */
  readonly lost: string | undefined;
  readonly actions: Actions;
  readonly inside: boolean;
}

export function frame({ body, person, notice, lost, actions, inside }: Frame): TemplateResult {
  return html`
    <header class="bar">
      <a class="brand" href="/api/console#/">Tenant Guard</a>
      ${inside ? html`<a class="back" href="/api/console#/">All incidents</a>` : nothing}
      <span class="person">${person}</span>
      <fluent-button size="small" appearance="subtle" data-test="sign-out" @click=${actions.signOut}>Sign out</fluent-button>
    </header>
    <main class="page">
      <div class="notices" role="status">
        ${lost === undefined ? nothing : html`<fluent-message-bar intent="warning" data-test="lost">${lost}</fluent-message-bar>`}
        ${
          notice === undefined
            ? nothing
            : html`<fluent-message-bar intent=${notice.intent} data-test="notice">
                ${notice.text}
                <fluent-button slot="dismiss" size="small" appearance="transparent" @click=${() => actions.say(undefined)}>Dismiss</fluent-button>
              </fluent-message-bar>`
        }
      </div>
      ${body}
    </main>
    <footer class="foot">Owners of networks: <a href="https://db-ip.com" rel="noopener noreferrer" target="_blank">IP Geolocation by DB-IP</a></footer>
  `;
}

/** One sentence in the place of a page that cannot be shown. */
export const insteadOf = (sentence: string): TemplateResult => html`<p class="instead" data-test="instead">${sentence}</p>`;
