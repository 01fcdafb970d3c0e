// The simulated $batch: each request inside is answered as if it had come alone, and a batch that is none is refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { send, startSimulator, token } from './support.ts';

let simulator: Simulator;
let reader: string;
beforeAll(async () => {
  simulator = await startSimulator();
  reader = await token(simulator, { roles: ['Policy.Read.All'] });
});
afterAll(() => simulator.close());

const batch = (body: unknown, bearer: string | undefined = reader) =>
  send(simulator, `${simulator.url}/v1.0/$batch`, { method: 'POST', body: body as Record<string, unknown>, token: bearer });

describe('$batch', () => {
  it('answers each request with its own status', async () => {
    const answer = await batch({
      requests: [
        { id: '1', method: 'GET', url: '/policies/identitySecurityDefaultsEnforcementPolicy' },
        { id: '2', method: 'GET', url: '/domains?$select=id' },
        { id: '3', method: 'GET', url: '/noSuchSegment' },
      ],
    });
    const { responses } = answer.json() as { responses: { id: string; status: number }[] };
    expect([answer.status, responses.map(({ id, status }) => `${id}: ${status}`).sort()]).toEqual([200, ['1: 200', '2: 403', '3: 400']]);
  });
  it.each([
    ['more than twenty', { requests: Array.from({ length: 21 }, (_, index) => ({ id: `${index}`, method: 'GET', url: '/domains' })) }],
    ['one id twice', { requests: ['1', '1'].map((id) => ({ id, method: 'GET', url: '/domains' })) }],
    ['an absolute address', { requests: [{ id: '1', method: 'GET', url: 'https://graph.microsoft.com/v1.0/domains' }] }],
    ['no requests', { requests: [] }],
    ['an unknown field', { requests: [{ id: '1', method: 'GET', url: '/domains', noSuchField: 1 }] }],
  ])('refuses %s', async (_what, body) => {
    const answer = await batch(body);
    expect([answer.status, answer.json()]).toMatchObject([400, { error: { code: 'BadRequest' } }]);
  });
});
