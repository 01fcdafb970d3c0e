// What looking costs: requests, executions and money per tenant and day. Drawn by overview.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState, TenantUsageDay } from '../../src/contracts/console.ts';

const cents = (dollars: number): string => `${dollars.toFixed(3)} USD`;
const number = (value: number): string => value.toLocaleString('en');

function line(name: string, { date, executions, seconds, requests, heldBack, dollars }: TenantUsageDay): TemplateResult {
  const asked = requests.reporting + requests.graph + requests.exchange + requests.activity;
  return html`<tr>
    <td data-label="Tenant">${name}</td>
    <td data-label="Day (UTC)"><time datetime=${date}>${date}</time></td>
    <td data-label="Requests">${number(asked)}${heldBack === 0 ? nothing : html`, ${number(heldBack)} had to wait`}</td>
    <td data-label="Of these to logs">${number(requests.reporting)}</td>
    <td data-label="Executions">${number(executions)} in ${number(seconds)} s</td>
    <td data-label="At most">${cents(dollars)}</td>
  </tr>`;
}

export function usageSection({ tenants }: Pick<ConsoleState, 'tenants'>): TemplateResult | typeof nothing {
  if (tenants.every(({ usage }) => usage.length === 0)) return nothing;
  return html`<section data-test="usage">
    <h2>What looking costs</h2>
    <details class="panel wide">
      <summary>Requests to Microsoft, executions and their list price, by tenant and day</summary>
      <table>
        <thead><tr><th>Tenant</th><th>Day (UTC)</th><th>Requests</th><th>Of these to logs</th><th>Executions</th><th>At most</th></tr></thead>
        <tbody>
          ${tenants.flatMap(({ name, usage }) => usage.map((day) => line(name, day)))}
        </tbody>
      </table>
      <p class="quiet">Rounds only, each as if alone on its instance. Storage, logs and what is shared: docs/cost.md.</p>
    </details>
  </section>`;
}
