// One incident: its card (drawn by the official Adaptive Cards renderer; its buttons work), the journal, the evidence. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { IncidentDetail } from '../../src/contracts/console.ts';
import type { Actions } from '../app.ts';
import { cardOf } from '../card.ts';
import { severityBadge, time } from './overview.ts';

export interface IncidentPage {
  readonly detail: IncidentDetail;
  readonly tenantName: string;
  readonly actions: Actions;
}

/** A fresh key per press that the person makes; the guard answers a repeated one with the stored result. */
const freshRequest = (): string => crypto.randomUUID();

/** Asks for a reason in a dialog; resolves to undefined if the person turned back. */
function askReason(title: string, text: string): Promise<string | undefined> {
  const dialog = document.getElementById('reason') as (HTMLElement & { show(): void; hide(): void }) | null;
  const field = dialog?.querySelector<HTMLElement & { value: string }>('fluent-textarea');
  if (dialog === null || field === null || field === undefined) throw new Error('the reason dialog is missing');
  const heading = dialog.querySelector('h2');
  const words = dialog.querySelector('.ask');
  if (heading !== null) heading.textContent = title;
  if (words !== null) words.textContent = text;
  field.value = '';
  dialog.show();
  return new Promise((resolve) => {
    const end = (reason: string | undefined): void => {
      dialog.hide();
      resolve(reason);
    };
    dialog.querySelector('[data-test=reason-ok]')?.addEventListener('click', () => end(field.value), { once: true });
    dialog.querySelector('[data-test=reason-cancel]')?.addEventListener('click', () => end(undefined), { once: true });
  });
}

export function incidentPage({ detail, tenantName, actions }: IncidentPage): TemplateResult {
  const { incident, journal, evidence } = detail;
  const path = `tenants/${incident.tenant}/incidents/${incident.id}`;

  async function press(verb: string): Promise<void> {
    switch (verb) {
      case 'contain':
      case 'sign-out':
      case 'disable-connector':
        return actions.post(
          `${path}/press`,
          { kind: verb, request: freshRequest() },
          'Stored and started. Each step shows below as soon as it is verified.',
        );
      case 'undo': {
        const reason = await askReason('Undo', 'Undo is for false alarms: it restores the stored state. Why is this no attack?');
        if (reason === undefined || incident.containment === undefined) return;
        return actions.post(
          `${path}/undo`,
          { containment: incident.containment, request: freshRequest(), reason },
          'Undo is stored and started.',
        );
      }
      case 'dismiss': {
        const reason = await askReason('Not an attack', 'The incident is closed with your reason.');
        return reason === undefined ? undefined : actions.post(`${path}/dismiss`, { reason }, 'Closed.');
      }
      case 'evidence':
        document.getElementById('evidence')?.scrollIntoView({ behavior: 'smooth' });
        return;
      case 'how-to-go-live':
        return actions.say({
          intent: 'info',
          text: 'To go live, an administrator grants the responder application in this tenant and sets live to true in its policy (docs/deploy.md). Until then every press is a rehearsal.',
        });
      default:
        return actions.say({ intent: 'error', text: `This page does not know the button “${verb}”. Reload it.` });
    }
  }

  return html`
    <article class="incident-page">
      <p class="quiet">${tenantName} · opened ${time(incident.openedAt)} · revision ${incident.revision}</p>
      <div class="card" data-test="card" data-status=${incident.status}>${cardOf(detail.card, (verb) => void press(verb))}</div>
      <section>
        <h2>Journal</h2>
        ${journal.length === 0 ? html`<p class="quiet">Nobody has acted yet.</p>` : nothing}
        <ol class="journal" data-test="journal">
          ${journal.map((entry) => html`<li class=${entry.good === undefined ? '' : entry.good ? 'good' : 'bad'}><time>${time(entry.at)}</time> ${entry.text}</li>`)}
        </ol>
      </section>
      <section id="evidence" data-test="evidence">
        <h2>Evidence</h2>
        <ul>
          ${evidence.map((item) => html`<li>${severityBadge(item.severity)} <time>${time(item.time)}</time> <code>${item.rule}</code> ${item.why}</li>`)}
        </ul>
      </section>
    </article>
    <fluent-dialog id="reason" type="modal" aria-label="Reason">
      <fluent-dialog-body>
        <h2 slot="title"></h2>
        <p class="ask"></p>
        <fluent-field><label slot="label">Reason</label><fluent-textarea slot="input" data-test="reason-text" block></fluent-textarea></fluent-field>
        <fluent-button slot="action" data-test="reason-cancel">Turn back</fluent-button>
        <fluent-button slot="action" appearance="primary" data-test="reason-ok">Go on</fluent-button>
      </fluent-dialog-body>
    </fluent-dialog>
  `;
}
