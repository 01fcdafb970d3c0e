// Feed: what the unified audit log tells of files. Its volume is many times that of the others: read only where a tenant's policy asks for it.
import type { LogFeed } from '../feed.ts';
import { readContent } from './read-content.ts';
import { rememberMs, shared } from './unified-audit.ts';

const id = 'unified-audit.sharepoint';

export const unifiedAuditSharePoint: LogFeed = {
  ...shared,
  shapes: ['unified-audit'],
  id,
  title: 'Unified audit log of files',
  blind: 'mass downloads are not seen here',
  optIn: true,
  read: (context, span) => readContent(context, span, { feed: id, types: ['Audit.SharePoint'], rememberMs }),
};
