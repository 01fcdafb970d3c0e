// As faults-pairs.test.ts, with tables and blobs in Azurite: fifteen pairs.
import { afterAll, expect, it } from 'vitest';
import { random } from '../../simulator/worlds/random.ts';
import type { Backend } from '../../src/store/backend.ts';
import { startAzurite } from '../support/azurite.ts';
import { kindsOf } from '../support/fault-calls.ts';
import { ending } from './faults/ending.ts';
import { prepareTelling } from './faults/telling.ts';

const azurite = await startAzurite();
afterAll(() => azurite.stop());
const real = await azurite.backend();
const { tell, undisturbed, reference } = await prepareTelling();
const { calls } = undisturbed.faults;

/** Stories share the account: each has names of its own. */
function apart(backend: Backend, story: string): Backend {
  const mark = <T extends { readonly partition: string }>(key: T): T => ({ ...key, partition: `${story}~${key.partition}` });
  const unmark = <T extends { readonly partition: string }>(row: T): T => ({ ...row, partition: row.partition.slice(story.length + 1) });
  return {
    ...backend,
    get: async (table, key) => {
      const row = await backend.get(table, mark(key));
      return row && unmark(row);
    },
    async *query(table, { partition, ...query }) {
      const marked =
        typeof partition === 'string' ? `${story}~${partition}` : { from: `${story}~${partition.from}`, to: `${story}~${partition.to}` };
      for await (const page of backend.query(table, { ...query, partition: marked })) yield page.map(unmark);
    },
    transact: (table, operations) =>
      backend.transact(
        table,
        operations.map((operation) =>
          operation.kind === 'delete' ? { ...operation, row: mark(operation.row) } : { ...operation, row: mark(operation.row) },
        ),
      ),
    read: (container, name) => backend.read(container, `${story}/${name}`),
    append: (container, name, content) => backend.append(container, `${story}/${name}`, content),
    put: (container, name, content, ifAbsent) => backend.put(container, `${story}/${name}`, content, ifAbsent),
  };
}

it.each(Array.from({ length: 15 }, (_, seed) => ({ seed })))(
  'pair $seed ends as in memory',
  async ({ seed }) => {
    const r = random('azurite', String(seed));
    const plan = [r.pick(calls), r.pick(calls)].map((call) => [call.number, r.pick(kindsOf(call))] as const);
    expect(await ending((await tell(plan, { storage: apart(real, `s${seed}`) })).guard)).toEqual(reference);
  },
  60_000,
);
