// The Management Activity API: subscriptions, listings of content, content. Source: Microsoft's activity API reference and schema (June 2026); bodies of undocumented errors from public issue threads.
import { z } from 'zod';
import { type Call, type Handler, type Reply, reading, writing } from '../../handler.ts';
import { type Content, type ContentType, contentsOf, contentTypes } from '../../records/audit-content.ts';
import { activityError } from '../../refusals.ts';
import type { AuditSubscription } from '../../tenant-state.ts';
import { faultKey } from '../../world.ts';
import { activityPath, contoso } from '../../worlds/constants.ts';

const root = `${activityPath}/api/v1.0/{tenant}/activity/feed`;
const hourMs = 3_600_000;
/** Content that was there before the first start: about 22 hours of it, two minutes later (measured July 2026). */
const backfillMs = 22 * hourMs;
const firstContentMs = 120_000;
const pageSize = 20;

const common = {
  service: 'activity',
  permissions: ['ActivityFeed.Read'],
  success: 200,
} as const;
const example = { params: { tenant: contoso.id }, query: { contentType: 'Audit.Exchange', PublisherIdentifier: contoso.id } };

const isType = (text: string | null): text is ContentType => (contentTypes as readonly (string | null)[]).includes(text);
const badType = (text: string | null): Reply => activityError(400, 'AF20020', `The specified content type is not valid: ${text}.`);
const keyOf = (call: Call, type: ContentType): string => `${call.caller.app}/${type}`;
const shown = ({ contentType, enabled }: AuditSubscription) => ({ contentType, status: enabled ? 'enabled' : 'disabled', webhook: null });

/** A tenant whose audit log is off is unknown to the service. */
function unknownTenant(call: Call): Reply {
  const facts = `TenantId=${call.tenant.id},ContentType=${call.query.get('contentType')},ApplicationId=${call.caller.app},PublisherId=${call.query.get('PublisherIdentifier')}`;
  return activityError(
    400,
    `StartSubscription [${facts}] failed. Exception`,
    `Microsoft.Office.Compliance.Audit.DataServiceException: Tenant ${call.tenant.id} does not exist.\r\n   at Microsoft.Office.Compliance.Audit.API.AzureManager.GetSubscriptionTableClientForTenant(Guid tenantID, Boolean throwIfTenantNull)`,
  );
}

/** What is broken on purpose: SharePoint's content can fail alone. */
function faulty(call: Call, type: string | null): Reply | undefined {
  const feed = type === 'Audit.SharePoint' ? 'unified-audit.sharepoint' : 'unified-audit';
  const fault = call.world.faults.get(faultKey(call.tenant.id, feed));
  if (fault?.kind === 'denied')
    return activityError(
      401,
      'AF10001',
      'The permission set () sent in the request did not include the expected permission ActivityFeed.Read.',
    );
  if (fault?.kind === 'throttled')
    return activityError(429, 'AF429', `Too many requests. Method=GetContent, PublisherId=${call.query.get('PublisherIdentifier')}`);
  if (fault?.kind === 'failing') return activityError(503, 'AF50000', 'An internal error occurred. Retry the request.');
  if (fault?.kind === 'empty') return { status: 200, json: [] };
  return fault?.kind === 'unlicensed' || !call.tenant.audit.enabled ? unknownTenant(call) : undefined;
}

const start = writing({
  ...common,
  id: 'activity.subscriptions.start',
  method: 'POST',
  path: `${root}/subscriptions/start`,
  source: 'Activity API reference, start a subscription; AF20024 and the answer where auditing is off from public issue threads',
  certainty: 'documented',
  parameters: ['contentType', 'PublisherIdentifier'],
  example: { ...example, body: {} },
  body: z.strictObject({}),
  run: (call) => {
    const type = call.query.get('contentType');
    if (!isType(type)) return badType(type);
    const fault = faulty(call, type);
    if (fault !== undefined) return fault;
    const { subscriptions } = call.tenant.audit;
    const known = subscriptions.get(keyOf(call, type));
    if (known?.enabled === true) return activityError(400, 'AF20024', 'The subscription is already enabled. No property change.');
    const subscription = { contentType: type, startedAt: call.now, enabled: true };
    subscriptions.set(keyOf(call, type), subscription);
    return { status: 200, json: shown(subscription) };
  },
});

const list = reading({
  ...common,
  id: 'activity.subscriptions.list',
  method: 'GET',
  path: `${root}/subscriptions/list`,
  source: 'Activity API reference, list current subscriptions',
  certainty: 'documented',
  parameters: ['PublisherIdentifier'],
  example: { params: { tenant: contoso.id } },
  run: (call) => ({
    status: 200,
    json: [...call.tenant.audit.subscriptions].filter(([key]) => key.startsWith(`${call.caller.app}/`)).map(([, one]) => shown(one)),
  }),
});

