// Who or what a story is asked for: a person by UPN or object id, or a session by any id that records link with. Pure; used by stored.ts and files.ts.
import { namesIn } from '../../src/collect/records/names.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { parseSubject, type SubjectId } from '../../src/contracts/ids.ts';

/** What was typed cannot be looked for; the message says why. */
export class TimelineError extends Error {
  override readonly name = 'TimelineError';
}

/** Ids and names, in lower case, that all mean the same person or session. */
export type Needles = ReadonlySet<string>;

/** Session ids are GUIDs, or runs of letters, digits and signs of at least this length; a shorter word is a name, or a part of one. */
const shortestId = 16;
const longest = 200;
const mostNodes = 5000;

export interface Asked {
  readonly needle: string;
  /** As it was typed: some sessions' ids differ in letter case. */
  readonly typed: string;
}

/** @param word a UPN, an object id, a session id, a correlation id, a request id or a unique token identifier */
export function askedOf(word: string): Asked {
  const typed = word.trim();
  const needle = typed.toLowerCase();
  if (needle === '' || needle.length > longest)
    throw new TimelineError('Name a person by UPN or object id, or a session by one of its ids.');
  if (!/^[!-~]+$/.test(needle)) throw new TimelineError('Ids and UPNs are letters, digits and signs without blanks.');
  if (!/.@./.test(needle) && needle.length < shortestId)
    throw new TimelineError(
      `"${typed}" is neither a UPN (name@domain) nor an object id nor a session id: tenant-guard timeline ann@contoso.example, or a GUID.`,
    );
  return { needle, typed };
}

/** The needles, and what records tie to them: a person's names to the object id, the object id to the names. */
export function withTies(needles: Needles, activities: readonly Activity[]): Needles {
  const all = new Set(needles);
  for (const activity of activities)
    namesIn(activity, (name, subject) => {
      const { id } = parseSubject(subject);
      if (needles.has(name)) all.add(id);
      // Only a person's id has names: a session's id never stands there.
      if (needles.has(id)) all.add(name);
    });
  return all;
}

/** The object ids among the needles, as far as some record says that they are people's. */
export const peopleIn = (needles: Needles, activities: readonly Activity[]): Set<SubjectId> =>
  new Set(
    activities
      .flatMap(({ subject, actor }) => [subject, ...(actor === undefined ? [] : [actor])])
      .filter((subject) => needles.has(parseSubject(subject).id)),
  );

/** True where a text of the activity is one of the needles, or holds it apart from what is around it: `ann@contoso.example` is not in `joann@contoso.example`. */
export function mentions(activity: Activity, needles: Needles): boolean {
  const is = (subject: string | undefined): boolean => subject !== undefined && needles.has(subject.slice(subject.indexOf(':') + 1));
  if (is(activity.subject) || is(activity.actor)) return true;
  const pending: unknown[] = [activity.views[0]?.record];
  for (let nodes = 0; pending.length > 0 && nodes < mostNodes; nodes++) {
    const value = pending.pop();
    if (typeof value === 'string') {
      if (holds(value, needles)) return true;
    } else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) pending.push(one);
  }
  return false;
}

function holds(text: string, needles: Needles): boolean {
  const lower = text.toLowerCase();
  for (const needle of needles)
    for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + 1))
      if (!/[\w.+-]/.test(lower.charAt(at - 1)) && !/^(?:\w|[.-]\w)/.test(lower.slice(at + needle.length, at + needle.length + 2)))
        return true;
  return false;
}
