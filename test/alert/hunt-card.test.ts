// The one card of a hunt: what was found in how many tenants, in words for people who read it in ten seconds.
import { describe, expect, it } from 'vitest';
import { huntDigest } from '../../src/alert/notice-card.ts';
import { huntCard, huntOf, isNotice } from '../../src/alert/notices.ts';
import { deliverer } from '../../src/alert/outbox.ts';
import { visibleWords } from '../../src/alert/words.ts';
import type { HuntFacts } from '../../src/contracts/hunt.ts';
import { startHunt } from '../../src/rounds/hunt/start.ts';
import { content, contoso, day, huntWorld, signIn, start } from '../rounds/hunt/world.ts';

const options = { link: 'https://guard.example.com/#/', sentAt: '2026-03-30T09:50:00.000Z', again: false };
const facts = (more: Partial<HuntFacts> = {}): HuntFacts => ({
  title: 'Odd tool',
  days: 30,
  tenants: 214,
  searched: 214,
  alerts: 0,
  staged: 0,
  targeted: 0,
  beyond: 0,
  known: 0,
  opened: 0,
  joined: 0,
  hit: [],
  hitTenants: 0,
  ...more,
});
const said = (more?: Partial<HuntFacts>) => {
  const card = huntDigest(facts(more), options);
  return { headline: card.fallbackText, text: JSON.stringify(card), words: visibleWords(card) };
};

describe('the card of a hunt', () => {
  it('says how many hits in how many tenants, where, and which incidents', () => {
    const hit = ['Contoso', 'Fabrikam', 'Tailwind', 'Adatum'].map((tenant, index) => ({ tenant, findings: 4 - index }));
    const { headline, text, words } = said({
      alerts: 6,
      staged: 2,
      targeted: 2,
      hitTenants: 4,
      hit,
      opened: 1,
      joined: 2,
      beyond: 1200,
      searched: 213,
    });
    expect(headline).toBe('Searched the past for Odd tool: 10 hits in 4 of 213 tenants');
    expect(text).toContain('1 tenant could not be searched');
    expect(text).toContain('Contoso (4), Fabrikam (3), Tailwind (2), 1 more.');
    expect(text).toContain('2 of rules that are only staged; 2 who were targeted and not entered; 1,200 more were counted and not kept');
    expect(text).toContain('**1 incident** opened, found in retrospect; 2 that were open hold more now.');
    expect(words).toBeLessThan(120);
  });

  it('says as clearly that nothing was found', () => {
    expect(said().headline).toBe('Searched the past for Odd tool: nothing in 214 tenants');
    expect(said().text).not.toContain('incident');
    const known = said({ known: 3 });
    expect(known.headline).toBe('Searched the past for Odd tool: nothing new in 214 tenants');
    expect(known.text).toContain('3 findings were known before.');
    expect(said({ searched: 0 }).headline).toBe('Searched the past for Odd tool: nothing can be said');
  });

  it('shows no name as anything but text', () => {
    const { text } = said({
      title: '[x](https://example.com)',
      alerts: 1,
      hitTenants: 1,
      hit: [{ tenant: '**Contoso** <at>all</at>', findings: 1 }],
    });
    expect(text).not.toContain('](https://example.com)');
    expect(text).not.toContain('**Contoso**');
  });

  it('has a name of its own in the outbox', () => {
    const id = 'a'.repeat(32);
    expect([huntOf(huntCard(id)), isNotice(huntCard(id)), huntOf('hunt-x'), isNotice('incident')]).toEqual([id, true, undefined, false]);
  });
});

it('is posted into the channel of its tenants, once', async () => {
  const world = await huntWorld();
  await world.keep(contoso, [signIn(contoso, 1, start - day, { agent: 'OddTool/1.0' })]);
  const { hunt } = await startHunt(world.deps(), { content, days: 30, by: 'Ann' });
  await world.run();
  const posts: string[] = [];
  const { store, registry, clock } = world.deps();
  const deliver = deliverer({
    store,
    registry,
    clock,
    console: 'https://guard.example.com/',
    addressOf: () => 'https://hooks.example.com/',
    fetch: async (_address, request) => {
      posts.push(String(request?.body));
      return new Response(null, { status: 202 });
    },
    firstLight: async () => undefined,
  });
  const scope = await world.scope(contoso);
  expect([await deliver(scope, huntCard(hunt.id)), await deliver(scope, huntCard(hunt.id))]).toEqual(['accepted', 'nothing']);
  expect(posts).toHaveLength(1);
  expect(posts[0]).toContain('Searched the past for Odd tool: 1 hit in 1 of 3 tenants');
});
