// Findings of one tenant, each a small variation of a sign-in that a campaign rule matched.
import type { Finding } from '../../src/contracts/finding.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { mergeFindings } from '../../src/incidents/merge.ts';
import type { CampaignLabel } from '../../src/incidents/severity.ts';
import { contoso } from '../support/scope.ts';

export const now = Date.UTC(2026, 2, 2, 3, 0);
export const campaigns: readonly CampaignLabel[] = [
  { id: 'azure-ato-2024', title: 'Azure account takeover', severity: { single: 'medium', confirmed: 'high', targetedRole: 'critical' } },
  { id: 'takeover-core', title: 'Account takeover', severity: { single: 'medium', confirmed: 'high' } },
];

let counter = 0;
export const finding = (more: Partial<Finding> = {}): Finding => ({
  v: 1,
  id: `finding-${++counter}`,
  tenant: contoso,
  rule: 'officehome-linux-browser',
  title: 'Sign-in to OfficeHome with the campaign’s browser',
  campaign: 'azure-ato-2024',
  severity: 'medium',
  effect: 'alert',
  stage: 'entry',
  techniques: [],
  subject: 'user:marta',
  subjectName: 'Marta Ferrer',
  related: [],
  time: '2026-03-02T02:31:00.000Z',
  visibleAt: '2026-03-02T02:36:00.000Z',
  activities: ['signin:1'],
  why: 'The browser is the one that the campaign uses.',
  against: [],
  facts: { place: 'Lagos, NG', application: 'OfficeHome' },
  standing: true,
  ...more,
});
export const registered = (more: Partial<Finding> = {}): Finding =>
  finding({
    rule: 'method-registered',
    title: 'Authenticator registered',
    stage: 'persistence',
    time: '2026-03-02T02:41:00.000Z',
    ...more,
  });

/** Merges with defaults; the stored findings of open incidents have to be among `findings`, as in a round. */
export const merge = (
  findings: readonly Finding[],
  open: readonly Incident[] = [],
  more: Partial<Parameters<typeof mergeFindings>[0]> = {},
) => mergeFindings({ open, settled: [], findings, coverageNotes: [], campaigns, now, ...more });

export const only = (incidents: readonly Incident[]): Incident => {
  const [incident, ...others] = incidents;
  if (incident === undefined || others.length > 0) throw new Error(`expected one incident, got ${incidents.length}`);
  return incident;
};
