// A feed that is told of changes: what it asks for, what it believes, and what it does where the service does not answer the question.
import { describe, expect, it } from 'vitest';
import type { ReadContext, SnapshotRead } from '../../../src/collect/feed.ts';
import { applied, differing, normal } from '../../../src/collect/graph/delta.ts';
import { permissionGrants as feed } from '../../../src/collect/graph/permission-grants.ts';
import { type Connection, type DeltaPage, type Graph, ServiceError } from '../../../src/tenants/connections.ts';

type Thing = Readonly<Record<string, unknown>>;

const now = Date.UTC(2026, 2, 9, 10);
const day = 86_400_000;
const grant = (id: string, scope = 'Mail.Read'): Thing => ({
  id,
  clientId: 'sp1',
  consentType: 'Principal',
  principalId: 'u1',
  resourceId: 'r1',
  scope,
});
const refused = (status: number, code = 'BadRequest') => new ServiceError('graph', status, code, 'no');

interface Service {
  /** By link, `''` for everything. */
  readonly delta?: Readonly<Record<string, readonly DeltaPage[] | ServiceError>>;
  readonly list?: readonly Thing[] | ServiceError;
  readonly one?: Readonly<Record<string, Thing>>;
}
/** Reads once; `asked` in the order of the requests. */
async function read(service: Service, more: Partial<ReadContext> = {}) {
  const asked: string[] = [];
  const given = <T>(answer: T | ServiceError | undefined): T => {
    if (answer === undefined) throw refused(404, 'Request_ResourceNotFound');
    if (answer instanceof ServiceError) throw answer;
    return answer;
  };
  const graph: Graph = {
    request: async (_method, path) => {
      asked.push(path);
      return { ...given(service.one?.[path.split('/').at(-1) ?? '']) };
    },
    async *pages() {
      asked.push('list');
      yield given(service.list);
    },
    async *delta(_path, { since = '' } = {}) {
      asked.push(`delta ${since}`);
      yield* given(service.delta?.[since]);
    },
  };
  const answer = await feed.list({ tenant: 't', connection: { graph } as Connection, now, touched: [], ...more });
  return { answer, asked };
}
const keptOf = ({ kept }: SnapshotRead) => (kept === undefined ? undefined : JSON.parse(kept));
const everything = { delta: { '': [{ objects: [grant('a'), grant('b')], link: 'L1' }] } };
const first = (await read(everything)).answer;
/** What a reading knows that follows the first one. */
const following = (ageMs = 600_000): Partial<ReadContext> => ({
  kept: JSON.stringify({ ...keptOf(first), provenAt: now - ageMs }),
  stored: async () => first.objects,
});

describe('the first reading', () => {
  it('asks for everything by the delta query, and keeps the link', async () => {
    const { asked, answer } = await read(everything);
    expect(asked).toEqual(['delta ']);
    expect(answer).toMatchObject({ outcome: { status: 'complete' }, objects: [{ id: 'a' }, { id: 'b' }] });
    expect(keptOf(answer)).toMatchObject({ link: 'L1', provenAt: now, failures: 0 });
  });
  it('is compared at the next one where an object changed meanwhile and was told twice', async () => {
    const pages = [{ objects: [grant('a'), grant('b')] }, { objects: [grant('a', 'Mail.Send')], link: 'L1' }];
    const { answer } = await read({ delta: { '': pages } });
    expect([answer.objects[0], keptOf(answer)]).toEqual([grant('a', 'Mail.Send'), expect.objectContaining({ link: 'L1', provenAt: 0 })]);
  });
  it('of a service without delta queries, or without the right to them, is a list: for a day, then it is asked again', async () => {
    for (const refusal of [refused(400), refused(403, 'Authorization_RequestDenied'), refused(501, 'NotImplemented')]) {
      const service = { delta: { '': refusal }, list: [grant('a')] };
      const { answer, asked } = await read(service);
      expect([asked, answer.objects.length, answer.outcome.status]).toEqual([['delta ', 'list'], 1, 'complete']);
      const known = { kept: answer.kept ?? '', stored: async () => answer.objects };
      expect((await read(service, { ...known, now: now + day - 1 })).asked).toEqual(['list']);
      expect((await read(service, { ...known, now: now + day })).asked).toEqual(['delta ', 'list']);
    }
  });
  it('that fails twice is made with the list, and the delta query is tried again', async () => {
    const service = { delta: { '': refused(504, 'GatewayTimeout') }, list: [grant('a')] };
    const once = await read(service);
    expect([once.answer.outcome.status, once.asked]).toEqual(['failed', ['delta ']]);
    const again = await read(service, { kept: once.answer.kept ?? '' });
    expect([again.answer.outcome.status, again.answer.objects.length, again.asked]).toEqual(['complete', 1, ['delta ', 'list']]);
    const known = { kept: again.answer.kept ?? '', stored: async () => again.answer.objects };
    expect((await read(everything, known)).asked).toEqual(['delta ']);
  });
  it('that is refused both ways is refused: nothing is not what was found', async () => {
    const { answer } = await read({ delta: { '': refused(403) }, list: refused(403, 'Authorization_RequestDenied') });
    expect(answer).toEqual({ outcome: { status: 'denied', permission: 'Directory.Read.All' }, objects: [] });
  });
});

