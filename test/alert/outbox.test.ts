import { describe, expect, it } from 'vitest';
import { incidentCard } from '../../src/alert/card.ts';
import { type DeliveryTools, deliverer, markOpened, triesMost } from '../../src/alert/outbox.ts';
import { incidentView } from '../../src/alert/view.ts';
import { postCard } from '../../src/alert/webhook.ts';
import type { OutboxEntry } from '../../src/contracts/rows.ts';
import { outboxDue } from '../../src/incidents/outbox-due.ts';
import { outboxEntry } from '../../src/incidents/quiet.ts';
import { scope, takeover, type World, world } from '../contain/setup.ts';
import { CrashError, crashAt } from '../support/crash.ts';

const address = 'https://hooks.example.com/workflows/1?sig=secret';
const channels = [{ kind: 'webhook' as const, setting: 'TG_WEBHOOK_URL' }];

interface Channel {
  readonly posts: string[];
  answer: () => Response | Promise<Response>;
}
const channel = (): Channel => ({ posts: [], answer: () => new Response(null, { status: 202 }) });

function tools(at: World, to: Channel, crash?: Parameters<World['tools']>[0]): DeliveryTools {
  const { store, registry, clock } = at.tools(crash);
  return {
    store,
    registry: { ...registry, list: async () => [] },
    clock,
    console: 'https://guard.example.com/api/console',
    firstLight: async () => undefined,
    addressOf: (setting) => (setting === 'TG_WEBHOOK_URL' ? address : undefined),
    fetch: async (_url, init) => {
      to.posts.push(String(init?.body));
      return to.answer();
    },
  };
}

/** An incident whose card waits, as the round commits it: due row first, then incident and entry. */
async function waiting(reason: OutboxEntry['reason'] = 'opened', policy = {}): Promise<World> {
  const at = await world({}, { channels, ...policy });
  await add(at, reason);
  return at;
}
async function add(at: World, reason: OutboxEntry['reason']): Promise<void> {
  const { store } = at.tools();
  const stored = await store.state.incident(scope, at.incident.id);
  if (stored === undefined) throw new Error('no incident');
  const incident = { ...stored.value, revision: stored.value.revision + 1 };
  const entry = outboxEntry(incident, reason, at.clock.now());
  await store.due.put('incident.put-due', outboxDue(scope.tenant, entry, at.clock.now()));
  await store.state.commitIncident('incident.close', scope, { value: incident, etag: stored.etag }, [entry]);
}
const statuses = async (at: World) =>
  (await at.tools().store.state.outboxOf(scope, at.incident.id))
    .sort((a, b) => a.value.revision - b.value.revision)
    .map(({ value }) => value.status);
const dues = async (at: World) => (await at.tools().store.due.ofTenant(scope)).length;

