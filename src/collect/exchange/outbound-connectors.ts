// Feed: Exchange's outbound connectors, which lead the tenant's mail through other people's hosts.
import { cmdletFeed } from './cmdlet-feed.ts';

export const outboundConnectors = cmdletFeed({
  id: 'exchange.outbound-connectors',
  title: 'Outbound mail connectors',
  cmdlet: 'Get-OutboundConnector',
  // The cmdlet has no ResultSize: it gives all (reference pages of Exchange PowerShell).
  parameters: { IncludeTestModeConnectors: true },
  ignore: ['LastValidationTimestamp', 'ValidationResults', 'IsValidated'],
  shape: 'outbound-connector',
  subjectKind: 'connector',
  blind: 'a connector that leads mail through another host would not be seen here',
});