const content = reading({
  ...common,
  id: 'activity.content.list',
  method: 'GET',
  path: `${root}/subscriptions/content`,
  source:
    'Activity API reference, list available content: the window is of contentCreated, at most 24 hours wide and 7 days back; NextPageUri is a header',
  certainty: 'documented',
  parameters: ['contentType', 'startTime', 'endTime', 'nextPage', 'PublisherIdentifier'],
  example,
  run: (call) => {
    const type = call.query.get('contentType');
    if (!isType(type)) return badType(type);
    const fault = faulty(call, type);
    if (fault !== undefined) return fault;
    const subscription = call.tenant.audit.subscriptions.get(keyOf(call, type));
    if (subscription === undefined) return activityError(400, 'AF20022', 'No subscription found for the specified content type.');
    if (!subscription.enabled) return activityError(400, 'AF20023', 'The subscription was disabled.');
    const window = windowOf(call);
    if (window === undefined)
      return activityError(
        400,
        'AF20030',
        'Start time and end time must both be specified (or both omitted) and must be less than or equal to 24 hours apart, with the start time no more than 7 days in the past.',
      );
    const found = offered(call, type, subscription).filter(
      ({ created }) => created >= window.from && created < window.to && created <= call.now,
    );
    const at = Number(call.query.get('nextPage') ?? 0);
    if (!Number.isInteger(at) || at < 0) return activityError(400, 'AF20031', `Invalid nextPage Input: ${call.query.get('nextPage')}.`);
    const next = new URLSearchParams(call.query);
    next.set('nextPage', String(at + pageSize));
    return {
      status: 200,
      ...(found.length > at + pageSize && { headers: { NextPageUri: `${addressOf(call, 'subscriptions/content')}?${next}` } }),
      json: found.slice(at, at + pageSize).map(({ id, created }) => ({
        contentType: type,
        contentId: id,
        contentUri: addressOf(call, `audit/${encodeURIComponent(id)}`),
        contentCreated: new Date(created).toISOString(),
        contentExpiration: new Date(created + 7 * 24 * hourMs).toISOString(),
      })),
    };
  },
});

const addressOf = (call: Call, path: string): string => `${call.base}${activityPath}/api/v1.0/${call.tenant.id}/activity/feed/${path}`;

/** What this subscriber is offered, with the times at which it was: what was there before the start came two minutes after it. */
function offered(call: Call, type: ContentType, { startedAt }: AuditSubscription): Content[] {
  return [...contentsOf(call.tenant.unifiedAudit).values()]
    .filter((one) => one.type === type && one.created >= startedAt - backfillMs)
    .map((one) =>
      one.created < startedAt + firstContentMs ? { ...one, created: Math.max(one.created, startedAt + firstContentMs) } : one,
    );
}

function windowOf(call: Call): { readonly from: number; readonly to: number } | undefined {
  const [start, end] = [call.query.get('startTime'), call.query.get('endTime')];
  if (start === null && end === null) return { from: call.now - 24 * hourMs, to: call.now + 1 };
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/;
  if (start === null || end === null || !form.test(start) || !form.test(end)) return undefined;
  const utc = (text: string): number => Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`);
  const window = { from: utc(start), to: utc(end) };
  const fits = window.to >= window.from && window.to - window.from <= 24 * hourMs && window.from >= call.now - 7 * 24 * hourMs;
  return fits ? window : undefined;
}

const fetchContent = reading({
  ...common,
  id: 'activity.content.fetch',
  method: 'GET',
  path: `${root}/audit/{content}`,
  source: 'Activity API reference, retrieve content; records carry CreationTime without a zone',
  certainty: 'documented',
  parameters: ['PublisherIdentifier'],
  /** The example names content that does not exist. */
  success: 400,
  example: { params: { tenant: contoso.id, content: 'none' }, query: { PublisherIdentifier: contoso.id } },
  run: (call) => {
    const id = call.params.content ?? '';
    const found = contentsOf(call.tenant.unifiedAudit).get(id);
    const fault = faulty(call, found?.type ?? null);
    if (fault !== undefined) return fault;
    if (found === undefined) return activityError(400, 'AF20050', `The specified content (${id}) does not exist.`);
    if (found.created < call.now - 7 * 24 * hourMs)
      return activityError(
        400,
        'AF20051',
        `Content requested with the key ${id} has already expired. Content older than 7 days cannot be retrieved.`,
      );
    return { status: 200, json: found.records };
  },
});

const stop = reading({
  ...common,
  id: 'activity.subscriptions.stop',
  method: 'POST',
  path: `${root}/subscriptions/stop`,
  source: 'Activity API reference, stop a subscription',
  certainty: 'documented',
  parameters: ['contentType', 'PublisherIdentifier'],
  example,
  run: (call) => {
    const type = call.query.get('contentType');
    if (!isType(type)) return badType(type);
    const known = call.tenant.audit.subscriptions.get(keyOf(call, type));
    if (known === undefined) return activityError(400, 'AF20022', 'No subscription found for the specified content type.');
    call.tenant.audit.subscriptions.set(keyOf(call, type), { ...known, enabled: false });
    return { status: 200, text: '' };
  },
});

export const activityHandlers: readonly Handler[] = [start, list, content, fetchContent, stop];