describe('delivering', () => {
  it('posts the card in its envelope, marks it accepted, and lets its due row go', async () => {
    const at = await waiting();
    const to = channel();
    expect(await deliverer(tools(at, to))(scope, at.incident.id)).toBe('accepted');
    expect(JSON.parse(to.posts[0] ?? '')).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.5' } }],
    });
    expect(to.posts[0]).toContain(`https://guard.example.com/api/console#/incidents/${scope.tenant}/${at.incident.id}`);
    expect([await statuses(at), await dues(at)]).toEqual([['accepted'], 0]);
  });

  it('goes to the home channel where the tenant’s own is not set up, says so, and stays within what a card may hold', async () => {
    const at = await waiting('opened', { channels: [{ kind: 'webhook', setting: 'contoso' }] });
    const to = channel();
    expect(await deliverer(tools(at, to))(scope, at.incident.id)).toBe('accepted');
    expect(to.posts[0]).toContain('channel contoso is not set up');
  });

  it('goes to the next channel where the first does not take it', async () => {
    const at = await waiting('opened', { channels: [...channels, { kind: 'webhook', setting: 'contoso' }] });
    const to = channel();
    const asked: string[] = [];
    const deliver = deliverer({
      ...tools(at, to),
      addressOf: (setting) => `https://hooks.example.com/${setting}`,
      fetch: async (url, init) => {
        asked.push(String(url));
        to.posts.push(String(init?.body));
        return new Response(null, { status: asked.length === 1 ? 404 : 202 });
      },
    });
    expect(await deliver(scope, at.incident.id)).toBe('accepted');
    expect(asked).toEqual(['https://hooks.example.com/TG_WEBHOOK_URL', 'https://hooks.example.com/contoso']);
    expect(to.posts[1]).toContain('the home channel did not take this card');
    expect(await statuses(at)).toEqual(['accepted']);
  });

  it('posts once for two bells, also at the same moment', async () => {
    const at = await waiting();
    const to = channel();
    const deliver = deliverer(tools(at, to));
    await Promise.all([deliver(scope, at.incident.id), deliver(scope, at.incident.id)]);
    expect(await deliver(scope, at.incident.id)).toBe('nothing');
    expect(to.posts).toHaveLength(1);
  });

  it('leaves a try alone that another worker has just begun', async () => {
    const at = await waiting();
    const to = channel();
    const deliver = deliverer(tools(at, to));
    let release: (answer: Response) => void = () => undefined;
    to.answer = () =>
      new Promise<Response>((resolve) => {
        release = resolve;
      });
    const first = deliver(scope, at.incident.id);
    await expect.poll(() => to.posts.length).toBe(1);
    expect(await deliver(scope, at.incident.id)).toBe('busy');
    release(new Response(null, { status: 202 }));
    expect(await first).toBe('accepted');
    expect(to.posts).toHaveLength(1);
  });

  it('keeps the error and the due row of a post that was not accepted, and says so when it is sent again', async () => {
    const at = await waiting();
    const to = channel();
    const deliver = deliverer(tools(at, to));
    to.answer = () => new Response('no', { status: 503 });
    expect(await deliver(scope, at.incident.id)).toBe('retry');
    const entry = (await at.tools().store.state.outboxOf(scope, at.incident.id))[0]?.value;
    expect(entry).toMatchObject({ status: 'waiting', tries: 1, lastError: 'The webhook answered 503.' });
    expect(await dues(at)).toBe(1);
    to.answer = () => new Response(null, { status: 200 });
    expect(await deliver(scope, at.incident.id)).toBe('accepted');
    expect(to.posts[1]).toContain('sent again');
    expect(to.posts[1]).toContain('Case 01234567, update 2');
  });

  it('never keeps the address, which is a secret', async () => {
    const at = await waiting();
    const to = channel();
    to.answer = () => Promise.reject(new TypeError(`fetch failed: ${address}`));
    await deliverer(tools(at, to))(scope, at.incident.id);
    const stored = JSON.stringify(await at.tools().store.state.outboxOf(scope, at.incident.id));
    expect(stored).toContain('could not be reached');
    expect(stored).not.toContain('secret');
  });

  it('gives up loudly after the last try', async () => {
    const at = await waiting();
    const to = channel();
    to.answer = () => new Response(null, { status: 404 });
    const deliver = deliverer(tools(at, to));
    for (let attempt = 1; attempt < triesMost; attempt++) await deliver(scope, at.incident.id);
    expect(await deliver(scope, at.incident.id)).toBe('failed');
    expect([await statuses(at), await dues(at)]).toEqual([['failed'], 0]);
  });

  it('sends only the newest of several waiting cards', async () => {
    const at = await waiting();
    await add(at, 'contained');
    const to = channel();
    await deliverer(tools(at, to))(scope, at.incident.id);
    expect(to.posts).toHaveLength(1);
    expect([await statuses(at), await dues(at)]).toEqual([['accepted', 'accepted'], 0]);
  });

  it('fails and says so where no channel is set: silence is never taken for delivery', async () => {
    const at = await waiting('opened', { channels: [] });
    expect(await deliverer(tools(at, channel()))(scope, at.incident.id)).toBe('failed');
    expect((await at.tools().store.state.outboxOf(scope, at.incident.id))[0]?.value.lastError).toContain('No channel is set');
  });

  it.each(['outbox.claim', 'outbox.settle', 'outbox.delete-due'] as const)(
    'after a crash at %s sends at least once and leaves nothing waiting',
    async (point) => {
      for (const when of ['before', 'after'] as const) {
        const at = await waiting();
        const to = channel();
        await expect(deliverer(tools(at, to, crashAt(point, when)))(scope, at.incident.id)).rejects.toThrow(CrashError);
        for (let bell = 0; bell < 2; bell++) {
          at.clock.advance(61_000);
          await deliverer(tools(at, to))(scope, at.incident.id);
        }
        expect([await statuses(at), await dues(at)]).toEqual([['accepted'], 0]);
        expect(to.posts.length).toBeGreaterThanOrEqual(1);
        expect(to.posts.length).toBeLessThanOrEqual(2);
      }
    },
  );

  it('keeps the due row of a card that is about to be committed', async () => {
    const at = await world({}, { channels });
    await at.tools().store.due.put('incident.put-due', outboxDue(scope.tenant, { incident: at.incident.id, revision: 2 }, at.clock.now()));
    expect(await deliverer(tools(at, channel()))(scope, at.incident.id)).toBe('nothing');
    expect(await dues(at)).toBe(1);
  });
});

describe('opening', () => {
  it('confirms an accepted card, and nothing that was never accepted', async () => {
    const at = await waiting();
    const { store } = at.tools();
    await markOpened({ store }, scope, at.incident.id);
    expect(await statuses(at)).toEqual(['waiting']);
    await deliverer(tools(at, channel()))(scope, at.incident.id);
    await markOpened({ store }, scope, at.incident.id);
    expect(await statuses(at)).toEqual(['opened']);
  });
});

describe('a webhook', () => {
  const card = incidentCard(incidentView({ incident: takeover(), policy: { live: true } }), {
    target: { kind: 'webhook', link: 'https://guard.example.com/' },
  });
  const never: typeof fetch = () => Promise.reject(new Error('must not be called'));

  it.each(['http://hooks.example.com/', 'not an address', 'ftp://hooks.example.com/'])(
    'is posted to by https only, not to %s',
    async (bad) => {
      expect(await postCard(bad, card, never)).toEqual({ accepted: false, why: 'The webhook address is no https address.' });
    },
  );
  it('is not sent a card past its limit', async () => {
    const large = { ...card, fallbackText: 'x'.repeat(21_000) };
    expect(await postCard(address, large, never)).toMatchObject({ accepted: false });
  });
  it.each([200, 201, 202, 204])('that answers %d has accepted', async (status) => {
    expect(await postCard(address, card, async () => new Response(null, { status }))).toEqual({ accepted: true });
  });
  it.each([302, 400, 413, 429, 500])('that answers %d has not', async (status) => {
    expect(await postCard(address, card, async () => new Response(null, { status }))).toMatchObject({ accepted: false });
  });
});
