import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPartnerTopics } from '../../src/tenants/partner-topics.ts';

const place = {
  subscription: '11111111-1111-4111-8111-111111111111',
  group: 'rg-guard',
  location: 'northeurope',
  storage: '/subscriptions/x/resourceGroups/rg-guard/providers/Microsoft.Storage/storageAccounts/stguard',
  identity: '/subscriptions/x/resourceGroups/rg-guard/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-guard',
};
const wanted = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
const challenge = (): Response =>
  new Response('{}', {
    status: 401,
    headers: { 'www-authenticate': `Bearer error="insufficient_claims", claims="${Buffer.from(wanted).toString('base64')}"` },
  });

let answers: Response[];
let asked: { readonly method: string; readonly token: string | null }[];
let claims: (string | undefined)[];
beforeEach(() => {
  answers = [];
  asked = [];
  claims = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    asked.push({ method: String(init.method), token: new Headers(init.headers).get('authorization') });
    return answers.shift() ?? Response.json({});
  });
});
afterEach(() => void vi.unstubAllGlobals());

const topics = createPartnerTopics({
  host: 'https://management.example',
  place,
  credential: {
    getToken: async (_scope, options) => {
      claims.push(options?.claims);
      return { token: options?.claims === undefined ? 'kept' : 'anew', expiresOnTimestamp: 0 };
    },
  },
});

describe('a token of the resource manager that was revoked before it ran out', () => {
  it('is asked for anew with the claims, and the request is made again', async () => {
    answers = [challenge()];
    await topics.deliver('tg-users');
    expect(asked.slice(0, 2)).toEqual([
      { method: 'PATCH', token: 'Bearer kept' },
      { method: 'PATCH', token: 'Bearer anew' },
    ]);
    expect(asked.map(({ method }) => method)).toEqual(['PATCH', 'PATCH', 'POST', 'PUT']);
    expect(claims).toContain(wanted);
  });
  it('and refused again is a refusal', async () => {
    answers = [challenge(), challenge()];
    await expect(topics.deliver('tg-users')).rejects.toMatchObject({ service: 'resource-manager', status: 401 });
    expect(asked).toHaveLength(2);
  });
});
