// The registry: every request that the simulator answers. Read by dispatch.ts, probe.ts and the conformance test.
import type { Handler } from '../handler.ts';
import { activityHandlers } from './activity-log/subscriptions.ts';
import { partnerTopicHandlers } from './azure/partner-topics.ts';
import { controlHandlers, type RecordedRequest } from './control/control.ts';
import { eventHandlers } from './control/events.ts';
import { faultControls } from './control/fault-controls.ts';
import { exchangeHandlers } from './exchange/cmdlets.ts';
import { mailboxHandlers } from './exchange/mailboxes.ts';
import { applicationHandlers } from './graph/applications.ts';
import { auditQueryHandlers } from './graph/audit-queries.ts';
import { deltaHandlers } from './graph/deltas.ts';
import { groupHandlers } from './graph/groups.ts';
import { logHandlers } from './graph/logs.ts';
import { methodHandlers } from './graph/methods.ts';
import { organizationHandlers } from './graph/organization.ts';
import { policyHandlers } from './graph/policies.ts';
import { protectionHandlers } from './graph/protection.ts';
import { subscriptionHandlers } from './graph/subscriptions.ts';
import { userHandlers } from './graph/users.ts';
import { webhookHandler } from './teams/webhook.ts';
import { discoveryHandlers, identityHandler } from './token/discovery.ts';
import { authorizeHandler, type Grants } from './token/people.ts';
import { tokenHandler } from './token/token.ts';

export interface RegistryOptions {
  /** The https address, once it is known. */
  readonly authorityUrl: () => string;
  readonly requests: readonly RecordedRequest[];
}

/** All handlers. Sign-in codes and refresh tokens live as long as the registry. */
export function createRegistry({ authorityUrl, requests }: RegistryOptions): readonly Handler[] {
  const grants: Grants = { codes: new Map(), refresh: new Map() };
  return [
    ...discoveryHandlers,
    authorizeHandler(grants),
    tokenHandler(grants),
    identityHandler(authorityUrl),
    ...logHandlers,
    ...protectionHandlers,
    ...auditQueryHandlers,
    ...userHandlers,
    ...methodHandlers,
    ...groupHandlers,
    // Before the handlers of single objects, whose ids take any form.
    ...deltaHandlers,
    ...applicationHandlers,
    ...organizationHandlers,
    ...policyHandlers,
    ...subscriptionHandlers,
    ...exchangeHandlers,
    ...mailboxHandlers,
    ...activityHandlers,
    ...partnerTopicHandlers,
    webhookHandler,
    ...faultControls,
    ...controlHandlers(requests),
    ...eventHandlers,
  ];
}
