// What a service says when it is broken on purpose: refusals before a request is carried out, and what spoils an answer. Bodies as Microsoft's own. Used by dispatch.ts.
import type { FaultBoard, RequestFault, RequestFaultKind, Turn } from './faults.ts';
import type { Call, Handler, Reply } from './handler.ts';
import { reset } from './odata/delta-page.ts';
import { activityError, exchangeError, exchangeForbidden, graphError, revokedToken } from './refusals.ts';
import { consentKey } from './world.ts';

/** 403 for a missing permission: the reporting API names it, the others do not. */
export const lacking = (handler: Handler, call: Call): Reply =>
  handler.service === 'activity'
    ? activityError(
        401,
        'AF10001',
        `The permission set (${call.caller.roles.join(' ')}) sent in the request did not include the expected permission ${handler.permissions?.[0]}.`,
      )
    : handler.reporting
      ? graphError(
          call.trace,
          403,
          'Authentication_MSGraphPermissionMissing',
          `The principal does not have required Microsoft Graph permission(s): ${handler.permissions?.[0]} to call this API. For more information about Microsoft Graph permissions, please visit https://docs.microsoft.com/graph/permissions-overview`,
        )
      : graphError(call.trace, 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

/** An error in the service's own envelope. */
function said(
  handler: Handler,
  call: Call,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  if (handler.service === 'exchange') return { ...exchangeError(status, message, `Microsoft.Exchange.Admin.${code}`), headers };
  if (handler.service === 'activity') return { ...activityError(status, status === 429 ? 'AF429' : 'AF50000', message), headers };
  return graphError(call.trace, status, code, message, headers);
}

export const throttled = (handler: Handler, call: Call, retryAfter: string | undefined): Reply =>
  said(handler, call, 429, 'TooManyRequests', 'Too many requests.', retryAfter === undefined ? {} : { 'retry-after': retryAfter });

export const noCmdlet = (cmdlet: string | undefined): Reply =>
  exchangeError(
    400,
    `The term '${cmdlet}' is not recognized as the name of a cmdlet.`,
    'System.Management.Automation.CommandNotFoundException',
  );

export const noPremium = (call: Call): Reply =>
  graphError(
    call.trace,
    403,
    'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    "Neither tenant is B2C or tenant doesn't have premium license",
  );

export function broken(handler: Handler, call: Call, kind: 'denied' | 'unlicensed' | 'empty' | 'failing' | 'throttled'): Reply {
  const exchange = handler.service === 'exchange';
  if (kind === 'empty') return handler.nothing?.(call) ?? { status: 200, json: { value: [] } };
  if (kind === 'denied') return exchange ? exchangeForbidden() : lacking(handler, call);
  if (kind === 'throttled')
    return exchange
      ? { ...exchangeError(429, 'Too many requests.', 'Microsoft.Exchange.Admin.Throttled'), headers: { 'retry-after': '10' } }
      : throttled(handler, call, handler.reporting ? undefined : '10');
  if (kind === 'failing')
    return exchange
      ? exchangeError(503, 'The service is unavailable.', 'System.ServiceUnavailable')
      : graphError(call.trace, 503, 'serviceNotAvailable', 'The service is temporarily unavailable.');
  return exchange ? noCmdlet(handler.cmdlet) : (handler.unlicensed?.(call) ?? noPremium(call));
}

const html = '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';

/** What is read of one mailbox each. */
const ofOneMailbox: ReadonlySet<string> = new Set(['exchange.inbox-rules', 'exchange.forwarding', 'exchange.mailbox-permissions']);

/** Within what tokens bear. */
const slowMs = -240_000;

/** A link of an earlier delta query, and no question of its own. */
const followsLink = (query: URLSearchParams, tokens: readonly string[]): boolean =>
  [...query].some(([name, value]) => tokens.includes(name.toLowerCase()) && value !== '' && value !== 'latest');

/** Instead of an answer. `struck`: something is different now, and the request is carried out; undefined: nothing is. */
const refusals: Partial<
  Record<RequestFaultKind, (handler: Handler, call: Call, seconds: number, whenOver: Turn['whenOver']) => Reply | 'struck' | undefined>
> = {
  throttled: (handler, call) => throttled(handler, call, undefined),
  'throttled-seconds': (handler, call, seconds) => throttled(handler, call, String(seconds)),
  'throttled-date': (handler, call, seconds) => throttled(handler, call, new Date(call.now + seconds * 1000).toUTCString()),
  'internal-error': (handler, call) =>
    said(handler, call, 500, 'InternalServerError', 'Object reference not set to an instance of an object.'),
  'bad-gateway': () => ({ status: 502, html }),
  unavailable: (handler, call) => said(handler, call, 503, 'serviceNotAvailable', 'The service is temporarily unavailable.'),
  'gateway-timeout': (handler, call) => said(handler, call, 504, 'GatewayTimeout', 'The upstream server did not answer in time.'),
  silent: () => ({ status: 200, text: '', manner: { silent: true } }),
  'token-revoked': (handler, call) => {
    call.world.revokedAt.set(consentKey(call.tenant.id, call.caller.app), call.now);
    return revokedToken(handler.service, call.trace, call.now);
  },
  'consent-withdrawn': (handler, call, _seconds, whenOver) => {
    const { consents, revokedAt } = call.world;
    const key = consentKey(call.tenant.id, call.caller.app);
    const given = consents.get(key);
    if (given !== undefined) whenOver(() => void consents.set(key, given));
    consents.delete(key);
    revokedAt.set(key, call.now);
    return revokedToken(handler.service, call.trace, call.now);
  },
  'permission-missing': (handler, call) => (handler.service === 'exchange' ? exchangeForbidden() : lacking(handler, call)),
  'no-p1': (handler, call) => (handler.id === 'graph.signIns.list' ? noPremium(call) : handler.unlicensed?.(call)),
  'no-p2': (handler, call) => handler.unlicensed?.(call),
  'no-mailbox': () =>
    exchangeError(
      404,
      "The operation couldn't be performed because the object couldn't be found.",
      'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
    ),
  'audit-off': (_handler, call, _seconds, whenOver) => {
    const { audit } = call.tenant;
    if (audit.enabled)
      whenOver(() => {
        audit.enabled = true;
      });
    audit.enabled = false;
    return 'struck';
  },
  'not-subscribed': (_handler, { tenant: { audit } }) => {
    if (audit.subscriptions.size === 0) return undefined;
    audit.subscriptions.clear();
    return 'struck';
  },
  'cmdlet-missing': (handler) => noCmdlet(handler.cmdlet),
  'delta-reset': (handler, call) => reset(call, handler.path),
  late: (_handler, { world, tenant }, _seconds, whenOver) => {
    if (tenant.late !== undefined) return undefined;
    world.beLate({ share: 0.5, mostMs: 86_400_000 }, tenant);
    whenOver(() => world.beLate(undefined, tenant));
    return 'struck';
  },
  'wrong-clock': (_handler, { world: { settings } }, _seconds, whenOver) => {
    const before = settings.skewMs;
    if (before === slowMs) return undefined;
    settings.skewMs = slowMs;
    whenOver(() => {
      settings.skewMs = before;
    });
    return 'struck';
  },
  limits: (_handler, { world: { settings } }, _seconds, whenOver) => {
    if (settings.reportLimit) return undefined;
    settings.reportLimit = true;
    whenOver(() => {
      settings.reportLimit = false;
    });
    return 'struck';
  },
  // These lie in the answer itself, which odata/delta-page.ts makes.
  'delta-replays': () => 'struck',
  'delta-sparse': () => 'struck',
  'delta-forgets': () => 'struck',
};

/** Some kinds concern certain requests only. */
function canMeet(kind: RequestFaultKind, handler: Handler, { query }: Call): boolean {
  switch (kind) {
    case 'delta-replays':
      return handler.odata?.delta === true && followsLink(query, ['$deltatoken']);
    case 'delta-sparse':
    case 'delta-forgets':
    case 'delta-reset':
      return handler.odata?.delta === true && followsLink(query, ['$deltatoken', '$skiptoken']);
    case 'audit-off':
    case 'not-subscribed':
      return handler.service === 'activity';
    case 'cmdlet-missing':
      return handler.service === 'exchange';
    case 'no-mailbox':
      return handler.feed !== undefined && ofOneMailbox.has(handler.feed);
    case 'no-p1':
    case 'no-p2':
      return handler.unlicensed !== undefined || (kind === 'no-p1' && handler.id === 'graph.signIns.list');
    default:
      return true;
  }
}

type Met = Pick<FaultBoard, 'strike'>;
const met = (handler: Handler, call: Call, concerns: (kind: RequestFaultKind) => boolean) => ({
  handler: handler.id,
  tenant: call.tenant.id,
  concerns: (kind: RequestFaultKind) => concerns(kind) && canMeet(kind, handler, call),
});

/** What strikes before a request is carried out: `instead` of its answer, or `marks` that its answer bears. */
export function hindered(board: Met, handler: Handler, call: Call): { readonly instead?: Reply; readonly marks: Set<RequestFaultKind> } {
  const marks = new Set<RequestFaultKind>();
  let instead: Reply | undefined;
  board.strike(
    met(handler, call, (kind) => kind in refusals),
    ({ fault, whenOver }) => {
      const told = refusals[fault.kind]?.(handler, call, fault.seconds ?? 10, whenOver);
      if (told === undefined) return 'nothing';
      if (told === 'struck') {
        marks.add(fault.kind);
        return 'struck';
      }
      instead = told;
      return 'ended';
    },
  );
  return { marks, ...(instead && { instead }) };
}

/** What becomes of the answer of a request that was carried out: each fault spoils what the one before left of it. */
export function spoilt(board: Met, handler: Handler, call: Call, reply: Reply): Reply {
  let left = reply;
  board.strike(
    met(handler, call, (kind) => !(kind in refusals)),
    ({ fault }) => {
      const worse = spoiling(fault, handler, call, left);
      left = worse ?? left;
      return worse === undefined ? 'nothing' : 'struck';
    },
  );
  return left;
}

function logOf(handler: Handler, call: Call) {
  if (handler.id === 'graph.signIns.list') return call.tenant.signIns;
  return handler.id === 'graph.directoryAudits.list' ? call.tenant.directoryAudits : undefined;
}

/** undefined: this answer cannot be spoilt so. */
function spoiling(fault: RequestFault, handler: Handler, call: Call, reply: Reply): Reply | undefined {
  if (fault.kind === 'reset') return { ...reply, manner: { ...reply.manner, breaks: true } };
  if (fault.kind === 'slow') return { ...reply, manner: { ...reply.manner, slowMs: (fault.seconds ?? 10) * 1000 } };
  const values = recordsIn(reply);
  const first = values?.[0];
  if (values === undefined || first === undefined) return undefined;
  if (fault.kind === 'duplicates') return { ...reply, json: { ...(reply.json as object), value: values.flatMap((one) => [one, one]) } };
  const log = logOf(handler, call);
  if (log === undefined) return undefined;
  // What comes in between lies before the page's end, so that what follows moves by one place.
  if (fault.kind === 'moving-pages') {
    const { createdDateTime = first['activityDateTime'] } = first;
    const full = log.find(first['id']);
    if (full === undefined || !('@odata.nextLink' in (reply.json as object))) return undefined;
    log.add({ time: Date.parse(String(createdDateTime)), visibleAt: call.now, record: { ...full, id: call.authority.fresh() } });
    return reply;
  }
  if (fault.kind !== 'changing') return undefined;
  const read = new Set(values.map(({ id }) => id));
  log.change(
    ({ record }) => read.has(record['id']),
    (record) =>
      'riskState' in record
        ? { ...record, riskState: 'atRisk', riskLevelDuringSignIn: 'medium', riskLevelAggregated: 'medium' }
        : { ...record, resultReason: `${String(record['resultReason'] ?? '')} (completed)` },
  );
  return reply;
}

function recordsIn({ json }: Reply): readonly Readonly<Record<string, unknown>>[] | undefined {
  const value = json !== null && typeof json === 'object' && 'value' in json ? json.value : undefined;
  return Array.isArray(value) ? value : undefined;
}
