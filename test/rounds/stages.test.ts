// What people decide about a rule counts within a minute, and the row says who decided.
import { describe, expect, it } from 'vitest';
import { createStages, decideStage } from '../../src/rounds/stages.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { ConflictError } from '../../src/store/store.ts';
import { manualClock } from '../support/manual-clock.ts';

const clock = manualClock(Date.UTC(2026, 2, 2));
const by = { name: 'ann@contoso.example', via: 'command' } as const;
const decision = {
  rule: 'device-code',
  effect: 'alert',
  by,
  reason: 'Nobody uses it here',
  figures: '0 findings',
  expected: undefined,
} as const;

describe('stages', () => {
  it('are followed within a minute, and are the same map while nothing changed', async () => {
    const store = createStore({ backend: memoryBackend({ clock }) });
    const stages = createStages({ store, clock, log: () => undefined });
    const before = await stages.current();
    expect([...before]).toEqual([]);
    await decideStage({ store, clock }, decision);
    clock.advance(60_000);
    const after = await stages.current();
    expect([...after]).toEqual([['device-code', 'alert']]);
    clock.advance(60_000);
    expect(await stages.current()).toBe(after);
  });
  it('keep who decided what and why, and refuse who decided on an old look', async () => {
    const store = createStore({ backend: memoryBackend({ clock }) });
    await decideStage({ store, clock }, decision);
    const [stored] = await store.stages.all();
    await decideStage({ store, clock }, { ...decision, effect: 'pack', reason: 'Too loud', expected: stored });
    const [last] = await store.stages.all();
    expect(last?.value.effect).toBe('pack');
    expect(last?.value.changes.map(({ effect, reason, by: who }) => [effect, reason, who.name])).toEqual([
      ['alert', 'Nobody uses it here', 'ann@contoso.example'],
      ['pack', 'Too loud', 'ann@contoso.example'],
    ]);
    await expect(decideStage({ store, clock }, { ...decision, expected: stored })).rejects.toBeInstanceOf(ConflictError);
    await expect(decideStage({ store, clock }, decision)).rejects.toBeInstanceOf(ConflictError);
  });
  it('stay what they were while the storage does not answer, and are not guessed before it ever did', async () => {
    const store = createStore({ backend: memoryBackend({ clock }) });
    await decideStage({ store, clock }, decision);
    let silent = true;
    const failing = { stages: { ...store.stages, all: () => (silent ? Promise.reject(new Error('busy')) : store.stages.all()) } };
    const events: string[] = [];
    const stages = createStages({ store: failing, clock, log: (event) => events.push(event) });
    await expect(stages.current()).rejects.toThrow('busy');
    silent = false;
    expect((await stages.current()).get('device-code')).toBe('alert');
    silent = true;
    clock.advance(60_000);
    expect((await stages.current()).get('device-code')).toBe('alert');
    expect(events).toEqual(['stages.unread']);
  });
});
