// The first page: incidents, what can be seen in each tenant and what not, who was targeted, and (on one computer) attacks to start. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState, IncidentRow, TargetedRow } from '../../src/contracts/console.ts';
import type { Actions } from '../app.ts';
import { coverageSection } from './coverage.ts';
import { type FaultBoard, faultsOf } from './faults.ts';
import { huntsSection } from './hunts.ts';
import { indicatorFeedsSection } from './indicator-feeds.ts';
import { packsSection, packWarnings } from './packs.ts';
import { usageSection } from './usage.ts';
import { severityBadge, standing, time } from './words.ts';

function incidentLine(incident: IncidentRow): TemplateResult {
  const { text, colour } = standing(incident);
  return html`
    <li class=${incident.status} data-test="incident">
      ${severityBadge(incident.severity)}
      <div class="what">
        <a href="/api/console#/incidents/${incident.tenant}/${incident.id}">${incident.title}</a>
        <span class="quiet">${incident.tenantName} · last seen <time datetime=${incident.lastAt}>${time(incident.lastAt)}</time></span>
      </div>
      <fluent-badge class="standing" appearance="tint" color=${colour}>${text}</fluent-badge>
    </li>
  `;
}

/** A finding may be about an address that tried many people. */
const personOf = ({ subject, name }: TargetedRow): string =>
  subject.startsWith('address:') ? `Many people, from ${subject.slice('address:'.length)}` : name;

function targetedOf(name: string, users: readonly TargetedRow[]): TemplateResult {
  return html`
    <article class="panel wide">
      <h3>${name}</h3>
      <table>
        <thead><tr><th>Person</th><th>Password</th><th>Last attempt</th><th>Why</th></tr></thead>
        <tbody>
          ${users.map(
            (user) => html`<tr>
              <td data-label="Person">${personOf(user)}</td>
              <td data-label="Password">${user.passwordKnown ? html`<strong class="bad">Known to the attacker</strong>` : 'Not proven known'}</td>
              <td data-label="Last attempt"><time datetime=${user.lastAt}>${time(user.lastAt)}</time></td>
              <td data-label="Why">${user.why}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </article>
  `;
}

function attacksOf({ state, attacks, faults, actions }: Overview): TemplateResult {
  return html`<section data-test="attacks">
    <h2>Start an attack</h2>
    <p class="quiet">The simulated cloud on your computer: nothing here is real. A card appears within two rounds of what gives an attack away; slow attacks take ten minutes to get there.</p>
    <div class="tenants">
      ${state.tenants.map(
        ({ tenant, name }) => html`<article class="panel">
          <h3>On ${name}</h3>
          <div class="buttons">
            ${attacks
              .filter(({ tenants }) => tenants.includes(tenant))
              .map(
                ({ id, title }) => html`<fluent-button
                  data-test="attack-${id}-${tenant}"
                  @click=${() => actions.post(`local/tenants/${tenant}/attacks/${id}`, {}, `The attack on ${name} has begun.`)}
                  >${title}</fluent-button
                >`,
              )}
          </div>
          ${faultsOf(faults, { tenant, name }, actions)}
        </article>`,
      )}
    </div>
  </section>`;
}

export interface Overview {
  readonly state: ConsoleState;
  readonly targeted: ReadonlyMap<string, readonly TargetedRow[]>;
  readonly attacks: readonly { readonly id: string; readonly title: string; readonly tenants: readonly string[] }[];
  readonly faults: FaultBoard;
  readonly actions: Actions;
}

export function overviewPage(overview: Overview): TemplateResult {
  const { state, targeted, attacks } = overview;
  const open = state.incidents.filter(({ status }) => status !== 'closed');
  const closed = state.incidents.filter(({ status }) => status === 'closed');
  const poisoned = Object.entries(state.poisoned).filter(([, count]) => count > 0);
  const withTargets = state.tenants.filter(({ tenant }) => (targeted.get(tenant)?.length ?? 0) > 0);
  return html`
    ${poisoned.map(
      ([queue, count]) =>
        html`<fluent-message-bar intent="error">${count} message${count === 1 ? '' : 's'} on ${queue} could not be handled. See the runbook “Poison messages”.</fluent-message-bar>`,
    )}
    ${packWarnings(state)}
    <p class="fleet" data-test="fleet">${state.sentence}</p>
    <section>
      <h2>Incidents</h2>
      ${
        open.length === 0
          ? html`<p class="panel quiet" data-test="no-incidents">No open incident. What could not be read stands under Coverage.</p>`
          : html`<ul class="incidents">${open.map(incidentLine)}</ul>`
      }
      ${closed.length === 0 ? nothing : html`<details data-test="closed"><summary>${closed.length} closed</summary><ul class="incidents">${closed.map(incidentLine)}</ul></details>`}
    </section>
    ${attacks.length === 0 ? nothing : attacksOf(overview)}
    ${coverageSection(state)}
    ${huntsSection(state)}
    ${packsSection(state)}
    ${indicatorFeedsSection(state)}
    ${usageSection(state)}
    ${
      withTargets.length === 0
        ? nothing
        : html`<section data-test="targeted">
            <h2>Targeted, not entered</h2>
            ${withTargets.map(({ tenant, name }) => targetedOf(name, targeted.get(tenant) ?? []))}
          </section>`
    }
  `;
}
