// "A campaign published at nine": new content is searched for in the kept past of every tenant, and one card says what was found.
import { describe, expect, it } from 'vitest';
import { noticeEntry } from '../../../src/alert/notices.ts';
import type { Exclusion } from '../../../src/contracts/doubt.ts';
import type { Finding } from '../../../src/contracts/finding.ts';
import { mergeFindings } from '../../../src/incidents/merge.ts';
import { daysOf } from '../../../src/rounds/hunt/end.ts';
import { cancelHunt, HuntError, planHunt, startHunt } from '../../../src/rounds/hunt/start.ts';
import { huntStep, mostPerRule } from '../../../src/rounds/hunt/step.ts';
import { ada, bob, content, contoso, day, fabrikam, huntWorld, signIn, start, tailwind, tenants } from './world.ts';

const asked = { content, days: 30, by: 'Ann' };

async function hit() {
  const world = await huntWorld();
  await world.keep(contoso, [
    signIn(contoso, 1, start - 20 * day, { agent: 'OddTool/1.0' }),
    signIn(contoso, 2, start - 20 * day + 60_000),
    signIn(contoso, 3, start - 3 * day, { user: bob, agent: 'Small/1.0' }),
  ]);
  await world.keep(fabrikam, [signIn(fabrikam, 1, start - 40 * day, { agent: 'OddTool/1.0' }), signIn(fabrikam, 2, start - day)]);
  return world;
}
const rulesOf = (findings: readonly Finding[]) => findings.map(({ rule, retrospect }) => [rule, retrospect]);

