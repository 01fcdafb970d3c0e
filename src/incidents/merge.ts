// Findings into incidents, one per attack. Pure: called by the round with what it found and what is stored; it commits what comes back in one transaction.
import type { Exclusion } from '../contracts/doubt.ts';
import { type Finding, severityRank, worst } from '../contracts/finding.ts';
import { incidentId, parseSubject } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import type { OutboxEntry } from '../contracts/rows.ts';
import { accountsOf, newcomers, unitedAccounts } from './accounts.ts';
import { containmentsOf } from './containments.ts';
import { byTime, draw } from './draw.ts';
import { counting } from './exclusions.ts';
import { type Group, groupByAttack, linkedSubjects } from './linking.ts';
import { notesOn } from './notes.ts';
import { closed, isAnotherEpisode, iso, isWorth, outboxEntry, stillReason } from './quiet.ts';
import { addUp, type CampaignLabel, isConfirmed } from './severity.ts';
import { clean } from './text.ts';
import { thingsOf } from './things.ts';

export interface MergeInput {
  /** Open and contained incidents of every subject that `findings` name (`subject` and `related`). */
  readonly open: readonly Incident[];
  /** Closed incidents of the same subjects: what they settled opens nothing again. */
  readonly settled: readonly Incident[];
  /**
   * The round's findings, withdrawn ones included, and the stored findings of `open`: severity and labels are added up over all of them.
   * An incident whose stored findings are missing here keeps its severity and labels as a floor.
   */
  readonly findings: readonly Finding[];
  /** What people excluded here; absent: nothing. */
  readonly exclusions?: readonly Exclusion[];
  /** What could not be read, in sentences. */
  readonly coverageNotes: readonly string[];
  /** What the directory said of accounts just now: whether there is one. Absent, or none for a subject: nobody asked. */
  readonly present?: ReadonlyMap<string, boolean>;
  /** Titles and severity policies of the loaded campaigns; a campaign manifest fits. */
  readonly campaigns: readonly CampaignLabel[];
  /** Epoch ms. */
  readonly now: number;
}

export interface MergeResult {
  /** New or changed ones. An id that occurs in `open` or `settled` is an update of that row, any other a new row. */
  readonly incidents: readonly Incident[];
  /** One per incident that people must be told about. Write each one's due row (outboxDue) before the commit. */
  readonly outbox: readonly OutboxEntry[];
}

/** Of things that are no people. People are never cut off: nobody may act on a case that forgot them. */
const thingsMost = 50;
const unreadMost = 10;
const oldestFirst = (a: Incident, b: Incident): number => a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id);

/** What two open incidents become that turn out to be one attack: the older one goes on, and takes over what the other held. */
function unite(incidents: readonly Incident[]): { survivor: Incident | undefined; others: Incident[] } {
  const [survivor, ...others] = [...incidents].sort(oldestFirst);
  if (survivor === undefined) return { survivor: undefined, others: [] };
  const containment = survivor.containment ?? others.find((other) => other.containment !== undefined)?.containment;
  const containments = [...new Set([survivor, ...others].flatMap(containmentsOf))];
  const notified = [survivor, ...others].flatMap((incident) => incident.notified ?? []);
  const accounts = unitedAccounts([survivor, ...others]);
  return {
    survivor: {
      ...survivor,
      subjects: [...new Set([survivor, ...others].flatMap((incident) => incident.subjects))],
      ...(accounts.length === 0 ? {} : { accounts }),
      findings: [...new Set([survivor, ...others].flatMap((incident) => incident.findings))],
      withdrawn: [...new Set([survivor, ...others].flatMap((incident) => incident.withdrawn))],
      // An attack of which one half stands open is open.
      status: others.some((other) => other.status === 'open') ? 'open' : survivor.status,
      ...(containment === undefined ? {} : { containment }),
      ...(containments.length === 0 ? {} : { containments }),
      ...(notified.length === 0 ? {} : { notified: worst(notified) }),
    },
    others,
  };
}

function nameOf(findings: readonly Finding[], subject: string, before: string | undefined): string | undefined {
  const named = findings.find((finding) => finding.subject === subject && finding.subjectName !== undefined)?.subjectName ?? before;
  const name = clean(named ?? '', 120);
  return name === '' ? undefined : name;
}

/** Everything but the counters: two equal drawings are the same card. */
const essence = ({ revision: _revision, updatedAt: _updatedAt, ...rest }: Incident): string =>
  JSON.stringify(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b)));

function labelsOf(standing: readonly Finding[], campaigns: readonly CampaignLabel[]): Incident['campaigns'] {
  const ids = [...new Set(standing.map((finding) => finding.campaign))].sort();
  return ids.map((id) => {
    const campaign = campaigns.find((one) => one.id === id);
    return {
      id,
      title: clean(campaign?.title ?? id, 120),
      confirmed: isConfirmed(standing.filter((finding) => finding.campaign === id)),
      ...(campaign?.general === true ? { general: true } : {}),
    };
  });
}

