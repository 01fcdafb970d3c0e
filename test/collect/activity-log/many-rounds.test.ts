// What many rounds and later looks make of content that comes in bursts, late, and unreadable for a while: everything is read, once, and the mark claims nothing that was not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent } from '../../../src/collect/activity-log/read-content.ts';
import { hourOf, SeenContent } from '../../../src/collect/activity-log/seen-content.ts';
import { rememberMs, unifiedAudit } from '../../../src/collect/activity-log/unified-audit.ts';
import type { FeedRead, Span } from '../../../src/collect/feed.ts';
import { spanOf } from '../../../src/rounds/catch-up.ts';
import { laterLooks } from '../../../src/rounds/reconcile-lane.ts';
import { FakeActivity, refused, ruleRecord } from './fake-activity.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const begun = Date.UTC(2026, 2, 2, 12, 0, 0);
const uuid = (seed: number): string => `11111111-0000-4000-8000-${String(seed).padStart(12, '0')}`;

interface Bundle {
  readonly created: number;
  readonly listedAt: number;
  /** Cannot be read before. */
  readonly soundAt: number;
}

/** The two lanes as rounds.ts runs them: marks and memories go from reading to reading. */
class Guard {
  readonly api = new FakeActivity();
  readonly records = new Map<string, number>();
  readonly #requests: number;
  #startedAt: number | undefined;
  readTo: number | undefined;
  seen: readonly string[] | undefined;
  seenLater: readonly string[] | undefined;
  readonly looked = new Map<number, number>();
  readonly said: string[] = [];
  readonly ofRounds = new Map<string, number>();

  constructor(requests: number) {
    this.#requests = requests;
  }

  times(index: number): number {
    return this.records.get(`audit:${uuid(index)}`) ?? 0;
  }

  lay(index: number, { created, listedAt, soundAt }: Bundle, now: () => number): void {
    const records = [ruleRecord(uuid(index), created)];
    const content = { type: 'Audit.Exchange' as const, created, listedAt };
    Object.defineProperty(content, 'records', { get: () => (now() >= soundAt ? records : refused('Broken', 0, 'broken')) });
    this.api.contents.set(String(index), content as never);
  }

  async #read(now: number, span: Span, more: Parameters<FakeActivity['context']>[2], seen: readonly string[] | undefined) {
    const read = await readContent(this.api.context(now, seen, more), span, {
      feed: unifiedAudit.id,
      types: ['Audit.AzureActiveDirectory', 'Audit.Exchange'],
      rememberMs,
      requests: this.#requests,
    });
    for (const { id } of read.activities) this.records.set(id, (this.records.get(id) ?? 0) + 1);
    if (read.outcome.status === 'incomplete') this.said.push(read.outcome.why);
    return read;
  }

  async round(now: number): Promise<FeedRead> {
    this.#startedAt ??= now;
    const state = { readTo: this.readTo } as Parameters<typeof spanOf>[1];
    const span = spanOf(unifiedAudit, this.readTo === undefined ? undefined : state, now);
    const marks = { ...(this.readTo === undefined ? {} : { readTo: this.readTo }), ...(this.seenLater && { alsoSeen: this.seenLater }) };
    const read = await this.#read(now, span, marks, this.seen);
    if (read.outcome.status === 'complete' || read.outcome.status === 'incomplete') {
      this.readTo = Math.max(this.readTo ?? 0, read.readTo);
      this.seen = read.seen;
    }
    for (const { id } of read.activities) this.ofRounds.set(id, (this.ofRounds.get(id) ?? 0) + 1);
    return read;
  }

  async looks(now: number): Promise<void> {
    const last = unifiedAudit.lastLook ?? { afterSeconds: 0, worthSeconds: 0 };
    for (const look of [...laterLooks, last.afterSeconds]) {
      const from = this.looked.get(look) ?? (this.#startedAt ?? now) - look * 1000;
      const to = Math.min(now - look * 1000, this.readTo ?? 0);
      if (to <= from || (look === last.afterSeconds && to - from < last.worthSeconds * 1000)) continue;
      const read = await this.#read(now, { from, to }, this.seen && { alsoSeen: this.seen }, this.seenLater);
      if (read.outcome.status !== 'complete' && read.outcome.status !== 'incomplete') break;
      this.looked.set(look, read.readTo);
      this.seenLater = read.seen;
    }
  }
}

