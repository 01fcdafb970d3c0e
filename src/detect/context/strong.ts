// Whether strong authentication on a device that the person has used before came first: in the same clock hour or the one before it. Called by context.ts.
// Cost: the moments of two hours, only when a rule asks. Source: authenticationRequirement, authenticationDetails and deviceDetail of sign-ins.
import type { UserBaseline } from '../../contracts/detection.ts';
import { remember } from '../remember.ts';
import { momentsBefore, type PastMoment } from './moments.ts';

const dayMs = 86_400_000;
/** The same clock hour and the one before. */
const hoursBack = 1;

/** A second factor or a key. The password alone, and codes that only say "previously satisfied", are none of them. */
const strongMethod =
  /authenticator|mobile app|fido|passkey|security key|hello for business|x\.509|certificate|oath|one-time|passcode|phone|text message|sms|call/i;

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

const strongByName = remember((method: string) => strongMethod.test(method), 1_000);
const isStrongMethod = (method: unknown): boolean =>
  typeof method === 'string' && (method.length > longestMethod ? strongMethod.test(method.slice(0, longestMethod)) : strongByName(method));
const longestMethod = 100;

/** Of a successful sign-in: whether more than a password was asked for and given. Undefined where the record does not tell. */
export function isStrong(signIn: Raw): boolean | undefined {
  const requirement = signIn['authenticationRequirement'];
  if (requirement === 'multiFactorAuthentication') return true;
  const details = signIn['authenticationDetails'];
  if (Array.isArray(details))
    for (let at = 0; at < Math.min(details.length, mostSteps); at++) {
      const step: unknown = details[at];
      if (isRaw(step) && step['succeeded'] === true && isStrongMethod(step['authenticationMethod'])) return true;
    }
  return typeof requirement === 'string' && requirement !== '' ? false : undefined;
}
const mostSteps = 20;

/** The id under which a device is registered in the directory; a browser alone has none. */
export function deviceIn(signIn: Raw): string | undefined {
  const detail = signIn['deviceDetail'];
  const id = isRaw(detail) ? detail['deviceId'] : undefined;
  return typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id) ? id.toLowerCase() : undefined;
}

/** @param there which of those sign-ins count: from the same network, say. */
export function strongBefore(
  baseline: UserBaseline | undefined,
  self: { readonly time: number },
  there: (moment: PastMoment) => boolean,
): boolean | undefined {
  if (baseline === undefined) return undefined;
  const moments = baseline.moments ?? [];
  const fresh = new Set<string>();
  for (const moment of momentsBefore(moments, self, hoursBack))
    if (moment.strongDevice !== undefined && there(moment)) fresh.add(moment.strongDevice);
  if (fresh.size === 0) return false;
  // A device that was used a day or more before: one that a thief has just registered is none.
  for (const { strongDevice, time } of momentsBefore(moments, self))
    if (strongDevice !== undefined && fresh.has(strongDevice) && time <= self.time - dayMs) return true;
  return false;
}
