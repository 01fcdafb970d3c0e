// Answers that depend on one text alone are worked out once per text: a log repeats the same addresses, browsers and applications. Called by context.ts and the indicator index.

/** Remembers answers; bounded, since unique user agents and addresses would fill it. */
export function remember<K, T>(compute: (key: K) => T, most = 20_000): (key: K) => T {
  const answers = new Map<K, T>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = compute(key);
    if (answers.size >= most) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}
