// What reaches the guard from outside through Event Grid (CloudEvents 1.0): its own two commands, and Microsoft Graph's change notifications. Parsed by functions/commands.ts and functions/events.ts.
import { z } from 'zod';

/** Types that the guard's own topic takes. */
export const checkTenantType = 'TenantGuard.CheckTenant';
export const badAddressType = 'TenantGuard.BadAddress';

const time = z.iso.datetime({ offset: true, error: 'a time such as 2026-11-24T09:30:00Z' });
const envelope = {
  specversion: z.literal('1.0', '"1.0" (CloudEvents 1.0)'),
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(512),
  time: time.optional(),
};
const tenant = z.guid('the tenant’s id, a GUID').toLowerCase();

export const command = z.discriminatedUnion(
  'type',
  [
    z.object({ ...envelope, type: z.literal(checkTenantType), data: z.object({ tenant }) }),
    z.object({
      ...envelope,
      type: z.literal(badAddressType),
      data: z.object({
        tenant,
        /** One address, or a range in CIDR form. */
        address: z.string().min(2).max(64),
        reason: z.string().trim().min(3, 'a reason, at least 3 characters').max(300, 'at most 300 characters'),
        /** Until when it counts; a month where nothing is said. */
        until: time.optional(),
      }),
    }),
  ],
  `${checkTenantType} or ${badAddressType}`,
);
export type Command = z.output<typeof command>;
export type BadAddress = Extract<Command, { type: typeof badAddressType }>;

/** Resources whose changes Graph tells through a partner topic, as far as the guard has use for them. */
export const eventResources = ['users', 'groups', 'alerts'] as const;
export type EventResource = (typeof eventResources)[number];

/**
 * A change notification as a partner topic delivers it (learn.microsoft.com/azure/event-grid/microsoft-entra-events, security-alert-events; lifecycle:
 * learn.microsoft.com/graph/change-notifications-lifecycle-events). Alerts name the object only by id, so that nothing of `resource` is relied on.
 */
export const graphEvent = z.object({
  ...envelope,
  type: z.string().regex(/^Microsoft\.Graph\./i, 'a type that begins with Microsoft.Graph.'),
  data: z.object({
    subscriptionId: z.string().min(1).max(128),
    tenantId: tenant.optional(),
    organizationId: tenant.optional(),
    clientState: z.string().max(255).nullish(),
    lifecycleEvent: z.string().max(64).nullish(),
  }),
});
export type GraphEvent = z.output<typeof graphEvent>;

/** What Graph says about a subscription itself. */
export const lifecycles = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
export type Lifecycle = (typeof lifecycles)[number];

/** The spelling of lifecycle events wanders between `type` and `data.lifecycleEvent`, and in case. Undefined for an ordinary change. */
export function lifecycleOf({ type, data }: GraphEvent): Lifecycle | undefined {
  const said = `${type} ${data.lifecycleEvent ?? ''}`.toLowerCase();
  return lifecycles.find((name) => said.includes(name.toLowerCase()));
}

/** One line for every field that is wrong, each with its place: "data.address: …". Never the whole event. */
export const problemsOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.length === 0 ? 'the event' : path.join('.')}: ${message}`)
    .join('; ');
