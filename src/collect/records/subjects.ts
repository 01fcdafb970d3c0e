// The subject of a user's object id. A log names the same few users again and again: one text for all of their records is checked and made once. Used by the readers of records.
import type { SubjectId } from '../../contracts/ids.ts';
import { guid } from './values.ts';

/** The bound is for logs with object ids without end. */
const most = 20_000;
const subjects = new Map<string, SubjectId>();

/** `user:{object id}`, or undefined where the value is no object id. The same answer every time, so it is remembered. */
export function userSubject(value: unknown): SubjectId | undefined {
  if (typeof value !== 'string') return undefined;
  const known = subjects.get(value);
  if (known !== undefined) return known;
  const id = guid(value);
  if (id === '') return undefined;
  const subject: SubjectId = `user:${id.toLowerCase()}`;
  if (subjects.size >= most) subjects.clear();
  subjects.set(value, subject);
  return subject;
}
