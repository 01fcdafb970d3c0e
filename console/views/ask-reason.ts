// The dialog that asks for a reason before an undo or a dismissal. Drawn by views/incident.ts.
import { html, type TemplateResult } from 'lit';
import { openReasonDialog } from './reason-dialog.ts';

export const reasonDialog = (): TemplateResult => html`
  <fluent-dialog id="reason" type="modal" aria-labelledby="reason-title">
    <fluent-dialog-body>
      <h2 slot="title" id="reason-title"></h2>
      <p class="ask"></p>
      <fluent-field>
        <label slot="label" for="reason-text">Reason</label>
        <fluent-textarea slot="input" id="reason-text" data-test="reason-text" block autofocus maxlength="500"></fluent-textarea>
      </fluent-field>
      <p class="problem" role="alert"></p>
      <fluent-button slot="action" data-test="reason-cancel">Cancel</fluent-button>
      <fluent-button slot="action" appearance="primary" data-test="reason-ok"></fluent-button>
    </fluent-dialog-body>
  </fluent-dialog>
`;

interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button that goes on says. */
  readonly go: string;
  /** What was typed before, and is to be sent after all. */
  readonly draft?: string;
}

/** Resolves to the reason, or to undefined if the person turned back (Cancel or Escape). */
export function askReason({ title, text, go, draft = '' }: Question): Promise<string | undefined> {
  const dialog = openReasonDialog<string>({ dialog: 'reason', field: 'reason-text', ok: 'reason-ok', cancel: 'reason-cancel' });
  dialog.part('h2').textContent = title;
  dialog.part('.ask').textContent = text;
  dialog.part('[data-test=reason-ok]').textContent = go;
  return dialog.ask((reason) => reason, draft);
}
