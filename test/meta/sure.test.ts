// How sure each shipped rule is, and that what is unsure never speaks loudly alone.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { severityRank } from '../../src/contracts/finding.ts';
import type { SigmaCorrelation, SigmaRule } from '../../src/detect/sigma/rule.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../campaigns'));
type Rule = SigmaRule | SigmaCorrelation;
/** From here on a sign may drive a high severity by itself. */
const sureEnough = 60;

const isHigh = ({ level }: Rule): boolean => level !== undefined && severityRank(level) >= severityRank('high');

describe.each(campaigns.map((campaign) => [campaign.manifest.id, campaign] as const))('the rules of %s', (_, campaign) => {
  const rules = campaign.rules.filter((rule): rule is Rule => rule.kind !== 'filter');
  const byKey = new Map(rules.map((rule) => [rule.key, rule]));
  const basesOf = (rule: Rule): Rule[] => (rule.kind === 'rule' ? [] : rule.rules.flatMap((name) => byKey.get(name) ?? []));
  /** Nothing that it rests on is sure. */
  const restsOnUnsure = (rule: Rule): boolean => {
    const bases = basesOf(rule);
    return bases.length === 0 ? rule.guard.sure === 'recollected' : bases.every(restsOnUnsure);
  };

  it('say how sure their fact is', () => {
    expect(rules.filter(({ guard }) => guard.sure === undefined).map(({ key }) => key)).toEqual([]);
  });
  it('are not high where nothing that they rest on is sure', () => {
    expect(
      rules.filter((rule) => isHigh(rule) && (rule.guard.sure === 'recollected' || restsOnUnsure(rule))).map(({ key }) => key),
    ).toEqual([]);
  });
  it('that only rest on what is recollected say so themselves', () => {
    expect(rules.filter((rule) => restsOnUnsure(rule) && rule.guard.sure !== 'recollected').map(({ key }) => key)).toEqual([]);
  });
  it('that are high name no published sign of little confidence', () => {
    const unsure = rules.filter(isHigh).flatMap((rule) =>
      rule.kind !== 'rule'
        ? []
        : rule.detection.selections
            .flatMap(({ alternatives }) => alternatives.flat())
            .filter(({ field }) => field?.startsWith('context.indicator.'))
            .flatMap(({ values }) => values.map((value) => String(value)))
            .flatMap((prefix) =>
              campaign.indicators
                .filter(({ id, confidence }) => id.startsWith(prefix) && (confidence ?? 50) < sureEnough)
                .map(({ id }) => `${rule.key} by ${id}`),
            ),
    );
    expect(unsure).toEqual([]);
  });
});
