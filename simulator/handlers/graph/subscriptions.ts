// Subscriptions to change notifications, as far as Event Grid partner topics go. Source: Graph reference A.9 (lifetimes, notification address, 409 for duplicates, reauthorize); create-subscription page.
import { z } from 'zod';
import { type Call, type Handler, type Reply, reading, writing } from '../../handler.ts';
import { denied, noContent, notFound, ok } from '../../odata/query.ts';
import { isEventGridUrl, type Subscription, topicName } from '../../partner-events.ts';
import { graphError } from '../../refusals.ts';

const minute = 60_000;
/** Longest life in minutes, and the permissions of which one is needed. */
const resources: Readonly<Record<string, { readonly minutes: number; readonly permissions: readonly string[] }>> = {
  users: { minutes: 41_760, permissions: ['User.Read.All', 'Directory.Read.All'] },
  groups: { minutes: 41_760, permissions: ['Group.Read.All', 'Directory.Read.All'] },
  'security/alerts': { minutes: 43_200, permissions: ['SecurityEvents.ReadWrite.All'] },
};
const permissions = [...new Set(Object.values(resources).flatMap((one) => one.permissions))];
const shared = {
  service: 'graph',
  source: 'Graph reference A.9; subscription resource page',
  certainty: 'documented',
  permissions,
} as const;

const bad = (call: Call, message: string): Reply => graphError(call.trace, 400, 'InvalidRequest', message);
const shown = ({ tenant: _t, app, ...subscription }: Subscription) => ({
  ...subscription,
  // The service repeats it in events only.
  clientState: null,
  applicationId: app,
  creatorId: app,
});
const mine = (call: Call): Subscription[] =>
  [...call.world.partnerEvents.subscriptions.values()].filter(
    ({ tenant, app, expirationDateTime }) =>
      tenant === call.tenant.id && app === call.caller.app && Date.parse(expirationDateTime) > call.now,
  );
const find = (call: Call): Subscription | undefined => mine(call).find(({ id }) => id === call.params.id?.toLowerCase());

/** Why this expiry is refused; undefined where it is good. */
function expiryProblem(call: Call, resource: string, text: string): string | undefined {
  const longest = resources[resource]?.minutes ?? 0;
  const left = Date.parse(text) - call.now;
  if (left <= 0) return 'Subscription expiration must be in the future.';
  return left > longest * minute ? `Subscription expiration can only be ${longest} minutes in the future.` : undefined;
}

const list = reading({
  ...shared,
  id: 'graph.subscriptions.list',
  method: 'GET',
  path: '/subscriptions',
  success: 200,
  example: {},
  run: (call) => ok(call, { value: mine(call).map(shown) }),
});

const create = writing({
  ...shared,
  id: 'graph.subscriptions.create',
  method: 'POST',
  path: '/subscriptions',
  success: 201,
  example: {
    body: {
      changeType: 'updated',
      resource: 'users',
      expirationDateTime: '2026-03-10T00:00:00Z',
      clientState: 'example',
      notificationUrl: 'EventGrid:?azuresubscriptionid=0&resourcegroup=rg&partnertopic=example&location=westeurope',
      lifecycleNotificationUrl: 'EventGrid:?azuresubscriptionid=0&resourcegroup=rg&partnertopic=example&location=westeurope',
    },
  },
  body: z.strictObject({
    changeType: z.string(),
    resource: z.string(),
    expirationDateTime: z.iso.datetime({ offset: true }),
    clientState: z.string().max(128).optional(),
    notificationUrl: z.string(),
    lifecycleNotificationUrl: z.string().optional(),
  }),
  run: (call, wanted) => {
    const facts = Object.hasOwn(resources, wanted.resource) ? resources[wanted.resource] : undefined;
    if (facts === undefined) return bad(call, `Resource '${wanted.resource}' is not supported for change notifications.`);
    if (!facts.permissions.some((name) => call.caller.roles.includes(name))) return denied(call);
    if (!wanted.changeType.split(',').every((type) => ['created', 'updated', 'deleted'].includes(type)))
      return bad(call, `Unsupported change type '${wanted.changeType}'.`);
    if (!isEventGridUrl(wanted.notificationUrl)) return bad(call, 'NotificationUrl is no Event Grid partner topic address.');
    if (wanted.lifecycleNotificationUrl !== undefined && topicName(wanted.lifecycleNotificationUrl) !== topicName(wanted.notificationUrl))
      return bad(call, 'NotificationUrl and LifecycleNotificationUrl must name the same partner topic.');
    const problem = expiryProblem(call, wanted.resource, wanted.expirationDateTime);
    if (problem !== undefined) return bad(call, problem);
    if (mine(call).some(({ resource, changeType }) => resource === wanted.resource && changeType === wanted.changeType))
      return graphError(call.trace, 409, 'Conflict', 'A subscription for this resource and change type exists already.');
    const { subscriptions, topics } = call.world.partnerEvents;
    const subscription: Subscription = {
      id: call.authority.fresh(),
      tenant: call.tenant.id,
      app: call.caller.app,
      resource: wanted.resource,
      changeType: wanted.changeType,
      clientState: wanted.clientState ?? null,
      notificationUrl: wanted.notificationUrl,
      lifecycleNotificationUrl: wanted.lifecycleNotificationUrl ?? null,
      expirationDateTime: wanted.expirationDateTime,
    };
    subscriptions.set(subscription.id, subscription);
    const name = topicName(subscription.notificationUrl);
    if (!topics.has(name)) topics.set(name, { name, activated: false, identity: undefined, queueOf: undefined });
    return { ...ok(call, { ...shown(subscription), clientState: subscription.clientState }), status: 201 };
  },
});

const one = { params: { id: '00000000-0000-4000-8000-000000000000' } };
const read = reading({
  ...shared,
  id: 'graph.subscriptions.get',
  method: 'GET',
  path: '/subscriptions/{id}',
  success: 404,
  example: one,
  run: (call) => {
    const found = find(call);
    return found === undefined ? notFound(call, call.params.id ?? '') : ok(call, shown(found));
  },
});
const renew = writing({
  ...shared,
  id: 'graph.subscriptions.renew',
  method: 'PATCH',
  path: '/subscriptions/{id}',
  success: 404,
  example: { ...one, body: { expirationDateTime: '2026-03-10T00:00:00Z' } },
  body: z.strictObject({ expirationDateTime: z.iso.datetime({ offset: true }) }),
  run: (call, { expirationDateTime }) => {
    const found = find(call);
    if (found === undefined) return notFound(call, call.params.id ?? '');
    const problem = expiryProblem(call, found.resource, expirationDateTime);
    if (problem !== undefined) return bad(call, problem);
    found.expirationDateTime = expirationDateTime;
    return ok(call, shown(found));
  },
});
const reauthorize = reading({
  ...shared,
  id: 'graph.subscriptions.reauthorize',
  method: 'POST',
  path: '/subscriptions/{id}/reauthorize',
  success: 404,
  example: one,
  run: (call) => (find(call) === undefined ? notFound(call, call.params.id ?? '') : noContent(call)),
});
const remove = reading({
  ...shared,
  id: 'graph.subscriptions.delete',
  method: 'DELETE',
  path: '/subscriptions/{id}',
  success: 404,
  example: one,
  run: (call) => {
    const found = find(call);
    if (found === undefined) return notFound(call, call.params.id ?? '');
    call.world.partnerEvents.subscriptions.delete(found.id);
    return noContent(call);
  },
});

export const subscriptionHandlers: readonly Handler[] = [list, create, read, renew, reauthorize, remove];
