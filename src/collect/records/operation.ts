// Names of directory operations as one event is named by both of its feeds. Used for activity ids and for the derived directory-audit view.

/** Graph writes `Consent to application`, the unified audit `Consent to application.`, both sometimes with an en dash or a blank at the end. */
export function normalOperation(operation: string): string {
  return operation
    .slice(0, 200)
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .trimEnd()
    .toLowerCase();
}
