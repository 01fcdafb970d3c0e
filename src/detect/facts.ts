// Facts for the timeline, and the sentences of a finding: text quoted from records, bounded. Called by findings.ts.
import type { Activity, View } from '../contracts/activity.ts';
import type { Context } from '../contracts/context.ts';
import { microsoftApplicationName } from './context/microsoft-applications.ts';
import type { Observed } from './context/observed.ts';
import { holdsScopes, scopesInWords } from './scopes.ts';
import { readField } from './sigma/fields/resolve.ts';
import type { SigmaRule } from './sigma/rule.ts';

const longest = 300;

/** Any value of a record as short text; undefined where there is nothing to show. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (Array.isArray(value)) {
    const parts = value
      .slice(0, 10)
      .map(textOf)
      .filter((part) => part !== undefined);
    // Properties of directory events are JSON in a text, and are read both as written and decoded.
    const shown = [...new Set(parts)].filter((part) => !(part.startsWith('"') && parts.includes(part.slice(1, -1))));
    return parts.length === 0 ? undefined : shorten(shown.join(', '));
  }
  if (typeof value === 'object') return shorten(JSON.stringify(value));
  return shorten(String(value));
}

/** ASCII of one line without two blanks beside each other or at an end: nearly all texts, seen without a pattern. */
function isPlain(text: string): boolean {
  let before = blank;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < blank || code > 126 || (code === blank && before === blank)) return false;
    before = code;
  }
  return before !== blank;
}
const blank = 32;

const shorten = (text: string): string => {
  if (text.length <= longest && (isPlain(text) || !/[^\S ]| {2}|^ | $/.test(text))) return text;
  const line = text
    .slice(0, longest * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};

export type Facts = Readonly<Record<string, string>>;

/** What the timeline shows of one activity, whichever rule it matched. */
export function factsOf(activity: Activity, observed: Observed, context: Context): Facts {
  const network = observed.autonomousSystem;
  const owner = network === undefined ? undefined : context['context.network.owner'];
  const role = context['context.user.role'];
  const isSignIn = observed.signIn !== undefined;
  return texts({
    operation: isSignIn ? undefined : observed.operation,
    place: observed.place,
    application: isSignIn
      ? (observed.applicationName ?? microsoftApplicationName(observed.applicationId) ?? observed.applicationId)
      : undefined,
    address: observed.address,
    network: network === undefined ? undefined : `AS${network}${typeof owner === 'string' ? ` (${owner})` : ''}`,
    userAgent: observed.userAgent,
    method: isSignIn ? undefined : methodOf(activity),
    title: context['context.user.title'],
    role: role === 'none' ? undefined : role,
    privileged: context['context.user.privileged'] === true ? 'true' : undefined,
    passwordKnown: isSignIn && context['context.signIn.passwordKnown'] === true && observed.errorCode !== 0 ? 'true' : undefined,
    actor: activity.actorName,
    access: isSignIn ? accessOf(activity, observed) : undefined,
    errorCode: observed.errorCode,
  });
}

/** By which right somebody of another organisation came in: `serviceProvider`, `microsoftSupport`, `b2bCollaboration` … People of this tenant have none. */
function accessOf({ tenant }: Activity, { signIn }: Observed): string | undefined {
  const access = signIn?.['crossTenantAccessType'];
  const home = signIn?.['homeTenantId'];
  const isOwn = typeof home === 'string' && home.toLowerCase() === tenant.toLowerCase();
  return typeof access !== 'string' || access === 'none' || isOwn ? undefined : access;
}

/** … the published signs that it rests on, … */
export function withIndicators(facts: Facts, matched: readonly { readonly field: string; readonly value: unknown }[]): Facts {
  const indicators = matched.filter(({ field }) => field.startsWith('context.indicator.')).map(({ value }) => value);
  const indicator = indicators.length === 0 ? undefined : textOf(indicators);
  return indicator === undefined ? facts : { ...facts, indicator };
}

/** … and what the rule asks for besides. */
export function withOwnFacts(facts: Facts, rule: SigmaRule, view: View, context: Context): Facts {
  if (rule.guard.facts.length === 0) return facts;
  const own: Record<string, unknown> = {};
  for (const fact of rule.guard.facts) {
    const { name, field } = typeof fact === 'string' ? { name: fact, field: fact } : fact;
    const value = readField(view, context, field);
    const can = holdsScopes(field) ? scopesInWords(value) : undefined;
    own[name] = can === undefined ? value : `can ${can}`;
  }
  return { ...facts, ...texts(own) };
}

function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const name in values) {
    const value = values[name];
    const text = value === undefined ? undefined : textOf(value);
    if (text !== undefined && name !== '__proto__') facts[name] = text;
  }
  return facts;
}

/** Directory audits name the method only in a sentence: "User registered Authenticator App with Notification and Code". */
function methodOf(activity: Activity): string | undefined {
  const view = activity.views.find(({ shape }) => shape === 'directory-audit');
  if (view === undefined || !/security info/i.test(String(view.record['activityDisplayName']))) return undefined;
  return textOf(view.record['resultReason'])?.replace(/^(?:User|Admin) (?:registered|deleted|updated|changed) /i, '');
}

const inWords = (field: string, value: unknown): string | undefined =>
  (holdsScopes(field) ? scopesInWords(value) : undefined) ?? textOf(value);

/** Fills `{field}` from the record; a field that says nothing becomes "(not recorded)". */
export const fill = (template: string, view: View, context: Context): string =>
  template.replace(
    /\{([A-Za-z][^{}\s]*)\}/g,
    (_, field: string) => inWords(field, readField(view, context, field)) ?? otherNameOf(field, view, context) ?? '(not recorded)',
  );

/** Applications and groups have no sign-in name, some people no display name: what else the record calls the same thing, its id at last. */
function otherNameOf(field: string, view: View, context: Context): string | undefined {
  const [, owner, name] = /^(.+\.)(userPrincipalName|displayName)$/.exec(field) ?? [];
  if (owner === undefined) return undefined;
  for (const other of ['userPrincipalName', 'displayName', 'id'].filter((one) => one !== name)) {
    const value = readField(view, context, `${owner}${other}`);
    // Of several targets the first is the one that something happened to.
    const text = textOf(Array.isArray(value) ? value.find((one) => textOf(one) !== undefined) : value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** One sentence why: the rule's own, else its title with the fields that matched. */
export function whyOf(
  rule: SigmaRule,
  view: View,
  context: Context,
  matched: readonly { readonly field: string; readonly value: unknown }[],
): string {
  if (rule.guard.why !== undefined) return fill(rule.guard.why, view, context);
  const shown = matched.slice(0, 4).map(({ field, value }) => `${field === '' ? 'text' : field} is "${textOf(value) ?? ''}"`);
  return `${rule.title}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}.`;
}
