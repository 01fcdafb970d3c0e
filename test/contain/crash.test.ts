// A crash at every write of a press and of an undo, before and after it: the same end, one journal entry each, nothing left waiting.
import { describe, expect, it } from 'vitest';
import { continueContainment } from '../../src/contain/execute.ts';
import { press } from '../../src/contain/press.ts';
import { undo } from '../../src/contain/undo.ts';
import type { CrashPoint } from '../../src/store/crash-points.ts';
import { CrashError, crashAt, recordPoints } from '../support/crash.ts';
import { ids } from './fake-tenant.ts';
import { ann, pressOf, scope, type World, world } from './setup.ts';

/** What the outside sees in the end; times differ after a crash. */
async function ending(at: World) {
  const { store } = at.tools();
  const incident = (await store.state.incident(scope, at.incident.id))?.value;
  const containment = (await store.journal.containment(scope, incident?.containment ?? ''))?.value;
  const entries = await store.journal.entries(scope, incident?.containment ?? '');
  return {
    enabled: at.tenant.users.get(ids.victim)?.accountEnabled,
    methods: at.tenant.methods.map((method) => method.id),
    incident: [incident?.status, incident?.containment],
    steps: containment?.steps.map((step) => [step.id, step.status, step.result?.outcome, step.undo?.outcome]),
    status: containment?.status,
    journal: entries.map((entry) => `${entry.step ?? ''} ${entry.kind}`).sort(),
    outbox: (await store.state.outboxOf(scope, at.incident.id)).map(({ value }) => value.reason).sort(),
    waiting: (await store.due.ofTenant(scope)).filter((due) => due.kind === 'containment').length,
  };
}

/** What the sweeper and the respond queue do: ring for whatever is overdue until nothing is left. */
async function sweep(at: World): Promise<void> {
  for (let round = 0; round < 10; round++) {
    at.clock.advance(150_000);
    for (const due of await at.tools().store.due.ofTenant(scope))
      if (due.kind === 'containment') await continueContainment(at.tools(), scope, due.id, due);
  }
}

const asPress = (at: World, tools = at.tools()) => press(tools, scope, pressOf());
async function asUndo(at: World, tools = at.tools()) {
  const id = (await at.tools().store.journal.containmentOfRequest(scope, 'press-1'))?.value.id ?? '';
  return undo(tools, scope, { containment: id, request: 'undo-1', by: ann, reason: 'A trip.' });
}

describe.each([
  { name: 'a press', prepare: async (_at: World) => undefined, act: asPress },
  { name: 'an undo', prepare: async (at: World) => void (await asPress(at)), act: asUndo },
])('a crash in $name', async ({ prepare, act }) => {
  const reference = await world();
  await prepare(reference);
  const { crash, points } = recordPoints();
  await act(reference, reference.tools(crash));
  const expected = await ending(reference);
  const seen = new Map<CrashPoint, number>();
  const passes = points.map((point) => {
    const pass = (seen.get(point) ?? 0) + 1;
    seen.set(point, pass);
    return { point, pass };
  });

  it('reaches many writes', () => expect(passes.length).toBeGreaterThan(8));

  it.each(passes.flatMap((pass) => (['before', 'after'] as const).map((when) => ({ ...pass, when }))))(
    '$when $point, pass $pass, ends the same once the person presses again and the sweeper has rung',
    async ({ point, pass, when }) => {
      const at = await world();
      await prepare(at);
      await expect(act(at, at.tools(crashAt(point, when, pass)))).rejects.toThrow(CrashError);
      await sweep(at);
      await act(at);
      await sweep(at);
      expect(await ending(at)).toEqual(expected);
    },
  );
});
