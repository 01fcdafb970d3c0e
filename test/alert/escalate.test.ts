// A card that nobody opens: the next channel gets it after the stated time, once; opening, a newer card and the end of the case stop it.
import { describe, expect, it } from 'vitest';
import { type DeliveryTools, deliverer, markOpened } from '../../src/alert/outbox.ts';
import type { OutboxEntry } from '../../src/contracts/rows.ts';
import { outboxDue } from '../../src/incidents/outbox-due.ts';
import { outboxEntry } from '../../src/incidents/quiet.ts';
import { sweep } from '../../src/rounds/sweeper.ts';
import { scope, type World, world } from '../contain/setup.ts';
import { CrashError, crashAt } from '../support/crash.ts';

const minute = 60_000;
const names = ['TG_WEBHOOK_URL', 'second', 'third'];
const of = (all: readonly string[]) => ({ channels: all.map((setting) => ({ kind: 'webhook' as const, setting })) });

interface Posts {
  /** Channel, and what the card says first. */
  readonly posts: string[];
  refuses: string | undefined;
}

function tools(at: World, to: Posts, crash?: Parameters<World['tools']>[0]): DeliveryTools {
  const { store, registry, clock } = at.tools(crash);
  return {
    store,
    registry: { ...registry, list: async () => [] },
    clock,
    console: 'https://guard.example.com/api/console',
    firstLight: async () => undefined,
    addressOf: (setting) => (names.includes(setting) ? `https://hooks.example.com/${setting}` : undefined),
    fetch: async (url, init) => {
      const setting = String(url).split('/').at(-1) ?? '';
      if (setting === to.refuses) return new Response(null, { status: 503 });
      const note = /in .{0,40} nobody opened[^.]*\./.exec(String(init?.body))?.[0] ?? '';
      to.posts.push(`${setting}: ${note}`);
      return new Response(null, { status: 202 });
    },
  };
}

async function told(channels = names.slice(0, 2), reason: OutboxEntry['reason'] = 'opened') {
  const at = await world({}, of(channels));
  const to: Posts = { posts: [], refuses: undefined };
  await add(at, reason);
  await ring(at, to);
  return { at, to };
}
async function add(at: World, reason: OutboxEntry['reason'], change: object = {}): Promise<void> {
  const { store } = at.tools();
  const stored = await store.state.incident(scope, at.incident.id);
  if (stored === undefined) throw new Error('no incident');
  const incident = { ...stored.value, ...change, revision: stored.value.revision + 1 };
  const entry = outboxEntry(incident, reason, at.clock.now());
  await store.due.put('incident.put-due', outboxDue(scope.tenant, entry, at.clock.now()));
  await store.state.commitIncident('incident.close', scope, { value: incident, etag: stored.etag }, [entry]);
}
const ring = (at: World, to: Posts, crash?: Parameters<World['tools']>[0]) => deliverer(tools(at, to, crash))(scope, at.incident.id);

/** Minutes pass; the sweeper rings for what is overdue, as often as there is anything. */
async function pass(at: World, to: Posts, minutes: number, crash?: Parameters<World['tools']>[0]): Promise<void> {
  const end = at.clock.now() + minutes * minute;
  while (at.clock.now() < end) {
    at.clock.advance(Math.min(minute, end - at.clock.now()));
    const { store, registry, clock } = at.tools();
    const overdue = await store.due.overdue(clock.now(), 10);
    if (overdue.length === 0) continue;
    const entry = await registry.entry(scope);
    const list = async () => [entry];
    await sweep({ store, registry: { ...registry, list } as never, clock, log: () => undefined });
    await ring(at, to, crash);
  }
}
const reminders = async (at: World) => (await at.tools().store.due.ofTenant(scope)).filter(({ kind }) => kind === 'remind').length;
const late = (name: string) => `in ${name} nobody opened this card within 30 minutes.`;

