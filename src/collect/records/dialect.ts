// The closed list of spellings in which records reach us. `classify` finds a record's, `toActivity` reads it.

/** Which log a record belongs to. `unused`: a known log that no rule reads. */
export type Log = 'sign-in' | 'directory-audit' | 'risk-detection' | 'unified-audit' | 'security-alert' | 'unused';

/** Who spelled it: Graph, diagnostic settings, a Log Analytics table, the Entra admin centre, the unified audit itself, or a search over it that wraps each record. */
export type Form = 'graph' | 'diagnostic-settings' | 'log-analytics' | 'entra-portal' | 'unified-audit' | 'audit-search';

export interface Dialect {
  readonly form: Form;
  readonly log: Log;
}
