// The guard, put together once: every port with its real implementation. Loaded lazily by index.ts, so that a cold start runs only what the first trigger needs.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createRemoteJWKSet } from 'jose';
import { webhookChannel } from '../src/alert/webhook.ts';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { feeds } from '../src/collect/feeds.ts';
import { createDirectoryReader } from '../src/collect/graph/directory-facts.ts';
import type { Config } from '../src/config.ts';
import { createDetector } from '../src/detect/detector.ts';
import type { Log, RoundDependencies } from '../src/rounds/dependencies.ts';
import { azureBackend } from '../src/store/azure.ts';
import { createStore } from '../src/store/create-store.ts';
import { type Authenticator, createAuthenticator } from '../src/tenants/authenticate.ts';
import { createConnect } from '../src/tenants/connect.ts';
import { createCredentials } from '../src/tenants/credentials.ts';
import { createRegistry } from '../src/tenants/registry.ts';
import { createResponders, type Responders } from '../src/tenants/responders.ts';

export interface Guard extends RoundDependencies {
  readonly config: Config;
  readonly authenticator: Authenticator;
  readonly responders: Responders;
}