interface Drawn {
  readonly incident: Incident;
  readonly outbox?: OutboxEntry;
}

/** The incident as its standing findings make it; undefined if nothing changed or there is nothing to open. */
function redraw(before: Incident | undefined, all: readonly Finding[], notes: readonly Finding[], input: MergeInput): Drawn | undefined {
  const standing = all.filter((finding) => finding.standing).sort(byTime);
  const withdrawn = [
    ...new Set([...(before?.withdrawn ?? []), ...all.filter((finding) => !finding.standing).map((finding) => finding.id)]),
  ];
  const known = new Set(all.map((finding) => finding.id));
  const unseen = before?.findings.filter((id) => !known.has(id)) ?? [];
  const opener = standing[0];
  if (opener === undefined) {
    if (before === undefined || unseen.length > 0) return undefined;
    const why = 'Withdrawn: records that came late no longer support any of its findings.';
    const incident = closed({ ...before, findings: [], withdrawn, timeline: [], why: [], against: [] }, why, input.now);
    return { incident, ...(before.notified === undefined ? {} : { outbox: outboxEntry(incident, 'closed', input.now) }) };
  }

  const root = before?.root ?? opener.subject;
  const rootName = nameOf(standing, root, before?.rootName);
  const floor = unseen.length > 0 ? before : undefined;
  const labels = labelsOf(standing, input.campaigns);
  const campaigns = [
    ...labels.map((label) => ({
      ...label,
      confirmed: label.confirmed || floor?.campaigns.some((old) => old.id === label.id && old.confirmed) === true,
    })),
    ...(floor?.campaigns.filter((old) => !labels.some((label) => label.id === old.id)) ?? []),
  ];
  const accounts = accountsOf(standing, { root, rootName, before, isPartial: unseen.length > 0, present: input.present ?? new Map() });
  const others = (accounts ?? []).filter(({ subject }) => subject !== root).length;
  const who = `${rootName ?? parseSubject(root).id}${others === 0 ? '' : ` and ${others} more`}`;
  const drawing = draw(standing, who, campaigns, input.campaigns);
  const kept = floor?.timeline.filter((entry) => unseen.includes(entry.finding)) ?? [];
  const added = addUp(standing, input.campaigns);
  const severity = floor !== undefined && severityRank(floor.severity) > severityRank(added) ? floor.severity : added;
  const things = thingsOf(standing, floor?.things);
  const joined = newcomers(before, accounts, standing);
  const goesOn =
    before?.status === 'contained' &&
    // Whose account was not known to be entered was not contained either, whenever that was.
    (joined.length > 0 ||
      standing.some(
        (finding) => !before.findings.includes(finding.id) && before.containedAt !== undefined && finding.time > before.containedAt,
      ));
  const episode = before?.episode ?? opener.id;
  const retrospect = standing.every((finding) => finding.retrospect !== undefined) && (before === undefined || before.retrospect === true);
  // A hunt told of its incidents in one card for all: what goes on in one of them now is told of as new.
  const notified = before?.retrospect === true && !retrospect ? undefined : before?.notified;
  const isKnown = notified !== undefined && isWorth(severity, undefined);
  const tell = goesOn || isWorth(severity, notified) || (isKnown && (joined.length > 0 || isAnotherCampaign(before, campaigns, input)));
  const subjects = subjectsOf([root, ...(before?.subjects ?? []), ...standing.flatMap(linkedSubjects)]);
  const noted = notesOn({ before, subjects, firstAt: drawing.firstAt }, notes);
  const incident: Incident = {
    v: 1,
    id: before?.id ?? incidentId(opener.tenant, parseRoot(root), episode),
    tenant: opener.tenant,
    root,
    ...(rootName === undefined ? {} : { rootName }),
    subjects,
    ...(accounts === undefined ? {} : { accounts }),
    episode,
    status: goesOn || before === undefined || before.status === 'closed' ? 'open' : before.status,
    severity,
    campaigns,
    ...drawing,
    ...(things.length === 0 ? {} : { things }),
    timeline: [...kept, ...drawing.timeline, ...noted.timeline].sort((a, b) => a.time.localeCompare(b.time)).slice(0, 200),
    ...(retrospect ? { retrospect } : {}),
    firstAt: floor !== undefined && floor.firstAt < drawing.firstAt ? floor.firstAt : drawing.firstAt,
    lastAt: floor !== undefined && floor.lastAt > drawing.lastAt ? floor.lastAt : drawing.lastAt,
    findings: [...unseen, ...standing.map((finding) => finding.id)],
    withdrawn: withdrawn.filter((id) => !standing.some((finding) => finding.id === id)),
    ...(noted.notes.length === 0 ? {} : { notes: noted.notes }),
    unread: [...new Set(input.coverageNotes)].slice(0, unreadMost),
    openedAt: before?.openedAt ?? iso(input.now),
    updatedAt: iso(input.now),
    ...(tell ? { notified: severity } : notified === undefined ? {} : { notified }),
    ...(before?.containment === undefined ? {} : { containment: before.containment }),
    ...(before?.containments === undefined ? {} : { containments: before.containments }),
    ...(before?.containedAt === undefined || goesOn ? {} : { containedAt: before.containedAt }),
    revision: (before?.revision ?? 0) + 1,
  };
  if (before !== undefined && essence(before) === essence(incident)) return undefined;
  if (!tell) return { incident };
  return { incident, outbox: outboxEntry(incident, notified === undefined && !goesOn ? 'opened' : 'worse', input.now) };
}