const bundle = fc.record({
  /** Most come in bursts, so that windows have to be cut. */
  created: fc.oneof(fc.integer({ min: -30 * 60, max: 60 * 60 }), fc.constantFrom(...[100, 101, 1500])),
  late: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 4 * 24 * 60 })),
  unsound: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 3 * 24 * 60 })),
});

describe('over many rounds', () => {
  /** A round and the looks every hour, but for an outage. */
  async function hourly(bundles: readonly Bundle[], until: number, outage?: Span): Promise<Guard> {
    const guard = new Guard(100);
    let now = begun;
    for (const [index, one] of bundles.entries()) guard.lay(index, one, () => now);
    for (; now <= until; now += hour) {
      if (outage !== undefined && now >= outage.from && now < outage.to) continue;
      await guard.round(now);
      await guard.looks(now);
    }
    return guard;
  }

  it('the last look finds what comes up to five days late, also where nothing could look for 22 hours as it fell due', async () => {
    const bundles = Array.from({ length: 48 }, (_, index): Bundle => {
      const created = begun + 6 * hour + index * hour + minute;
      return { created, listedAt: created + 5 * day, soundAt: created };
    });
    for (const from of [begun + 7 * day - hour, begun + 7 * day, begun + 7 * day + hour]) {
      const guard = await hourly(bundles, begun + 10 * day, { from, to: from + 22 * hour });
      expect(bundles.map((_, index) => guard.times(index))).toEqual(bundles.map(() => 1));
    }
  });

  it('what is listed after the last look is not read, and no memory of what was read holds it', async () => {
    const created = begun + 30 * hour + minute;
    const soon = { created, listedAt: created, soundAt: created };
    const guard = await hourly([soon, { ...soon, listedAt: created + 6 * day + 3 * hour }], created + 6 * day + 18 * hour);
    expect([guard.times(0), guard.times(1)]).toEqual([1, 0]);
    const memories = [guard.seen, guard.seenLater].map((marks) => new SeenContent(marks ?? []).sum(hourOf(created)).count);
    expect(memories).toEqual([1, 0]);
  });

  // What is promised: content that is listed within five days of when it became readable, where no two looks lie more than 22 hours apart (here: at most 21). The latest here comes after four days.
  it('rounds read everything readable once, looks what came late, and the mark never claims what was listed and not read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bundle, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 40, max: 100 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 4, max: 20 }), { minLength: 1, maxLength: 6 }),
        async (bundles, requests, pageSize, pauses) => {
          const guard = new Guard(requests);
          guard.api.pageSize = pageSize;
          let now = begun;
          const laid = bundles.map(({ created, late, unsound }): Bundle => {
            const at = begun + created * minute;
            return { created: at, listedAt: at + late * minute, soundAt: at + unsound * minute };
          });
          for (const [index, one] of laid.entries()) guard.lay(index, one, () => now);
          const end = begun + 10 * day;
          for (let step = 0; now < end; step++) {
            const before = now;
            await guard.round(now);
            if (step % 7 === 0) await guard.looks(now);
            for (const [index, { created, listedAt }] of laid.entries())
              if (listedAt <= before && listedAt === created && created < (guard.readTo ?? 0))
                expect(guard.times(index), `bundle ${index} at ${new Date(now).toISOString()}`).toBeGreaterThan(0);
            // Close together at first, while much is left and content comes; then with the pace of outages.
            now += now < begun + 3 * hour ? (pauses[step % pauses.length] ?? 1) * minute : (pauses[step % pauses.length] ?? 1) * 9 * minute;
          }
          await guard.looks(now);
          for (const [index] of laid.entries()) {
            expect(guard.times(index), `bundle ${index}`).toBeGreaterThan(0);
            expect(guard.ofRounds.get(`audit:${uuid(index)}`) ?? 0, `bundle ${index} in rounds`).toBeLessThanOrEqual(1);
            // The last look reads an hour again where something came late, or where it cannot compare the whole of it.
            expect(guard.times(index), `bundle ${index} in all`).toBeLessThanOrEqual(2);
          }
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 6) },
    );
  });
});