describe('a card that nobody opens', () => {
  it('goes to the next channel after half an hour, which says why, and to none twice', async () => {
    const { at, to } = await told();
    await pass(at, to, 29);
    expect(to.posts).toEqual(['TG_WEBHOOK_URL: ']);
    await pass(at, to, 3 * 60);
    expect(to.posts).toEqual(['TG_WEBHOOK_URL: ', `second: ${late('the home channel')}`]);
    expect(await at.tools().store.due.ofTenant(scope)).toEqual([]);
  });
  it('goes on to a third half an hour later', async () => {
    const { at, to } = await told(names);
    await pass(at, to, 3 * 60);
    expect(to.posts).toEqual(['TG_WEBHOOK_URL: ', `second: ${late('the home channel')}`, `third: ${late('channel second')}`]);
  });
  it('waits for as long as the policy says', async () => {
    const { at, to } = await told();
    at.policy = { ...at.policy, unopened: 7200 };
    await add(at, 'worse');
    await ring(at, to);
    await pass(at, to, 119);
    expect(to.posts).toHaveLength(2);
    await pass(at, to, 3);
    expect(to.posts).toHaveLength(3);
  });
  it('is tried again where the next channel does not take it', async () => {
    const { at, to } = await told();
    to.refuses = 'second';
    await pass(at, to, 40);
    expect(to.posts).toHaveLength(1);
    to.refuses = undefined;
    await pass(at, to, 60);
    expect(to.posts).toHaveLength(2);
    expect(await reminders(at)).toBe(0);
  });
  it('stays where there is no other channel', async () => {
    const { at, to } = await told(['TG_WEBHOOK_URL']);
    expect(await reminders(at)).toBe(0);
    await pass(at, to, 120);
    expect(to.posts).toHaveLength(1);
  });
  it.each(['contained', 'undone', 'closed'] as const)('stays where it wants nothing of anybody: %s', async (reason) => {
    const { at } = await told(names, reason);
    expect(await reminders(at)).toBe(0);
  });
});

describe('nobody else is told', () => {
  it('once somebody has opened the case', async () => {
    const { at, to } = await told();
    await pass(at, to, 20);
    await markOpened(at.tools(), scope, at.incident.id);
    expect(await reminders(at)).toBe(0);
    await pass(at, to, 120);
    expect(to.posts).toHaveLength(1);
  });
  it('of a card that a newer one overtook: that one has half an hour of its own', async () => {
    const { at, to } = await told();
    await pass(at, to, 20);
    await add(at, 'worse');
    await pass(at, to, 29);
    expect(to.posts).toEqual(['TG_WEBHOOK_URL: ', 'TG_WEBHOOK_URL: ']);
    await pass(at, to, 60);
    expect(to.posts).toHaveLength(3);
    expect(await reminders(at)).toBe(0);
  });
  it('of a case that became a part of another: its cards tell of it', async () => {
    const { at, to } = await told();
    const { store } = at.tools();
    const stored = await store.state.incident(scope, at.incident.id);
    if (stored === undefined) throw new Error('no incident');
    const other = { ...stored.value, id: 'f'.repeat(32) };
    await store.state.commitIncident('incident.close', scope, { value: other }, []);
    const merged = { ...stored.value, status: 'closed' as const, mergedInto: other.id, revision: stored.value.revision + 1 };
    await store.state.commitIncident('incident.close', scope, { value: merged, etag: stored.etag }, []);
    await pass(at, to, 120);
    expect(to.posts).toHaveLength(1);
    expect(await reminders(at)).toBe(0);
  });
  it('where the policy names one channel twice', async () => {
    const { at, to } = await told(['second', 'TG_WEBHOOK_URL', 'second']);
    await pass(at, to, 3 * 60);
    expect(to.posts).toEqual(['second: ', `TG_WEBHOOK_URL: ${late('channel second')}`]);
  });
  it('of a case that is contained or closed meanwhile', async () => {
    const { at, to } = await told();
    await add(at, 'contained', { status: 'contained' });
    await pass(at, to, 120);
    expect(to.posts.filter((post) => post.startsWith('second'))).toEqual([]);
    expect(await reminders(at)).toBe(0);
  });
});

describe('a process that dies over it', () => {
  const points = (['outbox.put-remind', 'outbox.claim', 'outbox.settle', 'outbox.delete-due'] as const).flatMap((point) =>
    (['before', 'after'] as const).map((when) => ({ point, when })),
  );
  it.each(points)('$when $point: every channel has the card in the end, and nothing waits', async ({ point, when }) => {
    const at = await world({}, of(names));
    const to: Posts = { posts: [], refuses: undefined };
    await add(at, 'opened');
    let died = 0;
    const mortal = crashAt(point, when);
    const dying: NonNullable<Parameters<World['tools']>[0]> = (reached, side) => {
      try {
        mortal(reached, side);
      } catch (error) {
        died++;
        throw error;
      }
    };
    const survive = async (work: Promise<unknown>) => {
      await work.catch((error: unknown) => {
        if (!(error instanceof CrashError)) throw error;
      });
    };
    await survive(ring(at, to, dying));
    for (let hour = 0; hour < 6; hour++) await survive(pass(at, to, 60, died === 0 ? dying : undefined));
    expect(died).toBe(1);
    expect(new Set(to.posts.map((post) => post.split(':')[0]))).toEqual(new Set(names));
    expect(to.posts.length).toBeLessThanOrEqual(names.length + 1);
    expect(await at.tools().store.due.ofTenant(scope)).toEqual([]);
  });
});
