// Delta queries of the simulated directory, as a client without any of the guard's code meets them: what is told, in which form, and what is refused with which words.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { contoso } from '../../simulator/worlds/constants.ts';
import { type Answered, type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

type Thing = Readonly<Record<string, unknown>>;

let clock: ManualClock;
let simulator: Simulator;
beforeAll(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, historyDays: 1 });
});
beforeEach(() => {
  clock.advance(60);
  simulator.world.settings.deltaPage = 100;
});
afterAll(() => simulator.close());

const ask = async (path: string, roles?: readonly string[]): Promise<Answered> =>
  send(simulator, path.startsWith('https:') ? path : `${simulator.url}/v1.0${path}`, {
    token: await token(simulator, roles === undefined ? {} : { roles }),
  });
const told = (answer: Answered) => answer.json()['value'] as readonly Thing[];
const delta = (answer: Answered) => String(answer.json()['@odata.deltaLink']);
const next = (answer: Answered) => answer.json()['@odata.nextLink'] as string | undefined;
const refusal = (answer: Answered) => [
  answer.status,
  (answer.json()['error'] as Thing)['code'],
  (answer.json()['error'] as Thing)['message'],
];

const tenant = () => {
  const found = simulator.world.tenants.get(contoso.id);
  if (found === undefined) throw new Error('no such tenant');
  return found;
};
let made = 0;
/** A new application that every reader sees. */
function make(more: Thing = {}): string {
  made += 1;
  const id = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  tenant().servicePrincipals.write(id, { id, appId: id, displayName: `Helper ${made}`, ...more }, clock.now() - 5_000);
  return id;
}
function change(id: string, more: Thing | undefined): void {
  clock.advance(10);
  const current = tenant().servicePrincipals.current(id);
  tenant().servicePrincipals.write(id, more && { ...current, id, appId: id, displayName: '', ...current, ...more }, clock.now() - 5_000);
}
const path = '/servicePrincipals/delta?$select=displayName,replyUrls,verifiedPublisher';

