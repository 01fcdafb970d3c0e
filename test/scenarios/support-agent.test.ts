// Somebody with a support agent's rights acts in the tenant: nothing of theirs is in its directory, so no button pretends to stop them, and the card says who can.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { responders } from '../../simulator/worlds/constants.ts';
import { incidentCard } from '../../src/alert/card.ts';
import { incidentView } from '../../src/alert/view.ts';
import { press } from '../../src/contain/press.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { contoso } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { type Played, play } from '../support/play.ts';

const cloud = await createCloudSwitch();
let played: Played;
let incident: Incident;
beforeAll(async () => {
  vi.stubGlobal('fetch', cloud.fetch);
  played = await play(['nobelium-agent'], cloud.make);
  const [only, ...others] = played.incidents;
  if (only === undefined || others.length > 0) throw new Error(`${played.incidents.length} cases`);
  incident = only;
}, 30_000);
afterAll(async () => {
  await played.guard.close();
  vi.unstubAllGlobals();
});

describe('an agent of Microsoft’s support', () => {
  it('is known to be from outside, by what the sign-in log says', () => {
    expect(incident.accounts).toEqual([{ subject: incident.root, name: 'support.agent@support.example', outside: 'support' }]);
  });
  it('has no button that would block an account which is not here; the card says who can end it', () => {
    const view = incidentView({ incident, policy: { live: true } });
    expect(view.buttons.map(({ verb }) => verb)).toEqual(['evidence', 'dismiss']);
    expect(view.plan).toEqual([]);
    expect(view.call).toBeUndefined();
    const texts = JSON.stringify(incidentCard(view, { target: { kind: 'console' } }));
    expect(texts).toContain('support and isn’t in this directory: ask Microsoft for which case');
    expect(texts).toContain('[Open the portal](https://admin.microsoft.com/');
  });
  it('a press all the same is refused in a sentence, and nothing is asked of the tenant', async () => {
    const by = { oid: responders.first.id, tenant: contoso.id, name: 'Ingrid Solberg', via: 'console' } as const;
    const scope = await played.guard.deps.registry.authorise(contoso.id, 'respond');
    const asked = played.guard.simulator.control.requests().length;
    const result = await press(played.guard.deps, scope, { incident: incident.id, kind: 'contain', request: 'press-1', by });
    expect(result).toEqual({ refused: expect.objectContaining({ why: expect.stringContaining('isn’t in this directory') }) });
    expect(played.guard.simulator.control.requests()).toHaveLength(asked);
  });
});
