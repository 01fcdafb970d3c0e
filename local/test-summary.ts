// Reads vitest's JSON report for `npm test`. Used by test.ts.
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Counts tests; a file that could not even be loaded, a skipped test, and a bad exit without a failed test each count as failed. */
export function summary(text: string, exitCode: number): { readonly passed: number; readonly failed: number } {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = report.parse(JSON.parse(text));
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = numFailedTests + numPendingTests + unloaded;
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
