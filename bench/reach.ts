// How long the guard itself takes from "visible" to "card accepted" and from click to contained, against the bare sum of the calls that these need, in one process against the
// simulator over TLS; and what they and a quiet round ask of the storage. Directory replicas are waited for on a manual clock, which takes no time. Run by `npm run bench reach`.
import { parseArgs } from 'node:util';
import { breakGlass, responders } from '../simulator/worlds/constants.ts';
import { peopleOf } from '../simulator/worlds/people.ts';
import { press } from '../src/contain/press.ts';
import type { Responder } from '../src/contracts/containment.ts';
import { countOperations } from '../src/store/count-operations.ts';
import { memoryBackend } from '../src/store/memory.ts';
import { contoso, startGuard } from '../test/support/guard.ts';
import { median, ratioLine } from './figures.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const runs = Number(values.runs);
const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const by: Responder = { oid: responders.first.id, tenant: contoso.id, name: 'Ingrid Solberg', via: 'console' };

const bare = globalThis.fetch;
let calls: Request[] = [];
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  calls.push(request.clone());
  return bare(request);
};

/** Milliseconds that the same requests take one after another, with nothing in between but reading their answers. */
async function bareSum(requests: readonly Request[]): Promise<number> {
  const prepared = await Promise.all(
    requests.map(async ({ url, method, headers, body }) => ({
      url,
      method,
      headers: Object.fromEntries(headers),
      ...(body === null ? {} : { body: await new Response(body).arrayBuffer() }),
    })),
  );
  const begun = performance.now();
  for (const { url, ...init } of prepared) await (await bare(url, init)).arrayBuffer();
  return performance.now() - begun;
}

const counter = countOperations(memoryBackend());
const guard = await startGuard({ start, backend: counter.backend, simulator: { historyDays: 3 } });
const operations = new Map<string, number[]>();
async function counted<T>(what: string, work: () => Promise<T>): Promise<T> {
  counter.reset();
  const result = await work();
  operations.set(what, [...(operations.get(what) ?? []), counter.total()]);
  return result;
}

interface Reach {
  readonly ours: number[];
  readonly sum: number[];
  readonly calls: number[];
}
const reach = (): Reach => ({ ours: [], sum: [], calls: [] });
const card = reach();
const click = reach();
async function measured(into: Reach, keep: boolean, work: () => Promise<void>): Promise<void> {
  calls = [];
  const begun = performance.now();
  await work();
  const took = performance.now() - begun;
  const sum = await bareSum(calls);
  if (!keep) return;
  into.ours.push(took);
  into.sum.push(sum);
  into.calls.push(calls.length);
}

try {
  const scope = await guard.deps.registry.authorise(contoso.id, 'respond');
  const spared: readonly string[] = [responders.first.id, responders.second.id, breakGlass.contoso];
  const people = (peopleOf[contoso.id] ?? []).filter(({ human, guest, id }) => human && !guest && !spared.includes(id)).map(({ id }) => id);
  for (const lane of ['fast', 'config', 'reconcile'] as const) await guard.round(contoso.id, lane);
  for (let run = -1; run < runs; run += 1) {
    guard.clock.advance(3_600_000);
    // What the attack before this one left in logs and configuration is read here, so that the next rounds are quiet.
    for (const lane of ['fast', 'config'] as const) await guard.round(contoso.id, lane);
    guard.clock.advance(60_000);
    for (const lane of ['fast', 'config'] as const)
      await counted(`quiet round, ${lane}`, () => guard.round(contoso.id, lane).then(() => undefined));
    const victim = people[run + 1];
    if (victim === undefined) throw new Error('more runs than people');
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', victim, at: guard.clock.now() - 310_000 });
    guard.clock.advance(10_000);
    let incident = '';
    await measured(card, run >= 0, async () => {
      const report = await counted('round with findings', () => guard.round(contoso.id, 'fast'));
      if (!('incidents' in report) || report.incidents[0] === undefined) throw new Error('the attack was not found');
      incident = report.incidents[0];
      const delivery = await counted('card', () => guard.deps.deliver(scope, incident));
      if (delivery !== 'accepted') throw new Error(`the card was ${delivery}`);
    });
    await measured(click, run >= 0, async () => {
      const result = await counted('click', () => press(guard.deps, scope, { incident, kind: 'contain', request: `request-${run}`, by }));
      if (!('containment' in result) || result.containment.steps.some(({ result: step }) => step?.outcome !== 'contained'))
        throw new Error(`not contained: ${JSON.stringify(result)}`);
    });
  }
  console.log(ratioLine(`visible to card accepted (${median(card.calls)} calls)`, card.ours, card.sum, 'no more than the sum'));
  console.log(ratioLine(`click to contained (${median(click.calls)} calls)`, click.ours, click.sum, 'no more than the sum'));
  console.table(Object.fromEntries([...operations].map(([what, counts]) => [what, { 'storage operations': median(counts) }])));
} finally {
  await guard.close();
}