describe('a later reading', () => {
  it('follows the link: nothing new is one request and reads no snapshot', async () => {
    const stored = () => Promise.reject(new Error('nobody has to look'));
    const { answer, asked } = await read({ delta: { L1: [{ objects: [], link: 'L2' }] } }, { ...following(), stored });
    expect(asked).toEqual(['delta L1']);
    expect(answer).toMatchObject({ unchanged: true, objects: [] });
    expect(keptOf(answer)).toMatchObject({ link: 'L2', provenAt: now - 600_000 });
  });
  it('adds, changes and removes, page by page', async () => {
    const pages = [
      { objects: [grant('c'), { id: 'a', scope: 'Mail.ReadWrite' }] },
      { objects: [{ id: 'b', '@removed': { reason: 'deleted' } }], link: 'L2' },
    ];
    const { answer } = await read({ delta: { L1: pages } }, following());
    expect(answer.objects).toEqual([{ ...grant('a'), scope: 'Mail.ReadWrite' }, grant('c')]);
  });
  it('reads by itself a new object of which too little is said', async () => {
    const pages = [{ objects: [{ id: 'c', scope: 'x' }], link: 'L2' }];
    const { answer, asked } = await read({ delta: { L1: pages }, one: { c: grant('c') } }, following());
    expect(asked).toEqual(['delta L1', '/oauth2PermissionGrants/c']);
    expect(answer.objects).toEqual([grant('a'), grant('b'), grant('c')]);
  });
  it('reads everything anew where the answers contradict each other, too much is open, the link has expired, or is refused', async () => {
    const many = Array.from({ length: 21 }, (_, index) => ({ id: `n${index}`, scope: 'x' }));
    const removed = { id: 'a', '@removed': { reason: 'deleted' } };
    for (const answer of [
      [{ objects: many, link: 'L2' }],
      [{ objects: [{ id: 'a', scope: 'one' }] }, { objects: [{ id: 'a', scope: 'two' }], link: 'L2' }],
      [{ objects: [removed] }, { objects: [grant('a')], link: 'L2' }],
      refused(410, 'resyncRequired'),
      refused(400, 'syncStateNotFound'),
      refused(400),
    ]) {
      const { asked, answer: anew } = await read({ delta: { L1: answer, '': [{ objects: [grant('z')], link: 'L9' }] } }, following());
      expect(asked).toEqual(['delta L1', 'delta ']);
      expect([anew.objects, keptOf(anew).link]).toEqual([[grant('z')], 'L9']);
    }
  });
  it('near miss: a new object that a replica does not know yet is not called gone', async () => {
    const answers = {
      L1: [{ objects: [{ id: 'c', scope: 'x' }], link: 'L2' }],
      '': [{ objects: [grant('a'), grant('b'), grant('c')], link: 'L9' }],
    };
    const { answer, asked } = await read({ delta: answers }, following());
    expect([asked, answer.objects.length]).toEqual([['delta L1', '/oauth2PermissionGrants/c', 'delta '], 3]);
  });
  it('reads everything anew where what was kept is of another question, damaged, or without its snapshot', async () => {
    const { kept = '', stored = async () => [] } = following();
    for (const more of [
      { kept: kept.replace(/"query":"[^"]*"/, '"query":"other"'), stored },
      { kept: '{', stored },
      { kept },
      { kept, stored: async () => undefined },
    ]) {
      const { answer } = await read({ delta: { L1: [{ objects: [grant('c')], link: 'L2' }], '': everything.delta[''] } }, more);
      expect(answer.objects).toHaveLength(2);
    }
  });
  it('a link that the service turns elsewhere makes the reading fail, and the old link stays', async () => {
    const { answer } = await read({ delta: { L1: new ServiceError('graph', 0, 'ForeignDeltaLink', 'elsewhere') } }, following());
    expect(answer.outcome).toEqual({ status: 'failed', cause: 'elsewhere' });
    expect(keptOf(answer)).toMatchObject({ link: 'L1', failures: 1 });
  });
  it('fails once with the service; a delta query that fails again is replaced by the list, and tried again', async () => {
    const service = { delta: { L1: refused(500, 'InternalServerError') }, list: [grant('a'), grant('c')] };
    const once = await read(service, following());
    expect([once.answer.outcome.status, once.asked]).toEqual(['failed', ['delta L1']]);
    const again = await read(service, { ...following(), kept: once.answer.kept ?? '' });
    expect([again.answer.outcome.status, again.answer.objects.length, again.asked]).toEqual(['complete', 2, ['delta L1', 'list']]);
    expect(keptOf(again.answer)).toMatchObject({ link: 'L1', failures: 2 });
    const healed = await read({ delta: { L1: [{ objects: [], link: 'L2' }] } }, { ...following(), kept: again.answer.kept ?? '' });
    expect(keptOf(healed.answer)).toMatchObject({ link: 'L2', failures: 0 });
  });
  it('gives up a link that fails for a day, and asks for everything anew', async () => {
    const service = { delta: { L1: refused(500, 'InternalServerError') }, list: [grant('a')] };
    const failed = { ...keptOf(first), provenAt: now - day, failures: 5 };
    const { answer } = await read(service, { ...following(), kept: JSON.stringify(failed) });
    expect([answer.outcome.status, answer.objects.length, keptOf(answer).link]).toEqual(['complete', 1, undefined]);
    const { answer: healed, asked } = await read(everything, { ...following(), kept: answer.kept ?? '' });
    expect([asked, keptOf(healed)]).toEqual([['delta '], { ...keptOf(first), provenAt: now }]);
  });
  it('that is throttled waits, as any other', async () => {
    const { answer, asked } = await read(
      { delta: { L1: new ServiceError('graph', 429, 'TooManyRequests', 'later', { retryAfterSeconds: 30 }) } },
      following(),
    );
    expect([answer.outcome, asked]).toEqual([{ status: 'throttled', until: now + 30_000 }, ['delta L1']]);
  });
});

describe('once a day', () => {
  const quiet = { L1: [{ objects: [], link: 'L2' }] };
  it('the whole list is read and compared; what is only empty in one of them is no difference', async () => {
    const { answer, asked } = await read({ delta: quiet, list: [grant('a'), { ...grant('b'), more: null }] }, following(day));
    expect([asked, answer.proof]).toEqual([['delta L1', 'list'], { objects: 2, missed: 0 }]);
    expect(keptOf(answer)).toMatchObject({ link: 'L2', provenAt: now });
  });
  it('a difference is decided by the delta query over everything, and counted', async () => {
    const anew = { ...quiet, '': [{ objects: [grant('a', 'Mail.Send'), grant('b')], link: 'L9' }], L2: [{ objects: [], link: 'L3' }] };
    const { answer } = await read({ delta: anew, list: [grant('a', 'Mail.Send'), grant('b')] }, following(day));
    expect([answer.proof, answer.objects, keptOf(answer).link]).toEqual([
      { objects: 2, missed: 1 },
      [grant('a', 'Mail.Send'), grant('b')],
      'L9',
    ]);
  });
  it('near miss: what happened between the requests, and would be told next time, is not missing', async () => {
    const anew = {
      ...quiet,
      '': [{ objects: [grant('a', 'Mail.Send'), grant('b')], link: 'L9' }],
      L2: [{ objects: [grant('a', 'Mail.Send')], link: 'L3' }],
    };
    const { answer } = await read({ delta: anew, list: [grant('a', 'Mail.Send'), grant('b')] }, following(day));
    expect([answer.proof, answer.objects]).toEqual([{ objects: 2, missed: 0 }, [grant('a', 'Mail.Send'), grant('b')]]);
  });
  it('near miss: a list that lags behind is believed as little as it removes', async () => {
    const { answer } = await read({ delta: { ...quiet, '': everything.delta[''] }, list: [grant('a')] }, following(day));
    expect([answer.proof, answer.objects]).toEqual([{ objects: 2, missed: 0 }, [grant('a'), grant('b')]]);
  });
  it('a list that is refused leaves what is known, and is asked again next time', async () => {
    const { answer } = await read({ delta: quiet, list: refused(503) }, following(day));
    expect([answer.outcome.status, answer.proof, keptOf(answer).provenAt]).toEqual(['complete', undefined, now - day]);
  });
});

describe('objects and what is told of them', () => {
  const fields = { id: 'value', name: 'value', tags: 'list' } as const;
  it('have every property that is read and no other', () => {
    expect(normal(fields, { id: 'a', tags: null, other: 1 })).toEqual({ id: 'a', name: null, tags: [] });
    expect(normal(fields, JSON.parse('{"id":"a","__proto__":{"name":"x"}}'))).toEqual({ id: 'a', name: null, tags: [] });
  });
  it('what is told of nobody is passed over; a removal of somebody unknown too', () => {
    const told = [{ name: 'x' }, { id: '' }, { id: 7 }, { id: 'a', '@removed': { reason: 'deleted' } }];
    expect(applied(fields, new Map(), told, [])).toEqual({ objects: new Map(), thin: [], contradictory: false });
  });
  it('the same twice is no contradiction', () => {
    const told = [
      { id: 'a', name: 'x' },
      { id: 'a', name: 'x', tags: ['t'] },
    ];
    expect(applied(fields, new Map(), told, ['name'])).toEqual({
      objects: new Map([['a', { id: 'a', name: 'x', tags: ['t'] }]]),
      thin: [],
      contradictory: false,
    });
  });
  it('differ where one of two is missing or says something else', () => {
    const one = new Map([
      ['a', { id: 'a' }],
      ['b', { id: 'b', name: null }],
      ['c', { id: 'c', name: 'x' }],
    ]);
    const other = new Map<string, Thing>([
      ['b', { id: 'b', tags: [] }],
      ['c', { id: 'c', name: 'y' }],
    ]);
    expect(differing(one, other)).toEqual(['a', 'c']);
  });
});
