// Times, severities and states as people read them. Used by all views.
import { html, type TemplateResult } from 'lit';
import type { IncidentRow } from '../../src/contracts/console.ts';
import type { Severity } from '../../src/contracts/finding.ts';

const colours = {
  critical: 'danger',
  high: 'danger',
  medium: 'warning',
  low: 'informative',
  informational: 'subtle',
} as const satisfies Record<Severity, string>;

export const severityBadge = (severity: Severity): TemplateResult =>
  html`<fluent-badge class="severity" appearance=${severity === 'critical' ? 'filled' : 'tint'} color=${colours[severity]}>${severity}</fluent-badge>`;

/** @example time('2026-03-02T02:31:09.000Z') === '2026-03-02 02:31 UTC' */
export const time = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

interface Standing {
  readonly text: string;
  readonly colour: 'danger' | 'warning' | 'success' | 'informative';
}

/** Where an incident stands, in a word or two; the row's containment is `done`, `rehearsal done`, `undone`, … */
export function standing({ status, containment }: Pick<IncidentRow, 'status' | 'containment'>): Standing {
  if (containment === 'undoing') return { text: 'Being undone', colour: 'warning' };
  if (status === 'contained') return { text: 'Contained', colour: 'success' };
  if (status === 'closed') return { text: containment === 'undone' ? 'Undone' : 'Closed', colour: 'informative' };
  switch (containment) {
    case undefined:
      return { text: 'Open', colour: 'danger' };
    case 'rehearsal done':
      return { text: 'Rehearsed', colour: 'warning' };
    case 'done':
    case 'undone':
      return { text: 'Still open', colour: 'danger' };
    default:
      return { text: containment.startsWith('rehearsal') ? 'Rehearsing' : 'Verifying', colour: 'warning' };
  }
}
