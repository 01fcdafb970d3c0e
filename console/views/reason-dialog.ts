// What the dialogs that ask for a reason share: finding their parts, refusing a reason that says nothing, and one way out. Used by ask-reason.ts and ask-dismissal.ts.

/** The shortest reason that the guard takes. */
const shortest = 3;

export interface ReasonDialog<Answer> {
  /** A part of the dialog; throws if it is missing. */
  part<T extends HTMLElement>(selector: string): T;
  /** Shows the dialog with this draft in its field. Resolves to what `answer` makes of the reason, or to undefined if the person turned back (Cancel or Escape). */
  ask(answer: (reason: string) => Answer, draft: string): Promise<Answer | undefined>;
}

/** @param names ids and data-test names of the dialog's parts */
export function openReasonDialog<Answer>(names: {
  readonly dialog: string;
  readonly field: string;
  readonly ok: string;
  readonly cancel: string;
}): ReasonDialog<Answer> {
  const dialog = document.getElementById(names.dialog) as (HTMLElement & { show(): void; hide(): void }) | null;
  if (dialog === null) throw new Error(`the dialog "${names.dialog}" is missing`);
  const part = <T extends HTMLElement>(selector: string): T => {
    const found = dialog.querySelector<T>(selector);
    if (found === null) throw new Error(`the dialog "${names.dialog}" has no ${selector}`);
    return found;
  };
  return {
    part,
    ask(answer, draft) {
      const field = part<HTMLElement & { value: string }>(`#${names.field}`);
      const problem = part('.problem');
      problem.textContent = '';
      field.value = draft;
      return new Promise((resolve) => {
        const done = new AbortController();
        let given: Answer | undefined;
        part(`[data-test=${names.ok}]`).addEventListener(
          'click',
          () => {
            const reason = field.value.trim();
            if (reason.length < shortest) {
              problem.textContent = 'Give a reason: whoever looks at the case later has to understand it.';
              field.focus();
              return;
            }
            given = answer(reason);
            dialog.hide();
          },
          { signal: done.signal },
        );
        part(`[data-test=${names.cancel}]`).addEventListener('click', () => dialog.hide(), { signal: done.signal });
        // However it was closed: one way out, so that no listener outlives its question.
        dialog.addEventListener(
          'toggle',
          (event) => {
            if (!(event instanceof CustomEvent) || (event.detail as { newState: string }).newState !== 'closed') return;
            done.abort();
            resolve(given);
          },
          { signal: done.signal },
        );
        dialog.show();
      });
    },
  };
}
