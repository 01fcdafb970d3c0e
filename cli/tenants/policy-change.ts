// `name=value` of the command line -> a change of a tenant's policy. Pure; called by commands/tenants.ts. Whatever is wrong is an error that says what would be right.
import { feeds } from '../../src/collect/feeds.ts';
import { channelPattern, homeChannel } from '../../src/contracts/channels.ts';
import { type TenantPolicy, tenantPolicy } from '../../src/contracts/policy.ts';
import { nearest } from '../../src/detect/sigma/nearest.ts';

/** A name or value that was typed and means nothing; the message says what would. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

type Change = (policy: TenantPolicy, value: string) => unknown;

const whole = (value: string): number => (/^\d{1,9}$/.test(value) ? Number(value) : Number.NaN);
const list = (value: string): string[] => value.split(/[\s,;]+/).filter((part) => part !== '');
const flag = (value: string): unknown => (value === 'true' ? true : value === 'false' ? false : value);

function feedIds(value: string): string[] {
  const known = feeds.map(({ id }) => id);
  for (const id of list(value)) {
    if (known.includes(id)) continue;
    const close = nearest(id, known);
    const hint = close === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${close}?`;
    throw new PolicyError(`There is no feed ${JSON.stringify(id.slice(0, 80))}. ${hint}`);
  }
  return list(value);
}

function channelNamed(name: string): string {
  if (!channelPattern.test(name))
    throw new PolicyError(
      `${JSON.stringify(name.slice(0, 80))} is no name of a channel: letters, digits, - and _, or home. Addresses stand in the guard’s settings.`,
    );
  return name.toLowerCase() === 'home' ? homeChannel : name;
}

/** Every name that can be set, and how. The schema of the policy checks what comes out. */
const changes: Readonly<Record<string, Change>> = {
  live: (policy, value) => ({ ...policy, live: flag(value) }),
  group: (policy, value) => ({ ...policy, responderGroup: value }),
  protected: (policy, value) => ({ ...policy, protectedObjects: list(value) }),
  ownNetworks: ({ ownNetworks: _, ...policy }, value) => (list(value).length === 0 ? policy : { ...policy, ownNetworks: list(value) }),
  'ceilings.perIncident': (policy, value) => ({ ...policy, ceilings: { ...policy.ceilings, perIncident: whole(value) } }),
  'ceilings.perHour': (policy, value) => ({ ...policy, ceilings: { ...policy.ceilings, perHour: whole(value) } }),
  retention: (policy, value) => ({ ...policy, retentionDays: whole(value) }),
  channels: (policy, value) => ({ ...policy, channels: list(value).map((name) => ({ kind: 'webhook', setting: channelNamed(name) })) }),
  unopened: (policy, value) => ({ ...policy, unopened: whole(value) }),
  'cadence.fast': (policy, value) => ({ ...policy, cadence: { ...policy.cadence, fast: whole(value) } }),
  'cadence.config': (policy, value) => ({ ...policy, cadence: { ...policy.cadence, config: whole(value) } }),
  'cadence.reconcile': (policy, value) => ({ ...policy, cadence: { ...policy.cadence, reconcile: whole(value) } }),
  'silence.logs': (policy, value) => ({ ...policy, silence: { ...policy.silence, logs: whole(value) } }),
  'silence.config': (policy, value) => ({ ...policy, silence: { ...policy.silence, config: whole(value) } }),
  'feeds.on': (policy, value) => ({ ...policy, feeds: { ...policy.feeds, on: feedIds(value) } }),
  'feeds.off': (policy, value) => ({ ...policy, feeds: { ...policy.feeds, off: feedIds(value) } }),
};
export const settable: readonly string[] = Object.keys(changes);

/** Throws an Error that names the first bad part. @param words such as `retention=60`, `feeds.off=partners,domains` */
export function policyChange(words: readonly string[]): (policy: TenantPolicy) => TenantPolicy {
  const steps = words.map((word) => {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
    if (change === undefined)
      throw new PolicyError(
        `${JSON.stringify(word.slice(0, 80))} is not understood: expected NAME=VALUE with NAME one of ${settable.join(', ')}.`,
      );
    return { name, value, change };
  });
  return (before) =>
    steps.reduce((policy, { name, value, change }) => {
      const parsed = tenantPolicy.safeParse(change(policy, value));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const message = issue?.code === 'invalid_type' && issue.expected === 'number' ? 'expected a whole number' : issue?.message;
      throw new PolicyError(`${name}=${value.slice(0, 80)}: ${message ?? 'not usable'}.`);
    }, before);
}

/** The policy as it would be typed. */
export const policyLines = ({
  live,
  responderGroup,
  protectedObjects,
  ownNetworks = [],
  ceilings,
  retentionDays,
  channels,
  unopened,
  cadence,
  silence,
  feeds: { on, off },
}: TenantPolicy): string[] => [
  `live=${live}`,
  `group=${responderGroup}`,
  `protected=${protectedObjects.join(',')}`,
  `ownNetworks=${ownNetworks.join(',')}`,
  ...Object.entries(ceilings).map(([of, most]) => `ceilings.${of}=${most}`),
  `retention=${retentionDays}`,
  `channels=${channels.map(({ setting }) => (setting === homeChannel ? 'home' : setting)).join(',')}`,
  `unopened=${unopened}`,
  ...Object.entries(cadence).map(([lane, seconds]) => `cadence.${lane}=${seconds}`),
  ...Object.entries(silence).map(([kind, seconds]) => `silence.${kind}=${seconds}`),
  `feeds.on=${on.join(',')}`,
  `feeds.off=${off.join(',')}`,
];