describe('what a delta query tells', () => {
  it('begins with every object, without properties that were never set', async () => {
    const id = make({ replyUrls: [], verifiedPublisher: null });
    const first = await ask(path);
    expect(told(first)).toHaveLength(tenant().servicePrincipals.all().length);
    expect(told(first).find((one) => one['id'] === id)).toEqual({ id, displayName: `Helper ${made}` });
    expect([next(first), told(await ask(delta(first)))]).toEqual([undefined, []]);
  });
  it('then a changed object with its new state, null and empty where something was unset', async () => {
    const id = make({ replyUrls: ['https://a.example/'], verifiedPublisher: { displayName: 'A' } });
    const link = delta(await ask(path));
    change(id, { replyUrls: [], verifiedPublisher: null });
    expect(told(await ask(link))).toEqual([{ id, displayName: `Helper ${made}`, replyUrls: [], verifiedPublisher: null }]);
    // The link stands for the time at which it was given, however often it is followed.
    expect(told(await ask(link))).toHaveLength(1);
  });
  it('near miss: nothing of an object of which only other properties changed', async () => {
    const id = make();
    const link = delta(await ask(path));
    change(id, { accountEnabled: false });
    expect(told(await ask(link))).toEqual([]);
    expect(told(await ask(`${link}&$select=accountEnabled`))).toEqual([{ id, accountEnabled: false }]);
  });
  it('a removed object by its id: an application can be restored, a grant cannot', async () => {
    const id = make();
    const link = delta(await ask(path));
    const grants = delta(await ask('/oauth2PermissionGrants/delta'));
    change(id, undefined);
    const [grant] = tenant().permissionGrants.all()[0] ?? [''];
    const before = tenant().permissionGrants.current(grant);
    tenant().permissionGrants.write(grant, undefined, clock.now() - 5_000);
    expect(told(await ask(link))).toEqual([{ id, '@removed': { reason: 'changed' } }]);
    expect(told(await ask(grants))).toEqual([{ id: grant, '@removed': { reason: 'deleted' } }]);
    tenant().permissionGrants.write(grant, before, clock.now() - 4_000);
  });
  it('nothing before a replica has it, and then', async () => {
    const link = delta(await ask(path));
    const id = make();
    tenant().servicePrincipals.write(id, { id, appId: id, displayName: 'Later' }, clock.now());
    const early = await ask(link);
    expect(told(early)).toEqual([expect.objectContaining({ id, displayName: `Helper ${made}` })]);
    clock.advance(5);
    expect(told(await ask(delta(early)))).toEqual([{ id, displayName: 'Later' }]);
  });
  it('page by page; what changes in between moves no other object', async () => {
    const ids = [make(), make(), make(), make()];
    const link = delta(await ask(path));
    for (const id of ids) change(id, { displayName: 'B' });
    simulator.world.settings.deltaPage = 2;
    const first = await ask(link);
    change(ids[0] ?? '', { displayName: `Helper ${made - 3}` });
    const second = await ask(next(first) ?? '');
    expect([...told(first), ...told(second)].map((one) => one['id'])).toEqual(ids);
    expect(next(second)).toBeUndefined();
    expect(told(await ask(delta(second))).map((one) => one['id'])).toEqual([ids[0]]);
  });
  it('from now on, with $deltatoken=latest; and of chosen objects only', async () => {
    const [one, other] = [make(), make()];
    const latest = await ask(`${path}&$deltatoken=latest`);
    const chosen = await ask(`${path}&$filter=id eq '${one}'`);
    expect([told(latest), told(chosen).map(({ id }) => id)]).toEqual([[], [one]]);
    for (const id of [one, other]) change(id, { displayName: 'C' });
    expect(told(await ask(delta(latest))).map(({ id }) => id)).toEqual([one, other]);
    expect(told(await ask(delta(chosen))).map(({ id }) => id)).toEqual([one]);
  });
});

describe('what a delta query refuses', () => {
  it.each([
    ['$orderby=displayName', 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ['$expand=owners', 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ['$search="displayName:x"', 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ['$count=true', 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ["$filter=displayName eq 'x'", 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ["$filter=id ne 'x'", 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ['$skiptoken=abc&$select=id', 'Request_UnsupportedQuery', 'Unsupported Query.'],
    ['$deltatoken=abc', 'Request_BadRequest', 'Badly formed token.'],
    ['$select=noSuchThing', 'BadRequest', "Could not find a property named 'noSuchThing' on type 'microsoft.graph.servicePrincipal'."],
  ])('%s', async (query, code, message) => {
    expect(refusal(await ask(`/servicePrincipals/delta?${encodeURI(query)}`))).toEqual([400, code, message]);
  });
  it('near miss: $top is not heard, and not refused', async () => {
    expect(told(await ask('/servicePrincipals/delta?$top=1')).length).toBeGreaterThan(1);
  });
  it('a link that is older than seven days, one of another collection, and one that somebody changed', async () => {
    const link = delta(await ask(path));
    expect(refusal(await ask(link.replace('servicePrincipals', 'applications')))[0]).toBe(410);
    expect(refusal(await ask(link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))))[1]).toBe('Request_BadRequest');
    clock.advance(7 * 86_400);
    expect((await ask(link)).status).toBe(200);
    clock.advance(1);
    expect(refusal(await ask(link))).toEqual([
      400,
      'syncStateNotFound',
      'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
    ]);
  });
  it.each([
    ['/servicePrincipals/delta', 'Application.Read.All', 200],
    ['/applications/delta', 'Application.Read.All', 403],
    ['/applications/delta', 'Directory.Read.All', 200],
    ['/oauth2PermissionGrants/delta', 'Application.Read.All', 403],
  ])('%s with %s answers %d', async (collection, role, status) => {
    expect((await ask(collection, [role])).status).toBe(status);
  });
});
