// The right name nearest to a wrong one, for error messages. Used by the parser and the command.

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Of a wrong name so many letters in ten may be others: what is further from it is a guess, and misleads. */
const mostOfTen = 4;

/** The candidate with the fewest edits, letter case aside; undefined where none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.slice(0, 80).toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const found = distance(wanted, candidate.toLowerCase());
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  return bestDistance <= Math.max(2, Math.floor((wanted.length * mostOfTen) / 10)) ? best : undefined;
}

/** To follow "… does not exist": "; did you mean "x"?" where something is near, else nothing. */
export function orNearest(name: string, candidates: Iterable<string>, more = ''): string {
  const close = nearest(name, candidates);
  return close === undefined ? '' : `; did you mean "${close}"${more}?`;
}
