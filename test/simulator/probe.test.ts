// The probe finds what differs from the declared shapes, and only that.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audiences } from '../../simulator/handlers/token/token.ts';
import { type Answer, type ProbeLine, probe } from '../../simulator/probe-shapes.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { guardGrants } from '../../simulator/worlds/roles.ts';
import { manualClock, send, startSimulator, token } from './support.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ clock: manualClock() });
});
afterAll(() => simulator.close());

function run(tenant: string, spoil: (path: string, answer: Answer) => Answer = (_path, answer) => answer): Promise<readonly ProbeLine[]> {
  return probe({
    handlers: simulator.handlers,
    tenant,
    ask: async (service, method, path, body, withoutToken) => {
      const host = service === 'graph' ? simulator.url : simulator.exchangeUrl;
      const roles = [...guardGrants.reader.permissions, 'GroupMember.Read.All', 'DelegatedPermissionGrant.ReadWrite.All'];
      const bearer = await token(simulator, { tenant, audience: audiences[service], roles });
      const answer = await send(simulator, `${host}${path.replaceAll(' ', '%20')}`, {
        method,
        body,
        token: withoutToken ? undefined : bearer,
      });
      return spoil(path, { status: answer.status, json: answer.text.startsWith('{') ? answer.json() : undefined });
    },
  });
}
const different = (lines: readonly ProbeLine[]): readonly (readonly [string, readonly string[]])[] =>
  lines.filter((line) => line.differences.length > 0).map((line) => [line.request, line.differences]);

describe('the probe', () => {
  it('finds nothing different where the simulator answers itself', async () => {
    const lines = await run(contoso.id);
    expect(lines.length).toBeGreaterThan(50);
    expect(different(lines)).toEqual([]);
  });

  it('says what a tenant without P1, or without a group of that name, answers instead', async () => {
    const found = different(await run(fabrikam.id)).map(([request, why]) => `${request}: ${why.join(', ')}`);
    expect(found.filter((line) => line.includes('/auditLogs/signIns'))).toEqual([
      expect.stringContaining('status 403 instead of 200 (Authentication_RequestFromNonPremiumTenantOrB2CTenant'),
      expect.stringContaining('status 403'),
    ]);
  });

  it('names an unknown property, another kind, a property that is missing, and another error', async () => {
    const lines = await run(contoso.id, (path, answer) => {
      if (path.startsWith('/v1.0/organization'))
        return { ...answer, json: { value: [{ id: 7, displayName: 'x', verifiedDomains: [], newThing: true }] } };
      if (path === '/v1.0/noSuchThing') return { status: 404, json: { error: { code: 'NotFound', message: '' } } };
      return answer;
    });
    const text = different(lines).map(([request, why]) => `${request}: ${why.join(', ')}`);
    expect(text).toEqual([
      expect.stringMatching(
        /organization.*id is declared as text and answers number, organization\.newThing is not declared \(answers flag\)/,
      ),
      expect.stringContaining('answers 404 NotFound, declared 400 BadRequest'),
    ]);
  });
});
