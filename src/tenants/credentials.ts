// Tokens for one tenant: the guard's managed identity proves each app registration by a federated credential, at home and in customer tenants alike. No secret.
import { ClientAssertionCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import type { Config } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Breaker } from './breaker.ts';
import { createSignIn } from './sign-in.ts';

export type AppRole = 'reader' | 'responder';

export interface Credentials {
  /**
   * One credential per tenant and app registration: their token caches are apart.
   * @param when `yielding`: for what can wait for a later round, and need not ask a sign-in service that answers nobody. It shares its tokens with the other.
   */
  for(tenant: string, app: AppRole, when?: 'at-once' | 'yielding'): TokenCredential;
  /** The managed identity itself: for storage and the vault. */
  readonly own: TokenCredential;
}

/** Audience of the token by which the managed identity vouches for an app registration (reference: workload identity federation). */
const exchangeScope = 'api://AzureADTokenExchange/.default';

/** @param breaker what is known of the sign-in service; the one of the rounds, so that workers tell each other */
export function createCredentials({
  config,
  breaker,
  clock,
}: {
  readonly config: Pick<Config, 'identity' | 'apps' | 'hosts'>;
  readonly breaker: Breaker;
  readonly clock: Clock;
}): Credentials {
  const own = new ManagedIdentityCredential({ clientId: config.identity.clientId });
  const assertion = async (): Promise<string> => (await own.getToken(exchangeScope)).token;
  const made = new Map<string, Readonly<Record<'at-once' | 'yielding', TokenCredential>>>();
  function make(tenant: string, app: AppRole) {
    const signIn = createSignIn({ breaker, clock, tenant, authority: config.hosts.authority });
    const credential = new ClientAssertionCredential(tenant, config.apps[app], assertion, {
      authorityHost: config.hosts.authority,
      // The authority comes from our own configuration: asking the public cloud whether it is genuine would break sovereign clouds and the local one.
      disableInstanceDiscovery: true,
      additionalPolicies: [{ policy: signIn.policy, position: 'perRetry' }],
      // Rounds come again by themselves, and whoever presses is told.
      retryOptions: { maxRetries: 1 },
    });
    return { 'at-once': signIn.atOnce(credential), yielding: signIn.yielding(credential) };
  }
  return {
    own,
    for(tenant, app, when = 'at-once') {
      const key = `${tenant}|${app}`;
      const known = made.get(key) ?? make(tenant, app);
      made.set(key, known);
      return known[when];
    },
  };
}
