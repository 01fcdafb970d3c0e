// Connections of one authorised tenant: reader and responder, each with its own credential. Called by rounds and by contain's callers.
import type { Config } from '../config.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { createActivityApi } from './activity-api.ts';
import type { Connections, Graph } from './connections.ts';
import type { AppRole, Credentials } from './credentials.ts';
import { createExchange } from './exchange.ts';
import { createGraph } from './graph.ts';

export type Connect = (scope: TenantScope) => Connections;

export function createConnect({
  config,
  credentials,
}: {
  config: Pick<Config, 'hosts' | 'homeTenant'>;
  credentials: Credentials;
}): Connect {
  const made = new Map<string, Connections>();
  const connection = (tenant: string, app: AppRole) => {
    // Reading can wait for a later round; acting asks whatever is known of the sign-in service.
    const credential = credentials.for(tenant, app, app === 'reader' ? 'yielding' : 'at-once');
    return {
      graph: createGraph({ host: config.hosts.graph, credential }),
      exchange: createExchange({ host: config.hosts.exchange, tenant, credential }),
      activity: createActivityApi({ host: config.hosts.activity, tenant, publisher: config.homeTenant, credential }),
    };
  };
  return ({ tenant }) => {
    const known = made.get(tenant);
    if (known !== undefined) return known;
    const connections = { reader: connection(tenant, 'reader'), responder: connection(tenant, 'responder') };
    made.set(tenant, connections);
    return connections;
  };
}

/** The home tenant's directory, where responders and their groups are: it need not be under guard itself. */
export const connectHome = ({ config, credentials }: { config: Pick<Config, 'hosts' | 'homeTenant'>; credentials: Credentials }): Graph =>
  createGraph({ host: config.hosts.graph, credential: credentials.for(config.homeTenant, 'reader') });
