// docs/feeds.md: every feed as it declares itself. Called by generate.ts.
import type { Feed } from '../src/collect/feed.ts';
import { feeds } from '../src/collect/feeds.ts';

const sources: Readonly<Record<Feed['source'], string>> = {
  reporting: 'Microsoft Graph, the logs that allow 5 requests in 10 seconds',
  graph: 'Microsoft Graph',
  exchange: 'Exchange Online',
  activity: 'Office 365 Management Activity API',
};

function days(count: number): string {
  return count === 1 ? 'a day' : `${count} days`;
}

function span(feed: Feed): string {
  if (feed.kind === 'snapshot') return 'all objects, every time; what changed since the last reading becomes a record';
  const overlap = feed.overlapSeconds === 0 ? 'no overlap' : `an overlap of ${Math.round(feed.overlapSeconds / 60)} minutes`;
  const least = feed.leastKeptDays === undefined ? '' : `, or ${days(feed.leastKeptDays)} where the tenant's licence keeps no more`;
  const kept = `${least}${feed.keptDays === undefined ? '' : `; Microsoft can be asked for ${days(feed.keptDays)}`}`;
  return `from the mark up to now, ${overlap}; the first reading goes back ${days(feed.firstReadDays)}${kept}`;
}

const section = (feed: Feed): string => `### ${feed.id}

**${feed.title}.**${feed.optIn === true ? ' Read only where the policy asks for it (`feeds.on`).' : ''}

- Source: ${sources[feed.source]}
- Needs: ${feed.permissions.map(({ name }) => `\`${name}\``).join(', ') || 'nothing'}${feed.licence === undefined ? '' : `; licence: ${feed.licence}`}
- Read: ${span(feed)}
- Delay: ${feed.delay}
- Paging: ${feed.paging}
- Late and changed records: ${feed.reconciled}
- Where it cannot be read: ${feed.blind}${feed.instead === undefined ? '' : `; ${feed.instead.how}, by \`${feed.instead.feed}\``}
`;

const lane = (name: Feed['lane']): string =>
  feeds
    .filter((feed) => feed.lane === name)
    .map(section)
    .join('\n');

/** The page's content, without the note that it is generated. */
export const feedsPage = (): string => `
# Feeds

What is read from a tenant, one file each in \`src/collect\`. A reading ends as complete, incomplete (why), denied (permission), unlicensed (which), throttled (until) or
failed (cause), and coverage says so: what could not be read is never "nothing found". A tenant's policy reads less (\`feeds.off\`) or more (\`feeds.on\`).
[permissions.md](permissions.md) has the permissions with their ids.

One event is one record, whichever feed brings it: a sign-in is \`signin:{request id}\`, a directory event \`directory:{correlation}:{operation and target}\`, any
other record of the unified audit log \`audit:{id}\`, a risk \`risk:{id}\`, an alert \`alert:{id}\`, a change between two snapshots \`change:{feed}:{object}:{version}\`.

## Logs: the fast lane

Read every few minutes, and again one, six and twenty-four hours later.

${lane('fast')}
## Configuration: the config lane

${lane('config')}`;
