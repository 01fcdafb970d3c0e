// The first page: incidents, what can be seen in each tenant and what not, who was targeted, and (on one computer) attacks to start. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState, IncidentRow, TargetedRow } from '../../src/contracts/console.ts';
import type { Severity } from '../../src/contracts/finding.ts';
import type { Actions } from '../app.ts';

const colours = {
  critical: 'danger',
  high: 'danger',
  medium: 'warning',
  low: 'informative',
  informational: 'subtle',
} as const satisfies Record<Severity, string>;

export const severityBadge = (severity: Severity): TemplateResult =>
  html`<fluent-badge appearance="filled" color=${colours[severity]}>${severity}</fluent-badge>`;

export const time = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

function incidentLine(incident: IncidentRow): TemplateResult {
  return html`
    <li class="incident ${incident.status}" data-test="incident">
      ${severityBadge(incident.severity)}
      <a href="/api/console#/incidents/${incident.tenant}/${incident.id}">${incident.title}</a>
      <span class="where">${incident.tenantName}</span>
      <span class="status">${incident.containment ?? incident.status}</span>
      <time datetime=${incident.lastAt}>${time(incident.lastAt)}</time>
    </li>
  `;
}

function coverageOf(tenant: ConsoleState['tenants'][number]): TemplateResult {
  return html`
    <article class="tenant" data-test="coverage" data-tenant=${tenant.tenant}>
      <h3>${tenant.name} ${tenant.live ? nothing : html`<fluent-badge appearance="outline">dry run</fluent-badge>`}</h3>
      <p class="tenant-sentence">${tenant.sentence}</p>
      <ul>
        ${tenant.feeds.map((feed) => html`<li class=${feed.outcome.status} data-feed=${feed.feed}>${feed.sentence}</li>`)}
      </ul>
    </article>
  `;
}

function targetedOf(name: string, users: readonly TargetedRow[]): TemplateResult {
  return html`
    <h3>${name}</h3>
    <table>
      <thead><tr><th>Person</th><th>Password</th><th>Last attempt</th><th>Why</th></tr></thead>
      <tbody>
        ${users.map(
          (user) => html`<tr>
            <td>${user.name}</td>
            <td>${user.passwordKnown ? html`<strong>known to the attacker</strong>` : 'not proven known'}</td>
            <td>${time(user.lastAt)}</td>
            <td>${user.why}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  `;
}

export interface Overview {
  readonly state: ConsoleState;
  readonly targeted: ReadonlyMap<string, readonly TargetedRow[]>;
  readonly attacks: readonly { readonly id: string; readonly title: string; readonly tenants: readonly string[] }[];
  readonly actions: Actions;
}

export function overviewPage({ state, targeted, attacks, actions }: Overview): TemplateResult {
  const open = state.incidents.filter(({ status }) => status !== 'closed');
  const closed = state.incidents.filter(({ status }) => status === 'closed');
  const poisoned = Object.entries(state.poisoned).filter(([, count]) => count > 0);
  const withTargets = state.tenants.filter(({ tenant }) => (targeted.get(tenant)?.length ?? 0) > 0);
  const name = (tenant: string): string => state.tenants.find((known) => known.tenant === tenant)?.name ?? tenant;
  return html`
    ${poisoned.map(
      ([queue, count]) =>
        html`<fluent-message-bar intent="error">${count} message${count === 1 ? '' : 's'} on ${queue} could not be handled. See the runbook “Poison messages”.</fluent-message-bar>`,
    )}
    <section>
      <h2>Incidents</h2>
      ${open.length === 0 ? html`<p class="quiet" data-test="no-incidents">No open incident. What could not be read stands under Coverage.</p>` : html`<ul class="incidents">${open.map(incidentLine)}</ul>`}
      ${closed.length === 0 ? nothing : html`<details><summary>${closed.length} closed</summary><ul class="incidents">${closed.map(incidentLine)}</ul></details>`}
    </section>
    ${
      attacks.length === 0
        ? nothing
        : html`<section data-test="attacks">
            <h2>Start an attack</h2>
            <p class="quiet">This is the simulated cloud on your computer: nothing here is real.</p>
            ${attacks.flatMap((attack) =>
              attack.tenants.map(
                (tenant) => html`<fluent-button
                  data-test="attack-${attack.id}-${tenant}"
                  @click=${() => actions.post(`local/tenants/${tenant}/attacks/${attack.id}`, {}, `The attack on ${name(tenant)} has begun; its card appears within two rounds.`)}
                  >${attack.title} on ${name(tenant)}</fluent-button
                >`,
              ),
            )}
          </section>`
    }
    <section>
      <h2>Coverage</h2>
      <div class="tenants">${state.tenants.map(coverageOf)}</div>
    </section>
    ${
      withTargets.length === 0
        ? nothing
        : html`<section data-test="targeted"><h2>Targeted, not entered</h2>${withTargets.map(({ tenant, name: title }) => targetedOf(title, targeted.get(tenant) ?? []))}</section>`
    }
  `;
}
