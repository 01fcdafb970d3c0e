// Feed: application permissions, read from the side of the resources that matter: each client's side would be a request of its own.
// They have no delta query, and nothing that has one tells of them: "Navigation properties are not supported" (Use delta query to track changes), so that neither the client's nor the resource's
// service principal counts as changed by a new assignment. The four resources share one $batch, and so cost one request over HTTP.
import { subjectId } from '../../contracts/ids.ts';
import { type Graph, ServiceError } from '../../tenants/connections.ts';
import { stamps } from '../stamps.ts';
import { applicationRead } from './permissions.ts';
import { fewPages, graphSnapshot } from './snapshot-feed.ts';

type Thing = Record<string, unknown>;

/** Application ids of the resources whose permissions open mail, files, people and the directory. */
const resources = [
  '00000003-0000-0000-c000-000000000000', // Microsoft Graph
  '00000002-0000-0ff1-ce00-000000000000', // Office 365 Exchange Online
  '00000003-0000-0ff1-ce00-000000000000', // Office 365 SharePoint Online
  '00000002-0000-0000-c000-000000000000', // Azure Active Directory Graph, in its old name
] as const;

export const appRoleAssignments = graphSnapshot({
  id: 'app-role-assignments',
  title: 'Application permissions',
  blind: 'permissions given to applications are seen only through audits',
  shape: 'app-role-assignment',
  permission: applicationRead,
  paging: '999 objects a page and resource, by next link',
  describe: (object) => ({
    id: String(object['id']),
    name: `${String(object['permission'] ?? object['appRoleId'])} of ${String(object['resourceDisplayName'] ?? 'a resource')}`,
    // Known here only as a service principal; the round resolves it to the application where it can.
    subject: subjectId('app', String(object['principalId'])),
    ...(typeof object['principalDisplayName'] === 'string' ? { subjectName: object['principalDisplayName'] } : {}),
    ...stamps(object['createdDateTime']),
  }),
  read: async (graph) => (await Promise.all(resources.map((resource) => ofResource(graph, resource)))).flat(),
});

/**
 * Permissions worth a word, by the ids that Microsoft publishes. An assignment names its role only by id, and the list that tells all names
 * is several hundred kilobytes: too much to read every half hour.
 */
const names: Readonly<Record<string, string>> = {
  '06b708a9-e830-4db3-a914-8e69da51d44f': 'AppRoleAssignment.ReadWrite.All',
  '19dbc75e-c2e2-444c-a770-ec69d8559fc7': 'Directory.ReadWrite.All',
  '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9': 'Application.ReadWrite.All',
  '50483e42-d915-4231-9639-7fdb7fd190e5': 'UserAuthenticationMethod.ReadWrite.All',
  '6931bccd-447a-43d1-b442-00a195474933': 'MailboxSettings.ReadWrite',
  '75359482-378d-4052-8f01-80520e7db3cd': 'Files.ReadWrite.All',
  '810c84a8-4a9e-49e6-bf7d-12d183f40d01': 'Mail.Read',
  '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8': 'RoleManagement.ReadWrite.Directory',
  'a82116e5-55eb-4c41-a434-62fe8a61c773': 'Sites.FullControl.All',
  'b633e1c5-b582-4048-a93e-9f11b44c7e96': 'Mail.Send',
  'dc50a0fb-09a3-484d-be87-e023b12c6440': 'Exchange.ManageAsApp',
  'dc890d15-9560-4a4c-9b7f-a736ec74ec40': 'full_access_as_app',
  'e2a3a72e-5f79-4c64-b1b1-878b674786c9': 'Mail.ReadWrite',
};

async function ofResource(graph: Graph, resource: string): Promise<Thing[]> {
  try {
    const assigned = await fewPages(graph, `/servicePrincipals(appId='${resource}')/appRoleAssignedTo`, { $top: '999' });
    return assigned
      .filter(({ principalType }) => principalType === 'ServicePrincipal')
      .map((one) => {
        const permission = names[String(one['appRoleId']).toLowerCase()];
        return { ...one, ...(permission === undefined ? {} : { permission }) };
      });
  } catch (error) {
    // A tenant that never used the resource has no service principal of it, and so nobody has its permissions.
    if (error instanceof ServiceError && error.service === 'graph' && error.status === 404) return [];
    throw error;
  }
}
