// What a sign-in came to, by its error code. Called by context.ts for every sign-in.
// Source of the codes: learn.microsoft.com/entra/identity-platform/reference-error-codes.

export type Outcome = 'success' | 'failure' | 'interrupt' | 'blocked';

/** The user was asked for something more (stay signed in, a second factor, consent, a fresh token): neither a success nor a failure. */
const interrupts = new Set([
  16000, 16001, 50055, 50058, 50072, 50074, 50076, 50079, 50089, 50097, 50125, 50127, 50129, 50132, 50133, 50140, 50143, 50144, 50158,
  50173, 50199, 65001, 65004, 70043, 70044, 70046, 81010, 81012, 81014, 399218, 700082, 700084,
]);

/** A policy, a lock or a disabled account stopped it. */
const blocked = new Set([50053, 50057, 50105, 53000, 53001, 53002, 53003, 53004, 530002, 530003, 530021, 530032, 530034]);

/** These answers come only after the right password: the second factor, a policy, an expired or temporary password stood in the way. */
const passwordKnown = new Set([
  0, 50055, 50072, 50074, 50076, 50079, 50125, 50140, 50144, 50158, 53000, 53001, 53002, 53003, 53004, 65001, 500121, 530002, 530003,
]);

/** 0 is success; a code that is no number is unknown. */
export function outcomeOf(code: number | undefined): Outcome | undefined {
  if (code === undefined || !Number.isFinite(code)) return undefined;
  if (code === 0) return 'success';
  if (interrupts.has(code)) return 'interrupt';
  return blocked.has(code) ? 'blocked' : 'failure';
}

/** True where the answer proves that whoever tried had the right password. A locked account (50053) or a wrong password (50126) proves nothing. */
export const provesPassword = (code: number | undefined): boolean | undefined =>
  code === undefined || !Number.isFinite(code) ? undefined : passwordKnown.has(code);

/** `errorCode` as sources spell it: a number, or digits as text. */
export function errorCode(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\d{1,9}$/.test(value.trim())) return Number(value);
  return undefined;
}
