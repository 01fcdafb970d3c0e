// What can be broken in the simulated cloud, one switch for each tenant and fault: only on one computer. Drawn by overview.ts.
import { html, type TemplateResult } from 'lit';
import type { Actions } from '../app.ts';

export interface FaultBoard {
  readonly kinds: readonly { readonly kind: string; readonly title: string }[];
  readonly standing: readonly { readonly kind: string; readonly tenant?: string | undefined; readonly struck: number }[];
}

export function faultsOf(
  { kinds, standing }: FaultBoard,
  { tenant, name }: { readonly tenant: string; readonly name: string },
  actions: Actions,
): TemplateResult {
  const mine = standing.filter((fault) => fault.tenant === tenant);
  return html`<details data-test="faults-${tenant}">
    <summary>Faults${mine.length === 0 ? '' : ` (${mine.length} on)`}</summary>
    <div class="buttons">
      ${kinds.map(({ kind, title }) => {
        const standingOne = mine.find((fault) => fault.kind === kind);
        const on = standingOne !== undefined;
        return html`<fluent-button
          data-test="fault-${kind}-${tenant}"
          appearance=${on ? 'primary' : 'outline'}
          @click=${() => actions.post(`local/tenants/${tenant}/faults/${kind}`, { on: !on }, on ? `${name}: “${title}” is over.` : `${name}: “${title}” from now on.`)}
          >${title}${on ? `: on, ${standingOne.struck} struck` : ''}</fluent-button
        >`;
      })}
    </div>
  </details>`;
}
