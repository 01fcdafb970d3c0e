// What seems to be so already may only be what an old replica still shows: it is green once it was sent again and seen, never after one look.
import { describe, expect, it } from 'vitest';
import { continueContainment } from '../../src/contain/execute.ts';
import { press } from '../../src/contain/press.ts';
import type { Containment } from '../../src/contracts/containment.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { CrashError, crashAt } from '../support/crash.ts';
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
});

describe('a method that a replica shows only later', () => {
  /** The list shows the last `late` methods only from its `from`th reading on; what is added keeps being added. */
  const showsLater = (at: World, late: number, from: number): void => {
    const hidden = at.tenant.methods.splice(-late);
    const { graph } = at.tenant;
    const pages = graph.pages.bind(graph);
    let lists = 0;
    graph.pages = (asked, options) => {
      if (asked.endsWith('/authentication/methods') && ++lists === from) at.tenant.methods.push(...hidden);
      return pages(asked, options);
    };
  };
  const attackers = (at: World): string[] => at.tenant.methods.slice(2).map(({ id }) => id);

  it.each([1, 2])('is removed after all: the list showed nothing before reading %i', async (from) => {
    const at = await world();
    const added = attackers(at);
    showsLater(at, added.length, from);
    const { steps } = await contained(at);
    expect(steps[2]).toMatchObject({ status: 'done', result: { outcome: 'contained', detail: expect.stringMatching(/^Removed: /) } });
    expect(at.tenant.methods).toHaveLength(2);
  });

  it('is removed after another one, and the result names both', async () => {
    const at = await world();
    const added = attackers(at);
    expect(added.length).toBeGreaterThan(1);
    showsLater(at, 1, 3);
    const { id, steps } = await contained(at);
    const detail = steps[2]?.result?.outcome === 'contained' ? steps[2].result.detail : '';
    expect(detail.split(', ')).toHaveLength(added.length);
    expect(at.tenant.methods).toHaveLength(2);
    const entries = await at.tools().store.journal.entries(scope, id);
    expect(entries.filter(({ step, kind }) => step === 'remove-methods' && kind === 'state-before')).toHaveLength(2);
  });

  it('is red in the end where new ones come faster than they are removed', async () => {
    const at = await world();
    at.tenant.methods.splice(2, 1);
    const { graph } = at.tenant;
    const pages = graph.pages.bind(graph);
    let lists = 0;
    graph.pages = (asked, options) => {
      const [, , one] = at.tenant.methods;
      if (asked.endsWith('/authentication/methods') && one !== undefined) at.tenant.methods.push({ ...one, id: `new-${++lists}` });
      return pages(asked, options);
    };
    const { id } = await contained(at);
    for (let sweep = 0; sweep < 30; sweep++) {
      at.clock.advance(11 * 60_000);
      await continueContainment(at.tools(), scope, id);
    }
    const containment = (await at.tools().store.journal.containment(scope, id))?.value;
    expect(containment?.status).toBe('done');
    expect(containment?.steps[2]?.result?.outcome).toBe('unverified');
  });

  it.each(['before', 'after'] as const)('is removed too where the worker dies %s writing that the step begins anew', async (when) => {
    const at = await world();
    showsLater(at, attackers(at).length, 2);
    await expect(press(at.tools(crashAt('contain.save-look', when, 1)), scope, pressOf())).rejects.toThrow(CrashError);
    at.clock.advance(150_000);
    for (const due of await at.tools().store.due.ofTenant(scope)) await continueContainment(at.tools(), scope, due.id, due);
    expect(at.tenant.methods).toHaveLength(2);
  });
});
