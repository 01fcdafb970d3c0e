// Writes docs/feeds.md, docs/permissions.md, docs/actions.md and docs/checks.md from what feeds, actions and campaigns declare. `npm run generate:docs`; a test fails when they are stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Needed, neededBy, optionalFeeds } from '../infra/setup/permissions.ts';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { actions } from '../src/contain/actions/index.ts';
import { eventResources } from '../src/contracts/events.ts';
import type { Permission } from '../src/contracts/permission.ts';
import { resourceFacts } from '../src/tenants/event-subscriptions.ts';
import { checksPage } from './checks-page.ts';
import { costPage } from './cost.ts';
import { feedsPage } from './feeds-page.ts';

const byCommand = '<!-- Written by `npm run generate:docs`. Change the declarations instead. -->\n';
/** Text inside a table. */
const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const kinds: Readonly<Record<Permission['kind'], string>> = {
  graph: 'Microsoft Graph, application permission',
  exchange: 'Office 365 Exchange Online, application permission',
  activity: 'Office 365 Management APIs, application permission',
  'directory-role': 'Entra directory role',
};
const permissionRows = (needed: readonly Needed[]) =>
  needed.map(({ permission, for: reasons }) => [
    `\`${permission.name}\``,
    kinds[permission.kind],
    `\`${permission.id}\``,
    reasons.join(', '),
  ]);

/** What no feed needs that is read by default. */
function onlyOptional(): Needed[] {
  const always = new Set(neededBy('reader').map(({ permission }) => permission.name));
  return neededBy('reader', { feeds: optionalFeeds }).filter(({ permission }) => !always.has(permission.name));
}

const permissions = () => `${byCommand}
# Permissions

Two app registrations, two consents: the reader can change nothing, and the responder gets nothing until you grant it
([deploy.md](deploy.md)). Every feed and every action declares what it needs; \`infra/hooks/grant.ts\` grants exactly this list.

## Reader

${table(['permission', 'kind', 'id', 'needed for'], permissionRows(neededBy('reader')))}

### Only for feeds that are not read by default

Granted to the reader in the home tenant, and listed on consent pages, where \`TG_OPTIONAL_FEEDS\` names the feed ([deploy.md](deploy.md)).

${table(['permission', 'kind', 'id', 'needed for'], permissionRows(onlyOptional()))}

### Only for change notifications

Granted to the reader in the home tenant where \`TG_EVENT_RESOURCES\` names the resource ([deploy.md](deploy.md)). The one for alerts may also change alerts: Graph
gives no smaller one for their notifications.

${table(
  ['permission', 'kind', 'id', 'needed for'],
  eventResources.map((resource) => {
    const { permission } = resourceFacts[resource];
    return [`\`${permission.name}\``, kinds[permission.kind], `\`${permission.id}\``, `Change notifications of ${resource}`];
  }),
)}

## Responder

${table(['permission', 'kind', 'id', 'needed for'], permissionRows(neededBy('responder')))}

A directory role cannot be consented to: it is assigned to the app's service principal in each tenant.

## Never asked for

\`RoleManagement.ReadWrite.Directory\`, \`AppRoleAssignment.ReadWrite.All\`, \`Application.ReadWrite.All\`, federation and Conditional Access changes, the roles
Privileged Authentication Administrator and Global Administrator: whoever took the guard over would own the tenant. Steps that need them are links to the right
portal page.
`;

const actionSections = () =>
  actions.map((action) => {
    const undo =
      'whyNot' in action.undo
        ? `No. ${action.undo.whyNot} ${action.undo.next}`
        : 'Yes: restores the state that was stored before, unless somebody changed it since.';
    return `## ${action.id}

**${action.label}.** ${action.summary}

- Needs: ${action.permissions.map(({ name }) => `\`${name}\``).join(', ')}
- Read back: ${action.schedule.join(', ')} seconds after acting; not seen by then counts as unverified
- Evidence is frozen first: ${action.removes ? 'yes, it removes something' : 'not needed, it removes nothing'}
- Undo: ${undo}
`;
  });

const actionsPage = () => `${byCommand}
# Actions

What Contain can do, one file each in \`src/contain/actions\`.

${actionSections().join('\n')}`;

/** Name in docs/ to content. Throws if a campaign does not load: documentation of half the rules would be wrong. */
export async function generatedDocs(root: string): Promise<ReadonlyMap<string, string>> {
  const { campaigns, problems } = await loadCampaigns(join(root, 'campaigns'));
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`${problem.file}:${problem.line}: ${problem.message}`);
  return new Map([
    ['feeds.md', `${byCommand}${feedsPage()}`],
    ['permissions.md', permissions()],
    ['actions.md', actionsPage()],
    ['checks.md', byCommand + checksPage(campaigns, table)],
    ['cost.md', byCommand + costPage(table)],
  ]);
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  for (const [name, content] of await generatedDocs(root)) {
    writeFileSync(join(root, 'docs', name), content);
    console.log(`docs/${name}`);
  }
}
