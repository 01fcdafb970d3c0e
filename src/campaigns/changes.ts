// What is different between two versions of a pack, for people. Pure; called by `campaign publish`.
import { isDeepStrictEqual } from 'node:util';
import type { SigmaDocument } from '../detect/sigma/rule.ts';
import type { Campaign } from './load.ts';

/** What a rule says, without where it stands. */
const meaning = (rule: SigmaDocument): unknown =>
  JSON.parse(
    JSON.stringify(rule, (key, value: unknown) =>
      ['file', 'line', 'conditionLine', 'strict'].includes(key) ? undefined : value instanceof Map ? [...value] : value,
    ),
  );

function compared<T>(before: readonly T[], after: readonly T[], nameOf: (one: T) => string, same: (a: T, b: T) => boolean) {
  const old = new Map(before.map((one) => [nameOf(one), one]));
  const now = new Map(after.map((one) => [nameOf(one), one]));
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].flatMap(([name, one]) => {
      const other = old.get(name);
      return other === undefined || same(other, one) ? [] : [name];
    }),
  };
}

const mostNamed = 20;
const named = (names: readonly string[]): string =>
  names.length > mostNamed ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more` : names.join(', ');

/** One line for each kind of change; none: both say the same. Without `before` everything is new. */
export function changesBetween(before: Pick<Campaign, 'manifest' | 'rules' | 'indicators'> | undefined, after: Campaign): string[] {
  const rules = compared(
    before?.rules ?? [],
    after.rules,
    ({ key }) => key,
    (a, b) => isDeepStrictEqual(meaning(a), meaning(b)),
  );
  const indicators = compared(before?.indicators ?? [], after.indicators, ({ id }) => id, isDeepStrictEqual);
  const lines = [
    ...(['added', 'changed', 'removed'] as const).map((kind) => ({ one: 'rule', kind, names: rules[kind] })),
    ...(['added', 'changed', 'removed'] as const).map((kind) => ({ one: 'indicator', kind, names: indicators[kind] })),
  ].flatMap(({ one, kind, names }) =>
    names.length === 0 ? [] : [`${names.length} ${one}${names.length === 1 ? '' : 's'} ${kind}: ${named(names)}`],
  );
  const own = before !== undefined && !isDeepStrictEqual({ ...before.manifest }, { ...after.manifest });
  return own ? ['campaign.yml changed', ...lines] : lines;
}
