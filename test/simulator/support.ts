// Starts a simulator with a hand-moved clock and asks it over the wire. Used by the tests in this folder.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { audiences } from '../../simulator/handlers/token/token.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server.ts';
import { apps, contoso } from '../../simulator/worlds/constants.ts';
import { servicePrincipalId } from '../../simulator/worlds/directory.ts';
import { guardGrants } from '../../simulator/worlds/roles.ts';

export interface ManualClock {
  now(): number;
  advance(seconds: number): void;
}
/** Monday 9 March 2026, 10:00 UTC. */
const start = Date.parse('2026-03-09T10:00:00Z');

export function manualClock(at = start): ManualClock {
  let now = at;
  return {
    now: () => now,
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
  json(): Record<string, unknown>;
}
export interface Asking {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Rejects where no answer came within so long. */
  readonly withinMs?: number;
}

/** One request to either port, trusting only the simulator's own certificate. */
export function send(simulator: Pick<Simulator, 'certificate'>, address: string, asking: Asking = {}): Promise<Answered> {
  const body =
    asking.raw ??
    (asking.form ? new URLSearchParams(asking.form).toString() : asking.body === undefined ? undefined : JSON.stringify(asking.body));
  const headers = {
    ...(asking.token !== undefined && { authorization: `Bearer ${asking.token}` }),
    ...(body !== undefined && { 'content-type': asking.form ? 'application/x-www-form-urlencoded' : 'application/json' }),
    ...asking.headers,
  };
  const url = new URL(address);
  const method = asking.method ?? (body === undefined ? 'GET' : 'POST');
  return new Promise((resolve, reject) => {
    const signal = asking.withinMs === undefined ? undefined : AbortSignal.timeout(asking.withinMs);
    const options = { method, headers, agent: false as const, ca: simulator.certificate, ...(signal && { signal }) };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        const text = bytes.toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          bytes,
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export interface TokenFacts {
  readonly tenant?: string;
  readonly app?: 'reader' | 'responder';
  readonly audience?: string;
  readonly roles?: readonly string[];
  readonly wids?: readonly string[];
  readonly lifetime?: number;
}
/** A token as the token endpoint would issue it, with what the test wants to be different. */
export function token(simulator: Pick<Simulator, 'authority'>, facts: TokenFacts = {}): Promise<string> {
  const tenant = facts.tenant ?? contoso.id;
  const app = facts.app ?? 'reader';
  const id = servicePrincipalId(tenant, apps[app]);
  return simulator.authority.sign(
    {
      aud: facts.audience ?? audiences.graph,
      iss: `https://sts.windows.net/${tenant}/`,
      tid: tenant,
      oid: id,
      sub: id,
      appid: apps[app],
      app_displayname: `Tenant Guard ${app}`,
      idtyp: 'app',
      roles: facts.roles ?? guardGrants[app].permissions,
      wids: facts.wids ?? guardGrants[app].directoryRoles,
    },
    facts.lifetime ?? 3599,
  );
}

export const startSimulator = (options: Partial<SimulatorOptions> = {}): Promise<Simulator> =>
  createSimulator({ clock: manualClock(), historyDays: 2, delays: { signIns: 0, directoryAudits: 0, unifiedAudit: 0 }, ...options });
