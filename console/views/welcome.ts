// What a person sees who is not signed in. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { Actions } from '../app.ts';

export function welcomePage({ actions, problem }: { actions: Actions; problem: string | undefined }): TemplateResult {
  return html`
    <main class="welcome">
      <h1>Tenant Guard</h1>
      <p>Watches Microsoft 365 tenants for account takeovers, and stops one with one press.</p>
      ${problem === undefined ? nothing : html`<fluent-message-bar intent="warning" data-test="problem">${problem}</fluent-message-bar>`}
      <fluent-button appearance="primary" size="large" data-test="sign-in" @click=${actions.signIn}>Sign in</fluent-button>
      <p class="quiet">Only members of the responder group may look and act.</p>
    </main>
  `;
}
