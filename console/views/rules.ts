// One tenant's rules: how much noise each makes, which are silent, and what people excluded. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ExclusionRow, RulesDetail } from '../../src/contracts/console.ts';
import type { Actions } from '../app.ts';
import { askReason, reasonDialog } from './ask-reason.ts';
import { time } from './words.ts';

const effects = {
  alert: 'alerts',
  staged: 'staged: counts, alerts nobody',
  targeted: 'lists who was targeted',
  note: 'a line on a case',
} as const;
const shown = 50;

/** "hidden by an exclusion of Ann until 2026-04-01: 3 findings" */
export function exclusionLine({ by, until, hidden, state, endedBy, reason, title, who }: ExclusionRow): TemplateResult {
  const ending =
    state === 'in force'
      ? html`Hidden by an exclusion of ${by} until ${time(until)}: <strong>${hidden} ${hidden === 1 ? 'finding' : 'findings'}</strong>.`
      : state === 'over'
        ? html`Was excluded by ${by} until ${time(until)}: over.`
        : html`Was excluded by ${by}; taken back by ${endedBy}.`;
  return html`“${title}” for ${who}. ${ending} <span class="quiet">${reason}</span>`;
}

async function end({ id, title, who }: ExclusionRow, tenant: string, actions: Actions): Promise<void> {
  const reason = await askReason({
    title: 'Take the exclusion back?',
    text: `From the next finding on, “${title}” for ${who} counts again, with what was hidden in the week before. Why?`,
    go: 'Take it back',
  });
  if (reason === undefined) return;
  await actions.post(`tenants/${tenant}/exclusions/${id}/end`, { reason }, 'The exclusion is taken back.');
}

function exclusionsOf({ exclusions, tenant }: RulesDetail, actions: Actions): TemplateResult {
  return html`<section data-test="exclusions">
    <h2>Exclusions</h2>
    ${
      exclusions.length === 0
        ? html`<p class="panel quiet">None: every rule speaks about everybody. They are made when a case is closed with “Not an attack…”.</p>`
        : html`<ul class="panel plain">${exclusions.map(
            (one) => html`<li data-state=${one.state}>
              ${exclusionLine(one)}
              ${
                one.state === 'in force'
                  ? html`<fluent-button size="small" data-test="end-exclusion" @click=${() => void end(one, tenant, actions)}>Take back…</fluent-button>`
                  : nothing
              }
            </li>`,
          )}</ul>`
    }
    <p class="quiet">An exclusion silences one rule about one subject. It hides nothing worse, nothing else, and nothing beside which anything else stands.</p>
  </section>`;
}

type Rule = RulesDetail['rules'][number];
const ruleRow = ({ rule, title, campaign, effect, decided, figure, last, findings }: Rule): TemplateResult => html`<tr data-rule=${rule}>
  <td data-label="Rule"><strong>${title}</strong><br /><span class="quiet rule">${rule} · ${campaign}</span></td>
  <td data-label="What it does">${effects[effect]}${decided === undefined ? nothing : html`<br /><span class="quiet">decided by ${decided}</span>`}</td>
  <td data-label="Noise">${figure}</td>
  <td data-label="Findings, 30 days">${findings}</td>
  <td data-label="Last">${last ?? '–'}</td>
</tr>`;

const table = (rules: readonly Rule[]): TemplateResult => html`<div class="panel scroll">
  <table>
    <thead><tr><th>Rule</th><th>What it does</th><th>Noise</th><th>Findings, 30 days</th><th>Last</th></tr></thead>
    <tbody>${rules.map(ruleRow)}</tbody>
  </table>
</div>`;

function silentOf({ rules, countedFrom }: RulesDetail): TemplateResult {
  const silent = rules.filter(({ silence }) => silence === 'silent');
  const unknown = rules.filter(({ silence }) => silence === 'unknown');
  const since = countedFrom === undefined ? undefined : new Date(countedFrom).toISOString().slice(0, 10);
  return html`<section data-test="silent">
    <h2>Silent for 180 days</h2>
    ${
      silent.length === 0
        ? html`<p class="panel quiet">${
            unknown.length === 0
              ? 'None: each rule spoke within half a year.'
              : `Nothing can be said yet: ${since === undefined ? 'nothing was counted so far' : `counted since ${since}`}. ${unknown.length} rules did not speak so far.`
          }</p>`
        : html`<div class="panel"><p>${silent.length} rules did not speak for half a year. That may be good news, or a rule that died: try it with “tenant-guard campaign test”.</p>
            <ul class="plain">${silent.map(({ rule, title }) => html`<li>${title} <span class="quiet rule">${rule}</span></li>`)}</ul></div>`
    }
  </section>`;
}

export function rulesPage({ detail, actions }: { readonly detail: RulesDetail; readonly actions: Actions }): TemplateResult {
  const spoke = detail.rules.filter(({ findings, last, decided }) => findings > 0 || last !== undefined || decided !== undefined);
  return html`
    <h1>${detail.name}: rules and exclusions</h1>
    <p class="quiet">${detail.users === undefined ? 'Users are counted once a day, for the first time soon.' : `${detail.users} users and applications signed in.`}</p>
    ${exclusionsOf(detail, actions)}
    <section data-test="noise">
      <h2>Noise</h2>
      ${spoke.length === 0 ? html`<p class="panel quiet">No rule spoke here so far.</p>` : table(spoke.slice(0, shown))}
      <p class="quiet">The loudest first. “tenant-guard rules” shows them over all tenants; “rules promote” and “rules stage” decide what a rule does.</p>
    </section>
    ${silentOf(detail)} ${reasonDialog()}
  `;
}
