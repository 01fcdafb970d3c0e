// Compares what a tenant really answers with what the simulator declares: status, property names and kinds, error bodies. Used by probe.ts and its test.
import { z } from 'zod';
import { differences, type Entity } from './entities.ts';
import type { Handler } from './handler.ts';

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}
export interface ProbeOptions {
  readonly handlers: readonly Handler[];
  readonly tenant: string;
  /** Sends one request; the path begins with `/v1.0`, `/beta` or `/adminapi`. */
  readonly ask: (
    service: 'graph' | 'exchange',
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    withoutToken?: boolean,
  ) => Promise<Answer>;
}
export interface ProbeLine {
  readonly request: string;
  /** Empty: as declared. */
  readonly differences: readonly string[];
}

const json = z.record(z.string(), z.unknown());
const collection = z.object({ value: z.array(json) });
const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function objectsOf(answer: Answer): readonly Readonly<Record<string, unknown>>[] {
  const many = collection.safeParse(answer.json);
  if (many.success) return many.data.value.slice(0, 20);
  const one = json.safeParse(answer.json);
  return one.success ? [one.data] : [];
}

function compare(handler: Handler, entity: Entity, answer: Answer): readonly string[] {
  if (answer.status !== handler.success) {
    const error = errorBody.safeParse(answer.json);
    return [
      `status ${answer.status} instead of ${handler.success}${error.success ? ` (${error.data.error.code}: ${error.data.error.message})` : ''}`,
    ];
  }
  const objects = objectsOf(answer);
  const expected =
    handler.odata?.select === true || handler.service === 'exchange' ? (entity.defaults ?? Object.keys(entity.properties)) : [];
  const missing =
    handler.example.query?.$select || entity.mixed
      ? []
      : expected
          .filter((name) => objects.length > 0 && !objects.some((object) => Object.hasOwn(object, name)))
          .map((name) => `${entity.name}.${name} is declared and never answered`);
  const metadata = (name: string): boolean => name.includes('@odata.') || name.includes('@data.');
  const plain = objects.map((object) =>
    Object.fromEntries(Object.entries(object).filter(([name]) => name === '@odata.type' || !metadata(name))),
  );
  return [...new Set([...plain.flatMap((object) => differences(entity, object)), ...missing])];
}

/** Paths hold ids of the simulated world; in a real tenant the first object of the same kind takes their place. */
async function realIds(ask: ProbeOptions['ask']): Promise<Readonly<Record<string, string>>> {
  const kinds = {
    users: '/users?$select=id&$top=1',
    servicePrincipals: '/servicePrincipals?$select=id,appId&$top=1',
    applications: '/applications?$select=id&$top=1',
    groups: '/groups?$select=id&$top=1',
    // Below /security only searches of the audit log have ids.
    security: '/security/auditLog/queries?$top=1',
  };
  const found: Record<string, string> = {};
  for (const [kind, path] of Object.entries(kinds)) {
    const first = objectsOf(await ask('graph', 'GET', `/v1.0${path}`))[0];
    if (typeof first?.id === 'string') found[kind] = first.id;
    if (typeof first?.appId === 'string') found.appId = first.appId;
  }
  // Only a federated domain has a federation to read.
  const domains = objectsOf(await ask('graph', 'GET', '/v1.0/domains'));
  const federated = domains.find((domain) => domain.authenticationType === 'Federated');
  if (typeof federated?.id === 'string') found.domains = federated.id;
  const [role] = objectsOf(await ask('graph', 'GET', '/v1.0/directoryRoles'));
  if (typeof role?.id === 'string') found.directoryRoles = role.id;
  return found;
}

function pathOf(handler: Handler, ids: Readonly<Record<string, string>>): string | undefined {
  const kind = handler.path.split('/')[1] ?? '';
  const params: Record<string, string | undefined> = { ...handler.example.params };
  if (params.id !== undefined) params.id = ids[kind];
  if (params.appId !== undefined) params.appId = ids.appId;
  if (Object.values(params).includes(undefined)) return undefined;
  const path = handler.path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''));
  const query = Object.entries(handler.example.query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

/** What the simulator says to bad requests: path, status, code. */
const refusals = [
  { path: '/v1.0/noSuchThing', status: 400, code: 'BadRequest' },
  { path: '/v1.0/users?$select=noSuchProperty', status: 400, code: 'BadRequest' },
  { path: "/v1.0/users?$filter=noSuchProperty eq 'x'", status: 400, code: 'BadRequest' },
  { path: '/v1.0/users?$top=100000', status: 400, code: 'BadRequest' },
  { path: '/v1.0/servicePrincipals/delta?$orderby=displayName', status: 400, code: 'Request_UnsupportedQuery' },
  { path: "/v1.0/servicePrincipals/delta?$filter=displayName eq 'x'", status: 400, code: 'Request_UnsupportedQuery' },
  { path: '/v1.0/users/00000000-0000-4000-8000-000000000000', status: 404, code: 'Request_ResourceNotFound' },
  { path: "/v1.0/auditLogs/signIns?$filter=signInEventTypes/any(t: t eq 'nonInteractiveUser')", status: 400, code: 'BadRequest' },
] as const;

/** Calls every declared read once, then the refusals. One line per request. Never writes. */
export async function probe({ handlers, tenant, ask }: ProbeOptions): Promise<readonly ProbeLine[]> {
  const lines: ProbeLine[] = [];
  const ids = await realIds(ask);
  for (const handler of handlers) {
    const entity = handler.entity?.['v1.0'];
    if (entity === undefined) continue;
    if (handler.service === 'exchange') {
      const body = handler.example.body;
      const answer = await ask('exchange', 'POST', `/adminapi/beta/${tenant}/InvokeCommand`, body);
      lines.push({ request: `${handler.cmdlet}`, differences: compare(handler, entity, answer) });
    } else if (handler.method === 'GET') {
      for (const version of ['v1.0', 'beta'] as const) {
        const path = pathOf(handler, ids);
        const request = `GET /${version}${path ?? handler.path}`;
        if (path === undefined) lines.push({ request, differences: ['not asked: this tenant has no object to ask for'] });
        else
          lines.push({
            request,
            differences: compare(handler, handler.entity?.[version] ?? entity, await ask('graph', 'GET', `/${version}${path}`)),
          });
      }
    }
  }
  for (const refusal of refusals) {
    const answer = await ask('graph', 'GET', refusal.path);
    const error = errorBody.safeParse(answer.json);
    const code = error.success ? error.data.error.code : 'no error body';
    const same = answer.status === refusal.status && code === refusal.code;
    lines.push({
      request: `GET ${refusal.path}`,
      differences: same ? [] : [`answers ${answer.status} ${code}, declared ${refusal.status} ${refusal.code}`],
    });
  }
  const anonymous = await ask('graph', 'GET', '/v1.0/users', undefined, true);
  lines.push({
    request: 'GET /v1.0/users without a token',
    differences: anonymous.status === 401 ? [] : [`answers ${anonymous.status}, declared 401`],
  });
  return lines;
}
