// The config lane against the simulated cloud: a first round teaches, a second is quiet, and what is weakened or hidden between two rounds is told.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { victims } from '../../simulator/worlds/constants.ts';
import { writeInboxRule } from '../../simulator/worlds/mailboxes.ts';
import { federatedDomain, federationObject, partnerObject } from '../../simulator/worlds/settings.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { contoso, startGuard, type TestGuard } from '../support/guard.ts';

const start = Date.UTC(2026, 2, 9, 10);
const victim = victims.contoso.finance;
let guard: TestGuard;

beforeAll(async () => {
  guard = await startGuard({ start, simulator: { historyDays: 1, ordinary: false } });
});
afterAll(() => guard.close());

const tenant = () => {
  const found = guard.simulator.world.tenants.get(contoso.id);
  if (found === undefined) throw new Error('no such tenant');
  return found;
};
const round = async (): Promise<Activity[]> => {
  const scope = await guard.deps.registry.authorise(contoso.id, 'round');
  const date = new Date(guard.clock.now()).toISOString().slice(0, 10);
  const kept = async () => {
    const list: Activity[] = [];
    for await (const activity of guard.deps.store.blobs.activities(scope, date)) list.push(activity);
    return list;
  };
  const before = (await kept()).length;
  await guard.round(contoso.id, 'config');
  const all = (await kept()).slice(before);
  guard.clock.advance(1_800_000);
  return all;
};
const told = (activities: readonly Activity[]): string[] =>
  activities.map(({ feed, views }) => {
    const { change, name, stood } = views[0]?.record ?? {};
    return `${feed}: ${name} ${change}${stood === true ? ', stood' : ''}`;
  });
const requests = (): number => guard.simulator.control.requests().length;

describe('the config lane', () => {
  it('learns at first, and tells only of the federation that stands there', async () => {
    expect(told(await round())).toEqual([`domains: ${federatedDomain} created, stood`]);
    const scope = await guard.deps.registry.authorise(contoso.id, 'round');
    const states = await guard.deps.store.state.feeds(scope);
    expect(states.filter(({ outcome }) => outcome.status !== 'complete')).toEqual([]);
  });

  it('is quiet and small where nothing changed', async () => {
    const before = requests();
    expect(await round()).toEqual([]);
    expect(requests() - before).toBeLessThanOrEqual(24);
  });

  it('tells what was weakened, each with what it was and what it is', async () => {
    const { settings } = tenant();
    const [[policyId, policy] = ['', {}]] = settings.conditionalAccess.all();
    settings.conditionalAccess.write(policyId, { ...policy, state: 'disabled' }, guard.clock.now() - 60_000);
    settings.federations.write(
      federatedDomain,
      federationObject(contoso, 'https://sts.example.net', 'MIIC-other'),
      guard.clock.now() - 60_000,
    );
    settings.partners.write(
      '11111111-2222-4333-8444-555555555555',
      partnerObject('11111111-2222-4333-8444-555555555555', true),
      guard.clock.now() - 60_000,
    );
    expect(told(await round()).sort()).toEqual([
      'conditional-access: Everybody: second factor changed',
      `domains: ${federatedDomain} changed`,
      'partners: organisation 11111111-2222-4333-8444-555555555555 created',
    ]);
  });

  it('makes an incident of each thing that was weakened', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'round');
    const incidents = (await guard.deps.store.state.incidents(scope)).map(({ value }) => value);
    expect(incidents.map(({ root, severity }) => `${root} ${severity}`).sort()).toEqual([
      `domain:${federatedDomain} high`,
      'tenant:11111111-2222-4333-8444-555555555555 medium',
      'tenant:conditional-access medium',
    ]);
  });

  it('reads the mailbox of a user whose methods changed: at first what stands there, then what changed', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'round');
    writeInboxRule(
      tenant(),
      { id: victim.id, name: 'Marta Ferrer' },
      { name: '..', actions: { DeleteMessage: true }, hidden: true },
      guard.clock.now() - 60_000,
    );
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', pace: 0.01 });
    guard.clock.advance(60_000);
    await guard.round(contoso.id, 'fast');
    const touched = (await guard.deps.store.state.feeds(scope)).flatMap((state) => state.touched ?? []);
    expect(touched.map(({ id }) => id)).toContain(victim.id);
    const first = told(await round()).filter((line) => line.startsWith('exchange.'));
    expect(first).toContain('exchange.inbox-rules: .. created, stood');
    expect(first).toContain(`exchange.forwarding: ${victim.upn} created, stood`);
    const mailbox = tenant().settings.mailboxes.current(victim.id);
    tenant().settings.mailboxes.write(
      victim.id,
      { ...mailbox, ForwardingSmtpAddress: 'smtp:drop@example.net' },
      guard.clock.now() - 60_000,
    );
    expect(told(await round()).filter((line) => line.startsWith('exchange.'))).toEqual([`exchange.forwarding: ${victim.upn} changed`]);
  });

  it('adds what stood in the mailbox to the incident of its owner', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'round');
    const incident = await guard.deps.store.state.openIncident(scope, `user:${victim.id}`);
    const findings = await guard.deps.store.findings.ofSubject(scope, `user:${victim.id}`);
    const ofIncident = findings.filter(({ id }) => incident?.value.findings.includes(id)).map(({ rule }) => rule);
    expect(ofIncident).toEqual(expect.arrayContaining(['takeover-core-inbox-rule-hidden', 'takeover-core-mailbox-forwards']));
  });
});
