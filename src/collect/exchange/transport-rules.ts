// Feed: Exchange's transport rules, among them those that strip headers or copy mail outside.
import { cmdletFeed } from './cmdlet-feed.ts';

export const transportRules = cmdletFeed({
  id: 'exchange.transport-rules',
  title: 'Mail flow rules',
  cmdlet: 'Get-TransportRule',
  shape: 'transport-rule',
  subjectKind: 'transport-rule',
  blind: 'mail rules that strip headers or copy mail outside would not be seen here',
});
