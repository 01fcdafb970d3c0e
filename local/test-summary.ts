// Reads vitest's JSON report for `npm test`. Used by test.ts.
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

export interface Summary {
  readonly passed: number;
  /** What failed, one line each. */
  readonly failures: readonly string[];
}

/** Counts tests; a file that could not even be loaded, a skipped test, and a bad exit without a failed test each count as failed. */
export function summary(text: string, exitCode: number): Summary {
  const { numPassedTests, testResults } = report.parse(JSON.parse(text));
  const failures = testResults.flatMap(({ name, status, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) return [`${name}: could not be loaded`];
    return assertionResults
      .filter((test) => test.status !== 'passed')
      .map((test) => `${name}: ${test.fullName}${test.status === 'failed' ? '' : ` (${test.status})`}`);
  });
  if (failures.length === 0 && exitCode !== 0) failures.push('an error outside of the tests');
  return { passed: numPassedTests, failures };
}
