// The dialog of "Not an attack…": a reason, and which of the case's rules open no case about the same subject again, for how long. Drawn by views/incident.ts.
import { html, type TemplateResult } from 'lit';
import type { IncidentDetail } from '../../src/contracts/console.ts';
import { openReasonDialog } from './reason-dialog.ts';

type Excludable = IncidentDetail['excludable'];
export interface DismissAnswer {
  readonly reason: string;
  readonly exclude?: { readonly rules: readonly string[]; readonly days: number };
}

const spans = [7, 30, 90, 180] as const;

/** @param ends what else ends with the case; may be empty */
export const dismissDialog = ({ rules, whyNot }: Excludable, ends: string): TemplateResult => html`
  <fluent-dialog id="dismissal" type="modal" aria-labelledby="dismissal-title">
    <fluent-dialog-body>
      <h2 slot="title" id="dismissal-title">Not an attack?</h2>
      <p>The case is closed with your reason, and nothing is changed in the tenant.${ends}</p>
      <fluent-field>
        <label slot="label" for="dismissal-text">Reason</label>
        <fluent-textarea slot="input" id="dismissal-text" data-test="dismiss-text" block autofocus maxlength="500"></fluent-textarea>
      </fluent-field>
      ${
        rules.length === 0
          ? html`<p class="quiet">${whyNot ?? ''}</p>`
          : html`<fieldset data-test="excludable">
              <legend>Open no case for the same again:</legend>
              ${rules.map(
                ({ rule, title, who }) =>
                  html`<label><input type="checkbox" name="exclude" .value=${rule} /> “${title}” for ${who}</label><br />`,
              )}
              <label>for <select data-test="exclude-days">${spans.map((days) => html`<option value=${days} ?selected=${days === 30}>${days} days</option>`)}</select></label>
              <p class="quiet">Anything worse or different opens a case all the same. The channel is told.</p>
            </fieldset>`
      }
      <p class="problem" role="alert"></p>
      <fluent-button slot="action" data-test="dismiss-cancel">Cancel</fluent-button>
      <fluent-button slot="action" appearance="primary" data-test="dismiss-ok">Close the case</fluent-button>
    </fluent-dialog-body>
  </fluent-dialog>
`;

/** Resolves to undefined if the person turned back (Cancel or Escape). */
export function askDismissal(excludable: Excludable, draft: string): Promise<DismissAnswer | undefined> {
  const dialog = openReasonDialog<DismissAnswer>({
    dialog: 'dismissal',
    field: 'dismissal-text',
    ok: 'dismiss-ok',
    cancel: 'dismiss-cancel',
  });
  const boxes = [...dialog.part('fluent-dialog-body').querySelectorAll<HTMLInputElement>('input[name=exclude]')];
  for (const box of boxes) box.checked = false;
  return dialog.ask((reason) => {
    const rules = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    const days = excludable.rules.length === 0 ? 0 : Number(dialog.part<HTMLSelectElement>('[data-test=exclude-days]').value);
    return rules.length === 0 ? { reason } : { reason, exclude: { rules, days } };
  }, draft);
}
