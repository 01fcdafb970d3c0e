// An unsure fact never drives a high severity alone: every pack that ships is judged with all its signs made unsure, and with what its rules only recollect.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { networksOf, prepareCase } from '../../src/campaigns/cases.ts';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { severityRank } from '../../src/contracts/finding.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { mergeFindings } from '../../src/incidents/merge.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../campaigns'));
const medium = severityRank('medium');

for (const campaign of campaigns) {
  const { manifest, rules, indicators, cases } = campaign;
  const unsure = createDetector({
    campaigns: [{ ...campaign, indicators: indicators.map((one) => ({ ...one, confidence: 10 })) }],
    networks: networksOf(cases),
  });
  const byKey = new Map(rules.map((rule) => [rule.key, rule]));
  const asksForSigns = (key: string): boolean => JSON.stringify(byKey.get(key) ?? '').includes('context.indicator.');
  /** What is left of a rule once its signs are worth nothing: an ordinary act, or a try. */
  const saysLittle = (key: string): boolean => {
    const rule = byKey.get(key);
    return rule?.kind === 'rule' && (rule.level === 'informational' || rule.guard.stage === 'attempt');
  };
  const found = cases.flatMap(({ file, case: one }) =>
    unsure.detect(prepareCase(file, one, unsure.learn).input).findings.map((finding) => ({ file, finding })),
  );

  describe(`${manifest.id}, with signs that are unsure`, () => {
    it('finds nothing worse than medium by signs alone', () => {
      const bad = found.filter(({ finding }) => finding.unsure === true && severityRank(finding.severity) > medium);
      expect(bad.map(({ finding }) => finding.rule)).toEqual([]);
    });
    it('marks every sequence of signs and ordinary acts as unsure', () => {
      const sequences = found.filter(({ finding }) => {
        const rule = byKey.get(finding.rule);
        if (rule?.kind !== 'correlation' || finding.indicators === undefined) return false;
        const bases = [...new Set((finding.matched ?? []).map((one) => one.rule ?? ''))];
        return (
          bases.every((base) => saysLittle(base) || asksForSigns(base)) && bases.some((base) => asksForSigns(base) && !saysLittle(base))
        );
      });
      const wrong = sequences.filter(({ finding }) => severityRank(finding.severity) > medium);
      expect(wrong.map(({ file, finding }) => `${finding.rule} in ${file.split('/').at(-1)}`)).toEqual([]);
    });
    it('makes no case worse than medium of findings that are unsure', () => {
      const findings = found.map(({ finding }) => finding).filter((finding) => finding.unsure === true && finding.effect === 'alert');
      const { incidents } = mergeFindings({ open: [], settled: [], findings, coverageNotes: [], campaigns: [manifest], now: 0 });
      expect(incidents.filter(({ severity }) => severityRank(severity) > medium)).toEqual([]);
    });
    it('rates no rule high that somebody only recollects', () => {
      const recollected = rules
        .filter((rule) => 'guard' in rule && 'sure' in rule.guard && rule.guard.sure === 'recollected')
        .map(({ key }) => key);
      const bad = found.filter(({ finding }) => recollected.includes(finding.rule) && severityRank(finding.severity) > medium);
      expect(bad.map(({ finding }) => finding.rule)).toEqual([]);
    });
  });
}
