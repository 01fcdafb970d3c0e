// The explicit list of feeds. A meta test compares it with the files in the folders; rounds, coverage and the generated permission docs read it.
import { inboundConnectors } from './exchange/inbound-connectors.ts';
import { transportRules } from './exchange/transport-rules.ts';
import type { Feed } from './feed.ts';
import { directoryAudits } from './graph/directory-audits.ts';
import { permissionGrants } from './graph/permission-grants.ts';
import { servicePrincipals } from './graph/service-principals.ts';
import { signInsInteractive } from './graph/sign-ins-interactive.ts';

export const feeds: readonly Feed[] = [
  signInsInteractive,
  directoryAudits,
  servicePrincipals,
  permissionGrants,
  inboundConnectors,
  transportRules,
];
