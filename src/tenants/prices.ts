// Azure's list prices as far as the guard uses them, with their date. Read by usage.ts for the console and by docs/cost.ts.

/** US dollars, pay as you go, East US, without free grants and discounts. Look them up again before you rely on them: https://azure.microsoft.com/pricing/calculator */
export const prices = {
  date: '2026-11-24',
  /** Functions, Flex Consumption, on demand. */
  perGigabyteSecond: 0.000026,
  perMillionExecutions: 0.4,
  /** Storage account v2, standard, locally redundant, hot. */
  perMillionTableOperations: 0.036,
  perMillionQueueOperations: 0.4,
  perMillionBlobWrites: 5,
  perMillionBlobReads: 0.4,
  perGigabyteOfTables: 0.045,
  perGigabyteOfBlobs: 0.0184,
  /** Log Analytics, analytics logs. */
  perGigabyteOfLogs: 2.3,
  /** One log alert rule that looks every five minutes. */
  perAlertRule: 1.5,
} as const;

/** Memory of an instance (infra/app/function-app.bicep). */
export const instanceGigabytes = 0.5;

/** What so many executions cost if each had an instance of its own: the upper bound, since an instance that works on several at once is paid for once. */
export function executionsCost({ executions, seconds }: { readonly executions: number; readonly seconds: number }): number {
  return seconds * instanceGigabytes * prices.perGigabyteSecond + (executions / 1e6) * prices.perMillionExecutions;
}
