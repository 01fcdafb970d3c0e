// `check` without its terminal: export files in, findings with their places and an account of what was read out. Called by commands/check.ts and by scenarios.
import { stat } from 'node:fs/promises';
import { reasonOf } from '../../src/collect/exports/walk.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { NotAssessable } from '../../src/contracts/detection.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { ForeignIndicators } from '../../src/contracts/indicators.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { HeldHits, type Place, type Standing } from './held-hits.ts';
import { History } from './history.ts';
import { type FileSource, readActivities, UnreadableFileError } from './read-activities.ts';
import { type RefusedFile, SkippedList } from './skipped.ts';
import { StillToCome } from './still-to-come.ts';

export interface CheckInput {
  readonly files: readonly string[];
  readonly detector: Pick<Detector, 'learn' | 'match' | 'conclude' | 'sequences'>;
  /** Enters the finding ids: give the tenant's id to compare them with those of a running guard. Default `export`. */
  readonly tenant?: string;
  /** What feeds list, where some were brought. */
  readonly foreign?: ForeignIndicators | undefined;
  /** Bytes read since the last call, in either pass. */
  readonly progress?: (bytes: number) => void;
}

export interface PlacedFinding {
  readonly finding: Finding;
  /** Where the contributing activities stand, earliest event first. */
  readonly places: readonly Place[];
  /** A contributing record had lost its time; the finding's time is then the file's. */
  readonly undated: boolean;
}

export interface CheckResult {
  /** Earliest first. */
  readonly findings: readonly PlacedFinding[];
  readonly files: readonly { readonly file: string; readonly read: number; readonly understood: number }[];
  readonly read: number;
  readonly understood: number;
  readonly skipped: SkippedList;
  /** Files that hold no log records, or that could not be read. */
  readonly refused: readonly RefusedFile[];
  readonly notAssessable: readonly NotAssessable[];
  /** Groups of sequences that had more hits than are kept. */
  readonly atLeast: readonly { readonly rule: string; readonly group: string; readonly counted: number }[];
}

/** A file in which nothing of the first thousand records is understood is not read further. */
const hopeless = 1000;

/**
 * Two passes, so that "first seen" follows time and not file order: the first learns what is usual and who is who, the second detects with that knowledge.
 * The same record twice, or in two files, gives one finding, placed where it stood first.
 */
export async function runCheck(input: CheckInput): Promise<CheckResult> {
  const tenant = input.tenant ?? 'export';
  const progress = input.progress ?? (() => undefined);
  const history = new History(input.detector);
  const skipped = new SkippedList();
  const refused: RefusedFile[] = [];
  const files: { file: string; read: number; understood: number }[] = [];
  const sources: FileSource[] = [];
  const ahead = new StillToCome();
  for (const file of input.files) {
    const account = { file, read: 0, understood: 0 };
    files.push(account);
    const written = await writtenAt(file);
    if (typeof written !== 'number') {
      refused.push({ file, reason: written.unreadable });
      continue;
    }
    const source = { file, written };
    const batches = ahead.batches;
    try {
      for await (const batch of readActivities(source, tenant, progress)) {
        history.learn(batch.activities);
        ahead.note(batch.activities);
        account.read += batch.read;
        account.understood += batch.activities.length;
        for (const one of batch.skipped) skipped.add(one);
        if (account.understood === 0 && account.read >= hopeless) break;
      }
      if (account.understood === 0) refused.push({ file, reason: refusal(account.read, skipped, file) });
    } catch (cause) {
      if (!(cause instanceof UnreadableFileError)) throw cause;
      refused.push({ file, reason: cause.message });
    }
    // What was read of a file that then broke is searched; its refusal says that this is not all.
    if (account.understood > 0) sources.push(source);
    else ahead.forget(batches);
  }
  history.settle();
  ahead.settle();
  const second = await detectAll(sources, { history, ahead, refused }, { ...input, tenant, progress });
  return {
    ...second,
    files,
    read: files.reduce((sum, file) => sum + file.read, 0),
    understood: files.reduce((sum, file) => sum + file.understood, 0),
    skipped,
    refused,
  };
}

async function writtenAt(file: string): Promise<number | { readonly unreadable: string }> {
  try {
    return Math.round((await stat(file)).mtimeMs);
  } catch (cause) {
    return { unreadable: `it cannot be read: ${reasonOf(cause)}` };
  }
}

function refusal(read: number, skipped: SkippedList, file: string): string {
  if (read === 0) return 'it holds no log records';
  const first = skipped.named.findLast((one) => one.file === file);
  return `it holds no log records${first === undefined ? '' : `: ${first.reason}`}`;
}

async function detectAll(
  sources: readonly FileSource[],
  { history, ahead, refused }: { readonly history: History; readonly ahead: StillToCome; readonly refused: RefusedFile[] },
  input: Required<Pick<CheckInput, 'detector' | 'tenant' | 'progress'>> & Pick<CheckInput, 'foreign'>,
): Promise<Pick<CheckResult, 'findings' | 'notAssessable' | 'atLeast'>> {
  const found = new Map<string, Finding>();
  const standings = new Map<string, Standing>();
  const ofSequences = new Map<string, PlacedFinding>();
  const unread = new Map<string, { rule: string; field: string; count: number }>();
  const hits = new HeldHits({ ...input, found: (finding, own) => ofSequences.set(finding.id, placed(finding, own)) });
  let batches = 0;
  try {
    for (const source of sources) {
      try {
        for await (const batch of readActivities(source, input.tenant, input.progress)) {
          const activities = batch.activities.map(history.resolved);
          const result = input.detector.match({
            activities,
            baselines: history.baselines,
            directory: new Map(),
            signInsUnread: history.signInsUnread,
            foreign: input.foreign,
          });
          const wanted = new Set<string>();
          for (const finding of result.findings) {
            if (!found.has(finding.id)) found.set(finding.id, finding);
            for (const id of finding.activities) wanted.add(id);
          }
          if (wanted.size > 0) place(activities, wanted, standings);
          hits.add(result.hits, activities);
          hits.release(ahead.from(++batches));
          for (const { rule, field, count } of result.notAssessable) {
            const key = `${rule}\n${field}`;
            const known = unread.get(key);
            if (known === undefined) unread.set(key, { rule, field, count });
            else known.count += count;
          }
        }
      } catch (cause) {
        if (!(cause instanceof UnreadableFileError)) throw cause;
        // The first pass met the same fault and named it, unless the file changed since.
        if (!refused.some(({ file }) => file === source.file)) refused.push({ file: source.file, reason: cause.message });
      }
    }
    const atLeast = hits.finish();
    const findings = [...[...found.values()].map((finding) => placed(finding, standings)), ...ofSequences.values()];
    return { findings: findings.sort(byTime), notAssessable: [...unread.values()], atLeast };
  } finally {
    hits.close();
  }
}

const byTime = ({ finding: a }: PlacedFinding, { finding: b }: PlacedFinding): number =>
  a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1;

function place(activities: readonly Activity[], wanted: ReadonlySet<string>, standings: Map<string, Standing>): void {
  for (const { id, origin, undated } of activities)
    if (origin !== undefined && wanted.has(id) && !standings.has(id)) standings.set(id, { place: origin, undated: undated === true });
}

function placed(finding: Finding, standings: ReadonlyMap<string, Standing>): PlacedFinding {
  const known = finding.activities.map((id) => standings.get(id)).filter((one) => one !== undefined);
  return { finding, places: known.map(({ place }) => place), undated: known.some(({ undated }) => undated) };
}
