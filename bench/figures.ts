// Medians and the lines in which the benchmarks say their ratios. Used by the bench scripts.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** `what: 1.8 times (176 ms against 98 ms, median of 7; aim 2)`. */
export function ratioLine(what: string, ours: readonly number[], baseline: readonly number[], aim: string): string {
  const [a, b] = [median(ours), median(baseline)];
  return `${what}: ${(a / b).toFixed(2)} times (${a.toFixed(0)} ms against ${b.toFixed(0)} ms, median of ${ours.length}; aim ${aim})`;
}
