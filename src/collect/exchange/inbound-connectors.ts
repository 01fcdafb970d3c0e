// Feed: Exchange's inbound connectors, which let mail in past the filters. Graph knows nothing of them.
import { cmdletFeed } from './cmdlet-feed.ts';

export const inboundConnectors = cmdletFeed({
  id: 'exchange.inbound-connectors',
  title: 'Inbound mail connectors',
  cmdlet: 'Get-InboundConnector',
  shape: 'inbound-connector',
  subjectKind: 'connector',
  blind: 'a rogue mail connector would not be seen here',
});
