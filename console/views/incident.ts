// One incident: its card (drawn by the official Adaptive Cards renderer; its buttons work), the journal, the evidence. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { IncidentDetail } from '../../src/contracts/console.ts';
import type { Actions } from '../app.ts';
import { cardOf } from '../card.ts';
import type { Drafts } from '../drafts.ts';
import { noticeOf, requestFor } from '../presses.ts';
import { askDismissal, dismissDialog } from './ask-dismissal.ts';
import { askReason, reasonDialog } from './ask-reason.ts';
import { elsewhereLines } from './hunts.ts';
import { exclusionLine } from './rules.ts';
import { severityBadge, time } from './words.ts';

export interface IncidentPage {
  readonly detail: IncidentDetail;
  readonly tenantName: string;
  readonly actions: Actions;
  readonly drafts: Drafts;
}

const allAttacks = ({ ends }: IncidentDetail): string => (ends === undefined ? '' : ` ${ends}`);

interface Pressing {
  readonly actions: Actions;
  readonly drafts: Drafts;
}

/** @param button a verb; that of an undo may name its containment: `undo:{id}` */
async function press(button: string, detail: IncidentDetail, { actions, drafts }: Pressing): Promise<void> {
  const { incident, excludable } = detail;
  const path = `tenants/${incident.tenant}/incidents/${incident.id}`;
  const [verb = '', named] = button.split(':');
  switch (verb) {
    case 'contain':
    case 'sign-out':
    case 'disable-connector':
      return actions.post(`${path}/press`, { kind: verb, request: requestFor(`${path} ${verb}`) }, (answer) =>
        noticeOf(answer, 'Done. The card shows what was seen of each step.'),
      );
    case 'undo': {
      const ends = allAttacks(detail);
      const reason = await askReason({
        title: 'Undo the containment?',
        text: `Undo is for false alarms: it restores what was stored before.${ends} Why was this no attack?`,
        go: 'Undo',
        draft: drafts.take(`${path}/undo`),
      });
      const containment = named ?? incident.containment;
      if (reason === undefined || containment === undefined) return;
      const request = requestFor(`${path} undo ${containment}`);
      return actions.post(`${path}/undo`, { containment, request, reason }, (answer) =>
        noticeOf(answer, 'Done. The card shows what was restored.'),
      );
    }
    case 'dismiss': {
      const answer = await askDismissal(excludable, drafts.take(`${path}/dismiss`));
      if (answer === undefined) return;
      const done = answer.exclude === undefined ? 'The case is closed.' : 'The case is closed, and the channel is told what was excluded.';
      return actions.post(`${path}/dismiss`, answer, done);
    }
    case 'evidence': {
      const heading = document.getElementById('evidence');
      // Focus alone scrolls nothing while the heading is just in sight at the lower edge.
      heading?.scrollIntoView();
      return heading?.focus();
    }
    case 'how-to-go-live':
      return actions.say({
        intent: 'info',
        text: 'To go live, an administrator grants the responder application its rights in this tenant and sets TG_LIVE to true: “Let it act” in docs/deploy.md has the steps. Until then every press is a rehearsal.',
      });
    default:
      return actions.say({ intent: 'error', text: `This page does not know the button “${verb}”. Reload it.` });
  }
}

function journalOf(journal: IncidentDetail['journal']): TemplateResult {
  if (journal.length === 0)
    return html`<p class="quiet">Nothing was changed in the tenant. Every step of a press will be written down here.</p>`;
  const days = journal.map(({ at }) => at.slice(0, 10));
  return html`<ol class="journal" data-test="journal">
    ${journal.map(
      ({ at, text, good }, index) =>
        html`<li class=${good === undefined ? 'neutral' : good ? 'good' : 'bad'}>
          ${at.slice(0, 10) === days[index - 1] ? '' : html`<span class="day">${days[index]}</span>`}
          <time datetime=${at}>${at.slice(11, 19)} UTC</time><span>${text}</span>
        </li>`,
    )}
  </ol>`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const listOf = (title: string, sentences: readonly string[]): TemplateResult | typeof nothing =>
  sentences.length === 0
    ? nothing
    : html`<h3>${title}</h3><ul class="plain">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;

/** What the card leaves out, for whoever wants it all. */
function storyOf({ incident, story: { timeline, why, against, unread } }: IncidentDetail): TemplateResult {
  return html`<details class="panel story" data-test="story">
    <summary>The whole story: ${counted(incident.findings.length, 'finding')}, ${counted(why.length, 'reason')}${against.length === 0 ? '' : `, ${counted(against.length, 'doubt')}`}</summary>
    <h3>What happened</h3>
    <ol class="events">
      ${timeline.map(
        ({ time: at, text, where, times }) =>
          html`<li><time datetime=${at}>${time(at)}</time><span>${text}${times > 1 ? ` (${times} ×)` : ''}${where === '' ? '' : html`<br /><span class="quiet">${where}</span>`}</span></li>`,
      )}
    </ol>
    ${listOf('Why', why)} ${listOf('Against', against)} ${listOf('Not read', unread)}
  </details>`;
}

const evidenceCount = ({ evidence, incident: { findings } }: IncidentDetail): string =>
  evidence.length < findings.length
    ? `: the first ${evidence.length} of ${findings.length} findings`
    : `: ${counted(findings.length, 'finding')}`;

export function incidentPage({ detail, tenantName, actions, drafts }: IncidentPage): TemplateResult {
  const { incident, journal, evidence } = detail;
  return html`
    <h1 class="unseen">${incident.title}</h1>
    <p class="quiet where">${tenantName} · opened ${time(incident.openedAt)}</p>
    <div class="incident-page">
      <div>
      <section
        class="card"
        data-test="card"
        data-status=${incident.status}
        data-hold-focus
        tabindex="-1"
        aria-label="Card"
      >${cardOf(detail.card, (verb) => void press(verb, detail, { actions, drafts }))}</section>
      ${storyOf(detail)}
      </div>
      <section>
        <h2>Journal</h2>
        ${journalOf(journal)}
      </section>
      <section class="evidence" data-test="evidence">
        <h2 id="evidence" tabindex="-1">Evidence${evidence.length === 0 ? '' : evidenceCount(detail)}</h2>
        ${elsewhereLines(detail)}
        ${detail.exclusions.map((one) => html`<p class="quiet" data-test="exclusion">${exclusionLine(one)}</p>`)}
        ${evidence.length === 0 ? html`<p class="quiet">What was found here no longer stands.</p>` : ''}
        <ul>
          ${evidence.map(
            (item) => html`<li>
              ${severityBadge(item.severity)}<time datetime=${item.time}>${time(item.time)}</time>
              <div>
                ${item.why}<br />
                ${item.facts === '' ? '' : html`<span class="quiet rule" data-test="facts">${item.facts}</span><br />`}
                ${item.against.map((sentence) => html`<span class="quiet" data-test="against">Against: ${sentence}</span><br />`)}
                ${item.because === '' ? '' : html`<span class="quiet rule" data-test="because">${item.because}</span><br />`}
                <span class="quiet rule">Rule ${item.rule} · ${item.noise}</span>
              </div>
            </li>`,
          )}
        </ul>
      </section>
    </div>
    ${reasonDialog()} ${dismissDialog(detail.excludable, allAttacks(detail))}
  `;
}
