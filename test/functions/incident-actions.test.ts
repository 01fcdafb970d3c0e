// Whoever presses Undo names a case and a containment: they have to belong together, and the answer tells what became of it.
import { HttpRequest, InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { Guard } from '../../functions/guard.ts';
import { pressIncident, undoIncident } from '../../functions/incident-actions.ts';
import { ids } from '../contain/fake-tenant.ts';
import { ann, scope, takeover, type World, world } from '../contain/setup.ts';

const request = (last: number) => `e1000000-0000-4000-8000-00000000000${last}`;
async function ask(at: World, incident: string, verb: typeof undoIncident, body: object) {
  const tools = at.tools();
  // The endpoints use no more of the guard than these.
  const guard = {
    ...tools,
    registry: { ...tools.registry, authorise: async () => scope },
    authenticator: { authenticate: async () => ({ ...ann, signedInAt: at.clock.now() }) },
    responders: { require: async () => undefined },
  } as unknown as Guard;
  const url = `https://guard.example.com/api/tenants/${scope.tenant}/incidents/${incident}/x`;
  const sent = new HttpRequest({
    url,
    method: 'POST',
    params: { tenant: scope.tenant, id: incident },
    body: { string: JSON.stringify(body) },
  });
  return (await verb(async () => guard).handler(sent, new InvocationContext())) as { status: number; jsonBody: Record<string, unknown> };
}

it('undo of a containment under the address of another case is refused, and changes nothing', async () => {
  const at = await world();
  const other = takeover({ id: '9'.repeat(32), root: `user:${ids.admin}`, subjects: [`user:${ids.admin}`] });
  await at.tools().store.state.commitIncident('incident.close', scope, { value: other }, []);
  const pressed = await ask(at, at.incident.id, pressIncident, { kind: 'contain', request: request(1) });
  expect(pressed).toMatchObject({
    status: 202,
    jsonBody: { status: 'done', dryRun: false, outcomes: ['contained', 'contained', 'contained', 'contained'] },
  });
  const undo = { containment: pressed.jsonBody['containment'], request: request(2), reason: 'A trip.' };
  expect(await ask(at, other.id, undoIncident, undo)).toMatchObject({ status: 404, jsonBody: { code: 'unknown-containment' } });
  expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(false);
  expect(await ask(at, at.incident.id, undoIncident, undo)).toMatchObject({
    status: 202,
    jsonBody: { status: 'undone', outcomes: ['contained'] },
  });
});

it('a press that a guard refuses is answered with the reason and the next step, as the card stays as it was', async () => {
  const at = await world();
  const own = takeover({ id: '8'.repeat(32), root: `user:${ann.oid}`, subjects: [`user:${ann.oid}`] });
  await at.tools().store.state.commitIncident('incident.close', scope, { value: own }, []);
  expect(await ask(at, own.id, pressIncident, { kind: 'contain', request: request(1) })).toMatchObject({
    status: 202,
    jsonBody: { status: 'done', refused: 'Nobody can act on a case about themselves. Ask another responder.' },
  });
});
