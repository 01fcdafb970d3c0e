// Runs a pack's own cases. Called by `campaign test`, by `campaign publish`, and by the project's tests.
import { createDetector } from '../detect/detector.ts';
import { type CaseResult, judgeCase, networksOf, prepareCase } from './cases.ts';
import type { Campaign } from './load.ts';

export interface CampaignTest {
  readonly campaign: string;
  readonly cases: readonly CaseResult[];
  /** Rules that speak and that no case makes fire. */
  readonly untested: readonly string[];
  readonly problems: readonly { readonly file: string; readonly line: number; readonly message: string }[];
}

/** The campaign alone: other packs do not fire into its cases. */
export function testCampaign(campaign: Campaign): CampaignTest {
  const detector = createDetector({ campaigns: [campaign], networks: networksOf(campaign.cases) });
  const cases = campaign.cases.map(({ file, case: one }) => judgeCase(detector, prepareCase(file, one, detector.learn)));
  const fired = new Set(cases.flatMap((result) => result.fired));
  const speaking = detector.rules().filter(({ speaks }) => speaks);
  return {
    campaign: campaign.manifest.id,
    cases,
    untested: speaking.map(({ rule }) => rule).filter((rule) => !fired.has(rule)),
    problems: detector.problems,
  };
}
