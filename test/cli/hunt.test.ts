// `tenant-guard hunt`: the price first, then the hunt, its progress and what it found; and what makes no hunt.
import { describe, expect, it } from 'vitest';
import { huntCommand } from '../../cli/commands/hunt.ts';
import { cancel, hunt, listHunts, priceLine, showHunt } from '../../cli/hunt/run.ts';
import type { Hunt, HuntPart } from '../../src/contracts/hunt.ts';
import { priceFrom } from '../../src/rounds/hunt/price.ts';
import { HuntError } from '../../src/rounds/hunt/start.ts';
import { content, contoso, day, fabrikam, huntWorld, signIn, start } from '../rounds/hunt/world.ts';
import { remembering } from './terminal.ts';

const wanted = { content, days: 30, tenants: [], yes: true, json: false };
const ann = async () => 'Ann';

async function world() {
  const made = await huntWorld();
  await made.keep(contoso, [signIn(contoso, 1, start - day, { agent: 'OddTool/1.0' })]);
  return made;
}

describe('hunt', () => {
  it('says only its price without --yes', async () => {
    const made = await world();
    const terminal = remembering();
    expect(await hunt(made.deps(), { ...wanted, yes: false }, ann, terminal)).toBe(1);
    expect(terminal.lines[0]).toMatch(
      /^Odd tool\. 30 days of 3 tenants: 0\.0 MB as stored, about 3 seconds of computing .*US dollars at list prices of \d{4}-\d\d-\d\d\.$/,
    );
    expect(terminal.lines[1]).toContain('add --yes');
    expect(await made.deps().store.hunts.list()).toEqual([]);
  });

  it('starts, is listed with its progress, and shows what it found where', async () => {
    const made = await world();
    const terminal = remembering();
    expect(await hunt(made.deps(), wanted, ann, terminal)).toBe(0);
    expect(terminal.lines[1]).toMatch(/^Hunt [0-9a-f]{32} begins within a minute/);
    const id = terminal.lines[1]?.split(' ')[1] ?? '';
    await listHunts(made.deps(), false, terminal);
    expect(terminal.lines.at(-1)).toMatch(/running .*0 of 3 tenants, 0 % of the days {2}odd-tool-2026$/);
    await made.run();
    terminal.lines.length = 0;
    await showHunt(made.deps(), id, false, terminal);
    expect(terminal.lines).toEqual([
      expect.stringMatching(/^Odd tool \(odd-tool-2026, [0-9a-f]{12}\): done, started by Ann$/),
      expect.stringMatching(/^2026-03-01 to 2026-03-30: 3 of 3 tenants, 100 % of the days; 1 record in /),
      '1 finding in 1 of 3 tenants.',
      '  Tenant 1: 1 finding; 1 incident opened, 0 that were open hold more now',
      expect.stringMatching(/^2026-03-29 09:00 high {10}Tenant 1: ada@contoso\.example: tool$/),
    ]);
    terminal.lines.length = 0;
    expect(await hunt(made.deps(), wanted, ann, terminal)).toBe(0);
    expect(terminal.lines[0]).toContain('was started today already');
    await expect(cancel(made.deps(), id, terminal)).rejects.toThrow('is done already');
  });

  it('says as a person would that it found nothing new, nothing yet, or that nothing can be said', async () => {
    const made = await world();
    const terminal = remembering();
    await hunt(made.deps(), wanted, ann, terminal);
    const id = terminal.lines[1]?.split(' ')[1] ?? '';
    const { store } = made.deps();
    const none = { days: 30, records: 0, milliseconds: 0, beyond: 0, known: 0, opened: 0, joined: 0, carries: false };
    const found = { alert: 0, staged: 0, targeted: 0, note: 0 };
    const said = async (status: Hunt['status'], parts: readonly Partial<HuntPart>[]): Promise<string | undefined> => {
      const stored = await store.hunts.get(id);
      if (stored === undefined) throw new Error('no hunt');
      const all = parts.map(
        (more): HuntPart => ({
          ...none,
          v: 1,
          hunt: id,
          tenant: contoso,
          status: 'waiting',
          next: '2026-03-01',
          found,
          byRule: {},
          ...more,
        }),
      );
      const hunts = { ...store.hunts, parts: async () => all, get: async () => ({ ...stored, value: { ...stored.value, status } }) };
      terminal.lines.length = 0;
      await showHunt({ ...made.deps(), store: { ...store, hunts } }, id, false, terminal);
      return terminal.lines[2];
    };
    const done = { status: 'done' } as const;
    const skipped = { status: 'skipped', why: 'paused' } as const;
    expect(await said('running', [])).toBe('Nothing found yet: 0 of 3 tenants searched to the end.');
    expect(await said('running', [done, {}, {}])).toBe('Nothing new so far: 1 of 3 tenants searched to the end.');
    expect(await said('done', [done, { ...done, known: 4 }, done])).toBe('Nothing new in 3 tenants. 4 findings were known before.');
    expect(await said('done', [done, skipped, skipped])).toBe('Nothing new in 1 tenant. 2 tenants were not searched to the end.');
    expect(await said('cancelled', [skipped])).toBe('Nothing can be said: 3 tenants were not searched to the end.');
  });

  it('speaks to programs in lines of JSON', async () => {
    const made = await world();
    const terminal = remembering();
    await hunt(made.deps(), { ...wanted, json: true, tenants: [contoso, fabrikam] }, ann, terminal);
    await made.run();
    await showHunt(made.deps(), JSON.parse(terminal.lines[0] ?? '').id, true, terminal);
    expect(terminal.lines.map((line) => JSON.parse(line).type)).toEqual(['hunt', 'hunt', 'part', 'part', 'finding']);
  });

  it('of a tenant that is not under guard, or of no hunt, is an error that says so', async () => {
    const made = await world();
    const nobody = '99999999-1111-4111-8111-111111111111';
    await expect(hunt(made.deps(), { ...wanted, tenants: [nobody] }, ann, remembering())).rejects.toThrow('not under guard');
    await expect(showHunt(made.deps(), 'none', false, remembering())).rejects.toThrow(HuntError);
  });

  it.each([
    [[], 'Name a pack'],
    [['no-such-pack'], 'no shipped campaign is called so'],
    [['show'], 'wants the id of one hunt'],
    [['azure-ato-2024', 'more'], 'takes one pack'],
    [['azure-ato-2024', '--days', '366'], '--days wants'],
    [['azure-ato-2024', '--nonsense'], "Unknown option '--nonsense'"],
  ])('%j is refused with what is wrong', async (words, message) => {
    const terminal = remembering();
    expect(await huntCommand.run(words, terminal)).toBe(2);
    expect(terminal.errors.join('\n')).toContain(message);
  });
});

describe('the price', () => {
  it('grows with what is stored, and is said in people’s words', () => {
    const price = priceFrom({ tenants: 214, days: 6420, bytes: 800e6 });
    expect(price).toMatchObject({ tenants: 214, seconds: 1280, executions: 235, blobWrites: 6420 });
    expect(price.dollars).toBeCloseTo(0.055, 3);
    expect(priceLine({ from: '2026-03-01', to: '2026-03-30' }, price)).toMatch(
      /^30 days of 214 tenants: 800 MB as stored, about 21 minutes of computing in 235 executions, .* 0\.05 US dollars/,
    );
  });
});
