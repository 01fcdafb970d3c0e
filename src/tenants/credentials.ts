// Tokens for one tenant: the guard's managed identity proves each app registration by a federated credential, at home and in customer tenants alike. No secret.
import { ClientAssertionCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import type { Config } from '../config.ts';

export type AppRole = 'reader' | 'responder';

export interface Credentials {
  /** One credential per tenant and app registration: their token caches are apart. */
  for(tenant: string, app: AppRole): TokenCredential;
  /** The managed identity itself: for storage and the vault. */
  readonly own: TokenCredential;
}

/** Audience of the token by which the managed identity vouches for an app registration (reference: workload identity federation). */
const exchangeScope = 'api://AzureADTokenExchange/.default';

export function createCredentials({ config }: { config: Pick<Config, 'identity' | 'apps' | 'hosts'> }): Credentials {
  const own = new ManagedIdentityCredential({ clientId: config.identity.clientId });
  const assertion = async (): Promise<string> => (await own.getToken(exchangeScope)).token;
  const made = new Map<string, TokenCredential>();
  return {
    own,
    for(tenant, app) {
      const key = `${tenant}|${app}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const credential = new ClientAssertionCredential(tenant, config.apps[app], assertion, {
        authorityHost: config.hosts.authority,
        // The authority comes from our own configuration: asking the public cloud whether it is genuine would break sovereign clouds and the local one.
        disableInstanceDiscovery: true,
      });
      made.set(key, credential);
      return credential;
    },
  };
}
