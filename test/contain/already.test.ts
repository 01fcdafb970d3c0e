// What seems to be so already may only be what an old replica still shows: it is green once it was sent again and seen, never after one look.
import { describe, expect, it } from 'vitest';
import { continueContainment } from '../../src/contain/execute.ts';
import { press } from '../../src/contain/press.ts';
import type { Containment } from '../../src/contracts/containment.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { globalAdministrator, ids } from './fake-tenant.ts';
import { pressOf, scope, type World, world } from './setup.ts';

const contained = async (at: World): Promise<Containment> => {
  const result = await press(at.tools(), scope, pressOf());
  if ('refused' in result) throw new Error(result.refused.why);
  return result.containment;
};
const outcomes = (containment: Containment) => containment.steps.map((step) => step.result?.outcome);
const path = `/users/${ids.victim}`;

describe('a replica that has not heard yet', () => {
  /** The first `reads` looks at the account still see it as blocked. */
  const behind = (at: World, reads: number): void => {
    const { graph } = at.tenant;
    const request = graph.request.bind(graph);
    let old = reads;
    graph.request = async (method, asked, options) => {
      const answer = await request(method, asked, options);
      return method === 'GET' && asked === path && old-- > 0 ? { ...answer, accountEnabled: false } : answer;
    };
  };

  it('that somebody enabled the account again does not leave it open under a green step', async () => {
    const at = await world();
    behind(at, 1);
    expect(outcomes(await contained(at))[0]).toBe('already');
    expect(at.tenant.users.get(ids.victim)?.accountEnabled).toBe(false);
  });

  it('does not turn a refusal into green: the last administrator is looked at again, not written, and red if still open', async () => {
    const at = await world();
    at.tenant.roles.splice(0, 1, { principalId: ids.victim, roleDefinitionId: globalAdministrator });
    behind(at, 1);
    const { id } = await contained(at);
    at.clock.advance(11 * 60_000);
    const later = await continueContainment(at.tools(), scope, id);
    expect(later?.steps[0]?.result?.outcome).toBe('unverified');
    expect(at.tenant.writes.some((write) => write.startsWith('PATCH'))).toBe(false);
  });

  it('is not believed either where the write fails: it is green only after the whole schedule', async () => {
    const at = await world();
    Object.assign(at.tenant.users.get(ids.victim) ?? {}, { accountEnabled: false });
    at.tenant.refuse = (call) =>
      call.startsWith('PATCH') ? new ServiceError('graph', 403, 'Authorization_RequestDenied', 'Insufficient privileges.') : undefined;
    const { id, steps } = await contained(at);
    expect(steps[0]?.result).toMatchObject({ outcome: 'verifying', detail: expect.stringContaining('Insufficient privileges.') });
    at.clock.advance(11 * 60_000);
    expect((await continueContainment(at.tools(), scope, id))?.steps[0]?.result?.outcome).toBe('already');
  });

  it('of a method: one that shows up after an empty list is red, not green', async () => {
    const at = await world();
    const added = at.tenant.methods.splice(2);
    const { graph } = at.tenant;
    const pages = graph.pages.bind(graph);
    let lists = 0;
    graph.pages = (asked, options) => {
      if (asked.endsWith('/authentication/methods') && ++lists === 2) at.tenant.methods.push(...added);
      return pages(asked, options);
    };
    const { id } = await contained(at);
    at.clock.advance(11 * 60_000);
    expect((await continueContainment(at.tools(), scope, id))?.steps[2]?.result?.outcome).toBe('unverified');
  });
});
