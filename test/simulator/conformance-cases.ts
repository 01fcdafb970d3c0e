// The registry as a table of test cases: a request per handler, and the error bodies that are expected. Used by the conformance tests.
import { expect } from 'vitest';
import type { Handler } from '../../simulator/handler.ts';
import { createRegistry } from '../../simulator/handlers/index.ts';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { identityHeader } from '../../simulator/worlds/constants.ts';
import { guardGrants } from '../../simulator/worlds/roles.ts';
import { type Asking, token } from './support.ts';

export const handlers = createRegistry({ authorityUrl: () => '', requests: [] });
export const allRoles = [...new Set(handlers.flatMap((handler) => handler.permissions ?? []))];
export const allDirectoryRoles = [
  ...new Set(handlers.flatMap((handler) => handler.directoryRoles ?? [])),
  ...guardGrants.responder.directoryRoles,
];

/** A simulator and tokens that may do everything. */
export interface Bench {
  readonly simulator: Simulator;
  readonly graph: string;
  readonly exchange: string;
  readonly activity: string;
}
export const bench = async (simulator: Simulator): Promise<Bench> => ({
  simulator,
  graph: await token(simulator, { roles: allRoles, wids: allDirectoryRoles }),
  exchange: await token(simulator, { roles: allRoles, wids: allDirectoryRoles, audience: audiences.exchange }),
  activity: await token(simulator, { roles: allRoles, audience: audiences.activity }),
});

export function addressOf({ simulator }: Bench, handler: Handler, more: Readonly<Record<string, string>> = {}, version = 'v1.0'): string {
  const base =
    handler.service === 'exchange'
      ? simulator.exchangeUrl
      : ['identity', 'control'].includes(handler.service)
        ? simulator.httpUrl
        : simulator.url;
  const path = handler.path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(handler.example.params?.[name] ?? ''));
  const query = new URLSearchParams({ ...handler.example.query, ...more }).toString();
  return `${base}${handler.service === 'graph' ? `/${version}` : ''}${path}${query === '' ? '' : `?${query}`}`;
}
export const asIs = (tokens: Bench, handler: Handler): Asking => ({
  method: handler.method,
  token:
    handler.service === 'graph'
      ? tokens.graph
      : handler.service === 'exchange'
        ? tokens.exchange
        : handler.service === 'activity'
          ? tokens.activity
          : undefined,
  ...(handler.example.body !== undefined &&
    (handler.encoding === 'form' ? { form: handler.example.body as Record<string, string> } : { body: handler.example.body })),
  ...(handler.service === 'identity' && { headers: { 'x-identity-header': identityHeader } }),
});
export const named = (list: readonly Handler[]): [string, Handler][] => list.map((handler) => [handler.id, handler]);
export const of = (...services: readonly string[]): readonly Handler[] => handlers.filter((handler) => services.includes(handler.service));
const innerError = {
  date: '2026-03-09T10:00:00',
  'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  'client-request-id': expect.any(String),
};
export const graphBody = (code: string, message: unknown) => ({ error: { code, message, innerError } });
export const exchangeBody = (message: string, type: string) => ({
  error: {
    code: 'BadRequest',
    message: 'Error executing cmdlet',
    details: [{ code: 'Context', target: '', message: `|${type}|${message}` }],
    innererror: {
      message: 'Error executing cmdlet',
      type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
      internalexception: { message, type, stacktrace: '' },
    },
  },
});
export const aadBody = (code: number) =>
  expect.objectContaining({
    error: expect.any(String),
    error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: `)),
    error_codes: [code],
    trace_id: expect.any(String),
    correlation_id: expect.any(String),
  });
