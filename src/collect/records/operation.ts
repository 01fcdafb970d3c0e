// Names of directory operations as one event is named by both of its feeds. Used for activity ids and for the derived directory-audit view.

/** Operations are few: each spelling is normalised once. The bound is for hostile logs. */
const mostForms = 5_000;
const forms = new Map<string, string>();

/** Graph writes `Consent to application`, the unified audit `Consent to application.`, both sometimes with an en dash or a blank at the end. */
export function normalOperation(operation: string): string {
  const known = forms.get(operation);
  if (known !== undefined) return known;
  const form = operation
    .slice(0, 200)
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .trimEnd()
    .toLowerCase();
  if (forms.size < mostForms) forms.set(operation, form);
  return form;
}
