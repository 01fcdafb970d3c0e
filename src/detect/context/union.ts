// What several looks found, each once. Used by context.ts.

export const nothing: readonly string[] = [];

/** Nearly always there is nothing, and nothing is made. */
export function union(lists: readonly (readonly string[])[]): readonly string[] {
  let all = nothing;
  for (const list of lists) if (list.length > 0) all = all.length === 0 ? list : [...all, ...list];
  return all.length < 2 ? all : [...new Set(all)];
}
