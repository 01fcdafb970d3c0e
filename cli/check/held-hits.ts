// Hits of sequences while `check` reads: held until nothing that is still to come can belong to them, then concluded and forgotten. What stays too much goes to disk. Used by run.ts.
import type { Activity } from '../../src/contracts/activity.ts';
import type { SequenceHit } from '../../src/contracts/detection.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { Concluded, Detector } from '../../src/detect/detector.ts';
import { runsOf } from '../../src/detect/sequences/runs.ts';
import { Spill } from './spill.ts';
import type { TimeSpan } from './still-to-come.ts';

export interface Place {
  readonly file: string;
  readonly record: number;
}

/** Where a record stands; `undated`: it had lost its time. */
export interface Standing {
  readonly place: Place;
  readonly undated: boolean;
}

interface Held {
  readonly hit: SequenceHit;
  readonly standing: Standing | undefined;
}

export type Found = (finding: Finding, standings: ReadonlyMap<string, Standing>) => void;

export interface HeldHitsOptions {
  readonly detector: Pick<Detector, 'conclude' | 'sequences'>;
  readonly tenant: string;
  readonly found: Found;
  /** Hits in memory. About 400 bytes each. */
  readonly most?: number;
}

const usualMost = 10_000;

export class HeldHits {
  readonly #options: HeldHitsOptions;
  readonly #most: number;
  readonly #timespans: ReadonlyMap<string, number>;
  /** By rule, then by group. */
  readonly #rules = new Map<string, Map<string, Held[]>>();
  readonly #atLeast = new Map<string, Concluded['atLeast'][number]>();
  /** Rules whose hits all lie on disk. */
  readonly #spilled = new Set<string>();
  #spill: Spill | undefined;
  #count = 0;

  constructor(options: HeldHitsOptions) {
    this.#options = options;
    this.#most = options.most ?? usualMost;
    this.#timespans = new Map(options.detector.sequences.map(({ rule, timespan }) => [rule, timespan]));
  }

  /** @param activities of the batch that gave the hits */
  add(hits: readonly SequenceHit[], activities: readonly Activity[]): void {
    if (hits.length === 0) return;
    const byId = new Map(activities.map((activity) => [activity.id, activity]));
    for (const hit of hits) {
      const activity = byId.get(hit.activity);
      const standing = activity?.origin === undefined ? undefined : { place: activity.origin, undated: activity.undated === true };
      this.#put({ hit, standing });
    }
  }

  /** After each batch. @param ahead undefined: nothing is known of what is still to come */
  release(ahead: TimeSpan | undefined): void {
    if (this.#count < this.#most) return;
    if (ahead !== undefined) this.#concludeBeyond(ahead);
    // Half of it must be free, or each batch would look through all of them again.
    const bySize = [...this.#rules].map(([rule, groups]) => ({ rule, count: sizeOf(groups) })).sort((a, b) => b.count - a.count);
    for (const { rule } of bySize) {
      if (this.#count <= this.#most / 2) return;
      this.#toDisk(rule);
    }
  }

  /** Everything is read. */
  finish(): Concluded['atLeast'] {
    for (const groups of this.#rules.values()) this.#conclude([...groups.values()].flat());
    for (const lines of this.#spill?.buckets() ?? []) this.#conclude(lines.map((line) => JSON.parse(line) as Held));
    return [...this.#atLeast.values()];
  }

  close(): void {
    this.#spill?.close();
  }

  #put(held: Held): void {
    const { rule, group } = held.hit;
    if (this.#spilled.has(rule)) {
      this.#write(held);
      return;
    }
    const groups = this.#rules.get(rule) ?? new Map<string, Held[]>();
    if (groups.size === 0) this.#rules.set(rule, groups);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [held]);
    else members.push(held);
    this.#count++;
  }

  #concludeBeyond(ahead: TimeSpan): void {
    for (const [rule, groups] of this.#rules) {
      const timespan = this.#timespans.get(rule);
      if (timespan === undefined) continue;
      const over: Held[] = [];
      for (const [group, members] of groups) {
        const open: Held[] = [];
        for (const run of runsOf(members, ({ hit }) => hit.time, timespan)) (run.isOver(ahead) ? over : open).push(...run.members);
        if (open.length === 0) groups.delete(group);
        else if (open.length < members.length) groups.set(group, open);
      }
      this.#count -= over.length;
      this.#conclude(over);
    }
  }

  #toDisk(rule: string): void {
    const groups = this.#rules.get(rule) ?? new Map<string, Held[]>();
    for (const members of groups.values()) for (const held of members) this.#write(held);
    this.#count -= sizeOf(groups);
    this.#rules.delete(rule);
    this.#spilled.add(rule);
  }

  #write(held: Held): void {
    this.#spill ??= new Spill();
    this.#spill.add(`${held.hit.rule}\n${held.hit.group}`, JSON.stringify(held));
  }

  #conclude(held: readonly Held[]): void {
    if (held.length === 0) return;
    const standings = new Map<string, Standing>();
    for (const { hit, standing } of held) if (standing !== undefined && !standings.has(hit.activity)) standings.set(hit.activity, standing);
    const { detector, tenant, found } = this.#options;
    const concluded = detector.conclude(
      tenant,
      held.map(({ hit }) => hit),
    );
    for (const finding of concluded.findings) found(finding, standings);
    for (const one of concluded.atLeast) {
      const key = `${one.rule}\n${one.group}`;
      this.#atLeast.set(key, { ...one, counted: one.counted + (this.#atLeast.get(key)?.counted ?? 0) });
    }
  }
}

const sizeOf = (groups: ReadonlyMap<string, readonly Held[]>): number =>
  [...groups.values()].reduce((sum, members) => sum + members.length, 0);
