// What `check --json` prints: one line per finding, then one summary. Programs read it: names here are a contract.
import { toOcsf } from '../../src/detect/ocsf.ts';
import type { CheckResult, PlacedFinding } from './run.ts';

export function findingLine({ finding, places, undated }: PlacedFinding): string {
  const last = places.at(-1);
  const inFile = places.filter(({ file }) => file === last?.file).map(({ record }) => record);
  const elsewhere = places.some(({ file }) => file !== last?.file);
  return JSON.stringify({
    type: 'finding',
    file: last?.file ?? null,
    record: last?.record ?? null,
    records: inFile,
    // Only where a sequence runs over several files: all supporting records with their files.
    ...(elsewhere ? { places } : {}),
    rule: finding.rule,
    campaign: finding.campaign,
    severity: finding.severity,
    effect: finding.effect,
    stage: finding.stage,
    subject: finding.subject,
    subjectName: finding.subjectName,
    related: finding.related,
    time: finding.time,
    ...(undated ? { undated } : {}),
    title: finding.title,
    why: finding.why,
    against: finding.against,
    matched: finding.matched,
    indicators: finding.indicators,
    ...(finding.unsure === undefined ? {} : { unsure: true }),
    techniques: finding.techniques,
    facts: finding.facts,
    id: finding.id,
  });
}

/** The finding as an OCSF event; where its records stand is in `unmapped`. */
export const ocsfLine = ({ finding, places, undated }: PlacedFinding): string =>
  JSON.stringify(toOcsf(finding, { places, ...(undated ? { undated: true as const } : {}) }));

export function summaryLine(result: CheckResult): string {
  return JSON.stringify({
    type: 'summary',
    files: result.files.length,
    read: result.read,
    understood: result.understood,
    skipped: result.skipped.named,
    ...(result.skipped.beyond.length > 0 ? { skippedBeyond: result.skipped.beyond } : {}),
    refused: result.refused,
    findings: result.findings.length,
    notAssessable: result.notAssessable,
    ...(result.atLeast.length > 0 ? { atLeast: result.atLeast } : {}),
    perFile: result.files,
  });
}
