// What was searched for in the past, how far it is and what it found. Drawn by overview.ts; the line on other tenants by incident.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState, HuntRow, IncidentDetail } from '../../src/contracts/console.ts';

const foundOf = ({ findings, hitTenants, searched, opened, known, status }: HuntRow): string =>
  findings === 0
    ? status === 'running'
      ? 'Nothing yet'
      : searched === 0
        ? 'Nothing was searched to the end'
        : known === 0
          ? 'Nothing'
          : `Nothing new; ${known} known before`
    : `${findings} in ${hitTenants} of ${searched} tenants${opened === 0 ? '' : `; ${opened} ${opened === 1 ? 'case' : 'cases'} opened`}`;
const progressOf = ({ status, searched, tenants, skipped }: HuntRow): string =>
  `${status === 'running' ? 'Searching' : status === 'done' ? 'Done' : 'Cancelled'}: ${searched} of ${tenants}${skipped === 0 ? '' : `, ${skipped} could not be searched`}`;

export function huntsSection({ hunts }: ConsoleState): TemplateResult | typeof nothing {
  if (hunts.length === 0) return nothing;
  return html`<section data-test="hunts">
    <h2>Searched in the past</h2>
    <article class="panel wide">
      <table>
        <thead><tr><th>For</th><th>Days</th><th>Tenants</th><th>Found</th></tr></thead>
        <tbody>
          ${hunts.map(
            (hunt) => html`<tr>
              <td data-label="For">${hunt.title} <span class="quiet">by ${hunt.by}</span></td>
              <td data-label="Days">${hunt.from} to ${hunt.to}</td>
              <td data-label="Tenants">${progressOf(hunt)}</td>
              <td data-label="Found">${foundOf(hunt)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </article>
  </section>`;
}

/** "The same indicator in 3 of 214 tenants": a number and no names. */
export const elsewhereLines = ({ elsewhere }: IncidentDetail): TemplateResult[] =>
  elsewhere.map(
    ({ indicator, tenants, of }) =>
      html`<p class="quiet" data-test="elsewhere">The indicator ${indicator} was seen in ${tenants} of ${of} tenants under guard.</p>`,
  );
