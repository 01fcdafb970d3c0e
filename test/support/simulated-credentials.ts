// Tokens from the simulator's real endpoints (managed identity, then federated assertion), kept by the test's own clock: the official credential keeps them by the computer's.
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import type { Simulator } from '../../simulator/server.ts';
import { apps, identity } from '../../simulator/worlds/constants.ts';
import type { Clock } from '../../src/contracts/clock.ts';
import type { Credentials } from '../../src/tenants/credentials.ts';

const issued = z.object({ access_token: z.string(), expires_in: z.coerce.number() });

export function simulatedCredentials(simulator: Simulator, clock: Clock): Credentials {
  const kept = new Map<string, { token: string; until: number }>();
  const identityToken = async (resource: string = identity.audience): Promise<string> => {
    const query = new URLSearchParams({ resource, 'api-version': '2019-08-01', client_id: identity.clientId });
    const answer = await fetch(`${simulator.identity.endpoint}?${query}`, { headers: { 'X-IDENTITY-HEADER': simulator.identity.header } });
    return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
  };
  const credential = (tenant: string, app: 'reader' | 'responder'): TokenCredential => ({
    async getToken(scopes, options) {
      const scope = typeof scopes === 'string' ? scopes : scopes.join(' ');
      const key = `${tenant}|${app}|${scope}`;
      const known = kept.get(key);
      if (known !== undefined && known.until > clock.now() && options?.claims === undefined)
        return { token: known.token, expiresOnTimestamp: known.until };
      const answer = await fetch(`${simulator.url}/${tenant}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: apps[app],
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await identityToken(),
          scope,
        }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      const { access_token: token, expires_in: lifetime } = issued.parse(await answer.json());
      const until = clock.now() + (lifetime - 300) * 1000;
      kept.set(key, { token, until });
      return { token, expiresOnTimestamp: until };
    },
  });
  const own: TokenCredential = {
    async getToken(scopes) {
      const scope = typeof scopes === 'string' ? scopes : scopes.join(' ');
      return { token: await identityToken(scope.replace(/\/\.default$/, '')), expiresOnTimestamp: clock.now() + 3_600_000 };
    },
  };
  return { own, for: credential };
}
