// Whom a campaign is after weighs: the same takeover is worse where the victim is an executive, or in finance or sales, in whatever language the title is written.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import { subjectId } from '../../src/contracts/ids.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { addUp } from '../../src/incidents/severity.ts';
import { contoso } from '../support/scope.ts';

const folder = join(import.meta.dirname, '../../campaigns');
const { campaigns } = await loadCampaigns(folder);
const detector = createDetector({ campaigns });
const { records } = z
  .object({ records: z.array(z.unknown()) })
  .parse(JSON.parse(readFileSync(join(folder, 'azure-ato-2024/tests/takeover.hit.a-phone-two-days-later.json'), 'utf8')));
const activities = records.map((record) => {
  const activity = readRecord(record, { tenant: contoso, feed: 'export' });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
});
const victim = subjectId('user', '11111111-0000-4000-8000-000000000001');

function severityFor(title: string) {
  const { findings } = detector.detect({
    activities,
    baselines: new Map(),
    directory: new Map([[victim, { title, roles: [] }]]),
    hits: [],
  });
  return addUp(
    findings.filter(({ standing }) => standing !== false),
    campaigns.map(({ manifest }) => manifest),
  );
}

describe('azure-ato-2024', () => {
  it.each([
    ['English', ['Chief Executive Officer', 'Accounts Payable Clerk', 'Sales Manager']],
    ['French', ['Directeur Général', 'Responsable comptable', 'Directrice commerciale']],
    ['German', ['Geschäftsführerin', 'Leiter Rechnungswesen', 'Vertriebsleiter Süd']],
    ['Spanish', ['Consejero Delegado', 'Jefa de contabilidad', 'Jefe de ventas']],
    ['Italian', ['Amministratore Delegato', 'Responsabile contabilità', 'Responsabile vendite']],
    ['Portuguese', ['Diretora Executiva', 'Diretor financeiro', 'Gerente de vendas']],
    ['Dutch', ['Algemeen directeur', 'Hoofd boekhouding', 'Verkoopleider']],
    ['Japanese', ['代表取締役社長', '経理部長', '営業部']],
  ])('is critical for executives, finance and sales with titles in %s', (_, titles) => {
    expect(titles.map(severityFor)).toEqual(['critical', 'critical', 'critical']);
  });
  it('is high for a gardener, and where no title is known', () => {
    expect(['Gardener', ''].map(severityFor)).toEqual(['high', 'high']);
  });
});
