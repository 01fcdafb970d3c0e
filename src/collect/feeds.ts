// The explicit list of feeds. A meta test compares it with the files in the folders; rounds, coverage and the generated permission docs read it.

import { unifiedAudit } from './activity-log/unified-audit.ts';
import { unifiedAuditSharePoint } from './activity-log/unified-audit-sharepoint.ts';
import { forwarding } from './exchange/forwarding.ts';
import { inboundConnectors } from './exchange/inbound-connectors.ts';
import { inboxRules } from './exchange/inbox-rules.ts';
import { mailboxPermissions } from './exchange/mailbox-permissions.ts';
import { outboundConnectors } from './exchange/outbound-connectors.ts';
import { transportRules } from './exchange/transport-rules.ts';
import type { Feed } from './feed.ts';
import { appRoleAssignments } from './graph/app-role-assignments.ts';
import { applications } from './graph/applications.ts';
import { authenticationMethodsPolicy } from './graph/authentication-methods-policy.ts';
import { conditionalAccess } from './graph/conditional-access.ts';
import { delegatedAdminRelationships } from './graph/delegated-admin-relationships.ts';
import { directoryAudits } from './graph/directory-audits.ts';
import { domains } from './graph/domains.ts';
import { organization } from './graph/organization.ts';
import { partners } from './graph/partners.ts';
import { permissionGrants } from './graph/permission-grants.ts';
import { riskDetections } from './graph/risk-detections.ts';
import { securityAlerts } from './graph/security-alerts.ts';
import { securityDefaults } from './graph/security-defaults.ts';
import { servicePrincipals } from './graph/service-principals.ts';
import { signInsInteractive } from './graph/sign-ins-interactive.ts';
import { signInsNonInteractive } from './graph/sign-ins-non-interactive.ts';
import { signInsServicePrincipal } from './graph/sign-ins-service-principal.ts';
import { unifiedAuditQuery } from './graph/unified-audit-query.ts';

export const feeds: readonly Feed[] = [
  signInsInteractive,
  signInsNonInteractive,
  signInsServicePrincipal,
  directoryAudits,
  riskDetections,
  securityAlerts,
  servicePrincipals,
  permissionGrants,
  inboundConnectors,
  transportRules,
  outboundConnectors,
  applications,
  appRoleAssignments,
  domains,
  organization,
  securityDefaults,
  conditionalAccess,
  authenticationMethodsPolicy,
  partners,
  delegatedAdminRelationships,
  inboxRules,
  forwarding,
  mailboxPermissions,
  unifiedAudit,
  unifiedAuditSharePoint,
  unifiedAuditQuery,
];
