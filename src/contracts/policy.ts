// What a tenant's operator decides: which feeds, how often, who may press, who is never touched. One row per tenant in the registry.
import { z } from 'zod';

export const tenantPolicy = z.object({
  v: z.literal(1),
  /** Dry run is the default until an administrator goes live. */
  live: z.boolean().default(false),
  /** Group in the home tenant whose members may act. Empty: nobody. */
  responderGroup: z.string().default(''),
  /** Object ids that no action may touch: break-glass accounts, the guard's own identities. */
  protectedObjects: z.array(z.guid()).default([]),
  /** Seconds between rounds per lane. */
  cadence: z
    .object({ fast: z.int().min(5), config: z.int().min(5), reconcile: z.int().min(5) })
    .default({ fast: 300, config: 1800, reconcile: 3600 }),
  /** Ceilings on containments: per incident and hour, and per tenant and hour. */
  ceilings: z.object({ perIncident: z.int(), perHour: z.int() }).default({ perIncident: 5, perHour: 20 }),
  /** Feeds that are read although they are not by default, and feeds that are not read although they are. Ids of feeds. */
  feeds: z.object({ on: z.array(z.string()).default([]), off: z.array(z.string()).default([]) }).default({ on: [], off: [] }),
  /** The tenant's own addresses and ranges: nobody may report them as bad. */
  ownNetworks: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).optional(),
  /** Days that activities are kept; evidence has its own retention. */
  retentionDays: z.int().min(1).max(365).default(30),
  /** Where cards go, in order: names of webhook addresses (never the addresses themselves), as the guard's settings have them. */
  channels: z.array(z.object({ kind: z.literal('webhook'), setting: z.string() })).default([]),
  /** Seconds within which somebody has to open a case whose card a channel took; then the next channel gets the card too. */
  unopened: z.int().min(60).default(1800),
  /** Seconds after which a feed that was read before and is not any more raises a card: logs and configuration. */
  silence: z.object({ logs: z.int().min(60), config: z.int().min(60) }).default({ logs: 3600, config: 14_400 }),
});
export type TenantPolicy = z.infer<typeof tenantPolicy>;

export const tenantEntry = z.object({
  v: z.literal(1),
  tenant: z.guid(),
  name: z.string(),
  status: z.enum(['active', 'paused', 'removed']),
  addedAt: z.iso.datetime(),
  /** Of a removed tenant: when its data is deleted, whether that has begun (it cannot be added again until it ended), and when it ended. */
  eraseAt: z.iso.datetime().optional(),
  erasing: z.literal(true).optional(),
  erasedAt: z.iso.datetime().optional(),
  /** Which digest told of its first read: the tenant in whose channel it was posted, and when it was made (epoch ms). */
  firstLight: z.object({ leader: z.guid(), at: z.number() }).optional(),
  policy: tenantPolicy,
  /** Which state of the installation's settings this policy came from: changed settings apply once, and what an operator changed since stays. */
  seededFrom: z.string().optional(),
});
export type TenantEntry = z.infer<typeof tenantEntry>;