describe('a hunt', () => {
  it('says its price before, from what is stored, and writes nothing for it', async () => {
    const world = await hit();
    const { price, hunt, known } = await planHunt(world.deps(), asked);
    expect(known).toBe(false);
    expect(price).toMatchObject({ tenants: 3, days: 3, seconds: 3, executions: 3 });
    expect(price.dollars).toBeGreaterThan(0);
    expect(price.dollars).toBeLessThan(0.01);
    expect([hunt.from, hunt.to, daysOf(hunt)]).toEqual(['2026-03-01', '2026-03-30', 30]);
    expect(await world.deps().store.hunts.list()).toEqual([]);
  });

  it('finds what happened, marks it as found in retrospect, and opens what is bad enough', async () => {
    const world = await hit();
    const { hunt } = await startHunt(world.deps(), asked);
    await world.run();
    const { store } = world.deps();
    const scope = await world.scope(contoso);
    expect(rulesOf(await store.findings.all(scope))).toEqual([
      ['odd-tool-2026-tool', hunt.id],
      ['odd-tool-2026-small', hunt.id],
    ]);
    const incidents = (await store.state.incidents(scope)).map(({ value }) => value);
    expect(incidents).toMatchObject([{ root: `user:${ada}`, severity: 'high', retrospect: true, status: 'open' }]);
    expect(incidents[0]?.summary).toContain('Found in retrospect.');
    // The other tenant's hit lies before the days that were asked for.
    expect(await store.findings.all(await world.scope(fabrikam))).toEqual([]);
    expect(await store.sightings.tenantsOf('odd-tool-2026/ua-odd')).toEqual([contoso]);
    expect((await store.hunts.get(hunt.id))?.value.status).toBe('done');
  });

  it('tells once, in one card, and rings for no incident', async () => {
    const world = await hit();
    const { hunt } = await startHunt(world.deps(), asked);
    await world.run();
    const { store } = world.deps();
    expect(world.bells('respond')).toEqual([{ v: 1, tenant: contoso, incident: `hunt-${hunt.id}` }]);
    expect((await store.state.outboxOf(await world.scope(contoso), `hunt-${hunt.id}`)).map(({ value }) => value.reason)).toEqual([
      'digest',
    ]);
    const [incident] = await store.state.incidents(await world.scope(contoso));
    expect(await store.state.outboxOf(await world.scope(contoso), incident?.value.id ?? '')).toEqual([]);
    expect((await store.hunts.get(hunt.id))?.value.digests).toMatchObject([
      {
        leader: contoso,
        facts: {
          days: 30,
          tenants: 3,
          searched: 3,
          alerts: 2,
          opened: 1,
          joined: 0,
          hitTenants: 1,
          hit: [{ tenant: contoso, findings: 2 }],
        },
      },
    ]);
  });

  it('tells each channel of its own tenants only, and no channel where none is set', async () => {
    const world = await huntWorld({ channels: ['ONE', 'TWO', ''] });
    await world.keep(fabrikam, [signIn(fabrikam, 1, start - day, { agent: 'OddTool/1.0' })]);
    const { hunt } = await startHunt(world.deps(), asked);
    await world.run();
    const digests = (await world.deps().store.hunts.get(hunt.id))?.value.digests ?? [];
    expect(digests.map(({ leader, facts }) => [leader, facts.tenants, facts.alerts])).toEqual([
      [contoso, 1, 0],
      [fabrikam, 1, 1],
    ]);
    expect(tenants).toContain(tailwind);
  });

  it('is the same hunt when it is started again on the same day, and finds nothing twice', async () => {
    const world = await hit();
    const first = await startHunt(world.deps(), asked);
    await world.run();
    const again = await startHunt(world.deps(), asked);
    expect([again.hunt.id, again.known, again.hunt.status]).toEqual([first.hunt.id, true, 'done']);
    expect((await world.deps().store.due.overdue(start + day, 10)).map(({ value }) => value.kind)).toEqual(['outbox']);
  });

  it('counts a sequence over midnight as the whole log would', async () => {
    const world = await huntWorld();
    const midnight = Date.UTC(2026, 2, 12);
    await world.keep(
      contoso,
      [-50, -40, 20, 30].map((minutes, index) => signIn(contoso, index, midnight + minutes * 60_000, { error: 50126 })),
    );
    await startHunt(world.deps(), asked);
    await world.run();
    const findings = await world.deps().store.findings.all(await world.scope(contoso));
    const [guessing] = findings.filter(({ rule }) => rule === 'odd-tool-2026-guessing');
    expect(guessing?.activities).toHaveLength(4);
  });

  it('leaves alone what a round found as it came, and what late input withdrew', async () => {
    const world = await hit();
    const scope = await world.scope(contoso);
    await startHunt(world.deps(), asked);
    await world.run();
    const { store } = world.deps();
    const [tool, small] = await store.findings.all(scope);
    if (tool === undefined || small === undefined) throw new Error('nothing was found');
    const { retrospect: _retrospect, ...live } = tool;
    await store.findings.put('round.put-findings', scope, [live, { ...small, standing: false }]);
    world.clock.advance(day);
    const { hunt } = await startHunt(world.deps(), asked);
    await world.run();
    expect((await store.findings.all(scope)).map(({ retrospect, standing }) => [retrospect === hunt.id, standing])).toEqual([
      [false, true],
      [false, false],
    ]);
    expect((await store.hunts.parts(hunt.id)).find(({ tenant }) => tenant === contoso)).toMatchObject({ known: 2, found: { alert: 0 } });
  });

  it('judges the newest version of a record that stands twice', async () => {
    const world = await huntWorld();
    await world.keep(contoso, [signIn(contoso, 1, start - day, { agent: 'OddTool/1.0' })]);
    await world.keep(contoso, [signIn(contoso, 1, start - day, { agent: 'OddTool/1.0', error: 50053 })]);
    await startHunt(world.deps(), asked);
    await world.run();
    expect(await world.deps().store.findings.all(await world.scope(contoso))).toEqual([]);
  });

  it('counts what a rule finds beyond measure, and keeps the earliest', async () => {
    const world = await huntWorld();
    await world.keep(
      contoso,
      Array.from({ length: mostPerRule + 7 }, (_, index) => signIn(contoso, index, start - day + index, { agent: 'Small/1.0' })),
    );
    const { hunt } = await startHunt(world.deps(), asked);
    await world.run();
    expect(await world.deps().store.findings.all(await world.scope(contoso))).toHaveLength(mostPerRule);
    expect((await world.deps().store.hunts.get(hunt.id))?.value.digests[0]?.facts.beyond).toBe(7);
  });

  it('goes on without a tenant that was paused or removed meanwhile, and says so', async () => {
    const world = await hit();
    const { hunt } = await startHunt(world.deps(), asked);
    await world.deps().registry.update(tailwind, (entry) => ({ ...entry, status: 'paused' }));
    await world.deps().registry.remove(fabrikam);
    await world.run();
    expect((await world.deps().store.hunts.parts(hunt.id)).map(({ tenant, status }) => [tenant, status]).sort()).toEqual([
      [contoso, 'done'],
      [fabrikam, 'skipped'],
      [tailwind, 'skipped'],
    ]);
    // The removed one is nobody's any more.
    expect((await world.deps().store.hunts.get(hunt.id))?.value.digests[0]?.facts).toMatchObject({ tenants: 2, searched: 1 });
  });

  it('can be cancelled: where nothing was found by then nobody is told', async () => {
    const world = await hit();
    const { hunt } = await startHunt(world.deps(), asked);
    expect((await cancelHunt(world.deps(), hunt.id)).status).toBe('cancelled');
    await world.run();
    expect((await world.deps().store.hunts.parts(hunt.id)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(world.bells('respond')).toEqual([]);
    await expect(cancelHunt(world.deps(), hunt.id)).rejects.toThrow(HuntError);
    await expect(cancelHunt(world.deps(), 'none')).rejects.toThrow('no such hunt');
  });

  it('that was cancelled after it found something tells of it in one card: nothing else would of the cases that it opened', async () => {
    const world = await hit();
    const { hunt } = await startHunt(world.deps(), asked);
    await huntStep(world.deps(), contoso, hunt.id);
    await cancelHunt(world.deps(), hunt.id);
    await world.run();
    const { store } = world.deps();
    const stored = (await store.hunts.get(hunt.id))?.value;
    expect(stored?.status).toBe('cancelled');
    expect(stored?.digests).toMatchObject([{ facts: { cancelled: true, hitTenants: 1, searched: 1 } }]);
    expect(new Set(world.bells('respond').map((bell) => JSON.stringify(bell))).size).toBe(1);
  });

  it('refuses days and content that make no hunt, and tenants that are not under guard', async () => {
    const world = await hit();
    await expect(planHunt(world.deps(), { ...asked, days: 0 })).rejects.toThrow('1 to 365 days');
    await expect(planHunt(world.deps(), { ...asked, tenants: ['99999999-1111-4111-8111-111111111111'] })).rejects.toThrow(
      'not under guard',
    );
    const empty = { ...content, files: content.files.filter(({ path }) => !path.startsWith('rules/')) };
    await expect(planHunt(world.deps(), { ...asked, content: empty })).rejects.toThrow('no rule');
  });

  it('is worked on by one worker a tenant; a bell that rings meanwhile, or for no hunt, does nothing', async () => {
    const world = await hit();
    const { hunt } = await startHunt(world.deps(), asked);
    const [one, other] = await Promise.all([huntStep(world.deps(), contoso, hunt.id), huntStep(world.deps(), contoso, hunt.id)]);
    expect([one, other].sort()).toEqual(['busy', 'ended']);
    expect(await huntStep(world.deps(), contoso, 'no-such-hunt')).toBe('none');
  });
});

const excludedTool: Exclusion = {
  v: 1,
  id: 'e1',
  rule: 'odd-tool-2026-tool',
  title: 'tool',
  subject: `user:${ada}`,
  most: 'high',
  reason: 'A test of ours',
  by: { name: 'Ann', via: 'command' },
  at: start,
  from: start - 30 * day,
  until: start + day,
  press: 'p1',
};

describe('what people decided', () => {
  it('holds for the past, too: an excluded finding opens nothing', async () => {
    const world = await hit();
    const { store } = world.deps();
    const scope = await world.scope(contoso);
    await store.exclusions.add('exclude.add', scope, [excludedTool], noticeEntry('excluded', 1, 'digest', start));
    await startHunt(world.deps(), asked);
    await world.run();
    expect((await store.findings.all(scope)).map(({ rule }) => rule)).toContain('odd-tool-2026-tool');
    expect(await store.state.incidents(scope)).toEqual([]);
  });
});

describe('a case that a hunt opened', () => {
  it('rings as soon as a round finds something in it, as a new one would', async () => {
    const world = await huntWorld();
    await world.keep(contoso, [signIn(contoso, 1, start - 2 * day, { agent: 'OddTool/1.0' })]);
    await startHunt(world.deps(), asked);
    await world.run();
    const { store } = world.deps();
    const scope = await world.scope(contoso);
    const [stored] = await store.state.incidents(scope);
    const findings = await store.findings.all(scope);
    const [tool] = findings;
    if (stored === undefined || tool === undefined) throw new Error('nothing was found');
    const { retrospect: _retrospect, ...rest } = tool;
    const now = { ...rest, id: 'live', severity: 'medium' as const, time: new Date(start).toISOString(), activities: ['signin:live'] };
    const merged = mergeFindings({
      open: [stored.value],
      settled: [],
      findings: [...findings, now],
      coverageNotes: [],
      campaigns: [],
      now: start,
    });
    expect(merged.incidents.map(({ id, retrospect, summary }) => [id, retrospect, summary.startsWith('Found in retrospect')])).toEqual([
      [stored.value.id, undefined, false],
    ]);
    expect(merged.outbox.map(({ incident, reason }) => [incident, reason])).toEqual([[stored.value.id, 'opened']]);
    // … and an ordinary look at it rings nobody.
    expect(
      mergeFindings({ open: [stored.value], settled: [], findings, coverageNotes: ['Something is unread.'], campaigns: [], now: start })
        .outbox,
    ).toEqual([]);
  });
});
