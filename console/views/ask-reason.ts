// The dialog that asks for a reason before an undo or a dismissal. Drawn by views/incident.ts.
import { html, type TemplateResult } from 'lit';

/** The shortest reason that the guard takes. */
const shortest = 3;

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
}

/** Resolves to the reason, or to undefined if the person turned back (Cancel or Escape). */
export function askReason({ title, text, go }: Question): Promise<string | undefined> {
  const dialog = document.getElementById('reason') as (HTMLElement & { show(): void; hide(): void }) | null;
  if (dialog === null) throw new Error('the reason dialog is missing');
  const part = <T extends HTMLElement>(selector: string): T => {
    const found = dialog.querySelector<T>(selector);
    if (found === null) throw new Error(`the reason dialog has no ${selector}`);
    return found;
  };
  const field = part<HTMLElement & { value: string }>('#reason-text');
  const problem = part('.problem');
  part('h2').textContent = title;
  part('.ask').textContent = text;
  part('[data-test=reason-ok]').textContent = go;
  problem.textContent = '';
  field.value = '';

  return new Promise((resolve) => {
    const done = new AbortController();
    let answer: string | undefined;
    part('[data-test=reason-ok]').addEventListener(
      'click',
      () => {
        const reason = field.value.trim();
        if (reason.length < shortest) {
          problem.textContent = 'Give a reason: whoever looks at the case later has to understand it.';
          field.focus();
          return;
        }
        answer = reason;
        dialog.hide();
      },
      { signal: done.signal },
    );
    part('[data-test=reason-cancel]').addEventListener('click', () => dialog.hide(), { signal: done.signal });
    // However it was closed: one way out, so that no listener outlives its question.
    dialog.addEventListener(
      'toggle',
      (event) => {
        if (!(event instanceof CustomEvent) || (event.detail as { newState: string }).newState !== 'closed') return;
        done.abort();
        resolve(answer);
      },
      { signal: done.signal },
    );
    dialog.show();
  });
}