/** A second attack joined: a campaign is confirmed beside another one of which people were told. What attacks have in common is no second one. */
function isAnotherCampaign(before: Incident | undefined, now: Incident['campaigns'], { campaigns }: MergeInput): boolean {
  const named = (labels: Incident['campaigns'] = []) =>
    labels.filter(({ id, confirmed }) => confirmed && campaigns.find((one) => one.id === id)?.general !== true).map(({ id }) => id);
  const known = named(before?.campaigns);
  return known.length > 0 && named(now).some((id) => !known.includes(id));
}

function subjectsOf(all: readonly string[]): Incident['subjects'] {
  let things = 0;
  const isKept = (subject: string) => ['user', 'unresolved'].includes(parseSubject(subject).kind) || ++things <= thingsMost;
  return [...new Set(all)].filter(isKept) as Incident['subjects'];
}

function parseRoot(root: string) {
  const { kind, id } = parseSubject(root);
  return `${kind}:${id}` as const;
}

/** One group of linked incidents and findings: unites, ends an episode that was still, draws. */
function mergeGroup(group: Group, notes: readonly Finding[], input: MergeInput): Drawn[] {
  const held = new Set(group.incidents.flatMap((incident) => [...incident.findings, ...incident.withdrawn]));
  const fresh = group.findings.filter((finding) => !held.has(finding.id) && finding.standing);
  const ended = group.incidents.filter(
    (incident) => fresh.length > 0 && fresh.every((finding) => isAnotherEpisode(incident, finding.time)),
  );
  const endedHeld = new Set(ended.flatMap((incident) => [...incident.findings, ...incident.withdrawn]));
  const { survivor, others } = unite(group.incidents.filter((incident) => !ended.includes(incident)));
  const findings = group.findings.filter((finding) => !endedHeld.has(finding.id));
  const redrawn = redraw(survivor, findings, notes, input);
  const united =
    others.length > 0 && survivor !== undefined
      ? { incident: { ...survivor, updatedAt: iso(input.now), revision: survivor.revision + 1 } }
      : undefined;
  const drawn = redrawn ?? united;
  return [
    ...ended.map((incident) => ({ incident: closed(incident, stillReason(incident), input.now) })),
    ...others.map((other) => ({
      incident: {
        ...closed(other, `Merged into ${survivor?.id}: it is the same attack.`, input.now),
        ...(survivor === undefined ? {} : { mergedInto: survivor.id }),
      },
    })),
    ...(drawn === undefined ? [] : [drawn]),
  ];
}

/** Merges findings into the open incidents of their subjects. The same input gives the same result, and applying a result's input again changes nothing. */
export function mergeFindings(input: MergeInput): MergeResult {
  const settledIds = new Set(
    input.settled.filter((incident) => incident.mergedInto === undefined).flatMap((incident) => incident.findings),
  );
  const heldOpen = new Set(input.open.flatMap((incident) => incident.findings));
  const newest = new Map<string, Finding>();
  for (const finding of input.findings)
    if (finding.effect === 'alert' && (heldOpen.has(finding.id) || !settledIds.has(finding.id))) newest.set(finding.id, finding);
  const findings = [...newest.values()].sort(byTime);
  const notes = [...new Map(input.findings.filter(({ effect }) => effect === 'note').map((note) => [note.id, note])).values()].sort(byTime);
  const { exclusions = [], campaigns } = input;
  const groups = groupByAttack(input.open, findings).map((group) => ({ ...group, findings: counting(group, exclusions, campaigns) }));
  const drawn = groups.filter((group) => group.findings.length > 0).flatMap((group) => mergeGroup(group, notes, input));
  // A finding that was withdrawn, closing its incident, and now stands again has the closed incident's id: it reopens that row.
  const incidents = drawn.map(({ incident }) => {
    const before = input.settled.find((old) => old.id === incident.id);
    return before === undefined ? incident : { ...incident, openedAt: before.openedAt, revision: before.revision + 1 };
  });
  return {
    incidents,
    outbox: drawn.flatMap(({ outbox }, index) =>
      outbox === undefined ? [] : [{ ...outbox, revision: incidents[index]?.revision ?? outbox.revision }],
    ),
  };
}
