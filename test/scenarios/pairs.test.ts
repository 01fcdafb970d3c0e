// Two attacks on one tenant at the same time: each account has its case, each case names every attack in it, and Contain reaches every account that was entered.
// `PAIRS=all` plays all 45.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { attacks } from '../../simulator/attacks/index.ts';
import { victims } from '../../simulator/worlds/constants.ts';
import { incidentView } from '../../src/alert/view.ts';
import { planFor } from '../../src/contain/plan.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { play } from '../support/play.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

/** What a case of each attack is called by; the last one has no campaign of its own. */
const campaignOf: Readonly<Record<string, string>> = {
  'azure-ato': 'azure-ato-2024',
  'azure-ato-mail-admin': 'azure-ato-2024',
  'azure-ato-exfiltration': 'azure-ato-2024',
  'verified-publisher-consent': 'verified-publisher-consent-2022',
  'exchange-oauth-spam': 'exchange-oauth-spam-2022',
  'nobelium-support': 'nobelium-support-2021',
  'nobelium-agent': 'nobelium-support-2021',
  'device-code': 'device-code-2025',
  aitm: 'aitm-kits',
  takeover: 'takeover-core',
};
const ids = attacks.map(({ id }) => id);
const everyPair = ids.flatMap((first, index) => ids.slice(index + 1).map((second) => [first, second] as const));
const usual: readonly (readonly [string, string])[] = [
  ['azure-ato', 'aitm'],
  ['azure-ato-mail-admin', 'exchange-oauth-spam'],
  ['verified-publisher-consent', 'nobelium-support'],
  ['nobelium-support', 'nobelium-agent'],
  ['nobelium-agent', 'device-code'],
];

/** Pairs that are one case though their accounts differ. */
const sharing: ReadonlySet<string> = new Set([
  // Both leave a key at the same application that was there before.
  'nobelium-support nobelium-agent',
  // What the snapshots tell of connectors and mail flow rules of one hour doesn't say whose they are.
  'azure-ato-mail-admin exchange-oauth-spam',
]);
/** All attackers of the simulator come from one range: who enters an account second is no first sight there, and one pack needs exactly that. */
const neverConfirmed: ReadonlySet<string> = new Set(['exchange-oauth-spam nobelium-support']);

/** Undefined for the agent of Microsoft's support, who has no account here. */
function victimOf(attack: string): string | undefined {
  const victim = attacks.find(({ id }) => id === attack)?.victim;
  return attack === 'nobelium-agent' || victim === undefined ? undefined : `user:${victims.contoso[victim].id}`;
}

const live = (incident: Incident) => incidentView({ incident, policy: { live: true } });

describe.each(process.env['PAIRS'] === 'all' ? everyPair : usual)('%s and %s at the same time', (first, second) => {
  const pair = [first, second];
  it('are as many cases as there are attacks that share nothing, and all is said and contained', async () => {
    const { guard, before, incidents } = await play(pair, cloud.make);
    await guard.close();
    expect(before).toEqual([]);
    const open = incidents.filter(({ mergedInto }) => mergedInto === undefined);
    const told = open.map(({ title }) => title).join('\n');
    const joined = sharing.has(pair.join(' ')) || victimOf(first) === victimOf(second);
    expect(open.length, told).toBe(joined ? 1 : 2);
    for (const attack of pair) {
      const victim = victimOf(attack);
      const own = open.find(({ subjects, campaigns }) =>
        victim === undefined ? campaigns.some(({ id }) => id === campaignOf[attack]) : (subjects as readonly string[]).includes(victim),
      );
      if (own === undefined) throw new Error(`no case of ${attack} in\n${told}`);
      const label = own.campaigns.find(({ id }) => id === campaignOf[attack]);
      expect(label?.confirmed, `${attack} in\n${told}`).toBe(!neverConfirmed.has(pair.join(' ')) || attack === first);
      // What takeovers have in common is a name only where nothing else is.
      const named = own.campaigns.filter(({ confirmed, id }) => confirmed && id !== 'takeover-core');
      for (const { title } of named) expect(live(own).headline).toContain(title.slice(0, 40));
      const plan = planFor('contain', own);
      const targets = 'steps' in plan ? plan.steps.filter(({ action }) => action === 'block-sign-in').map(({ target }) => target) : [];
      if (victim === undefined) expect(live(own).byHand.join()).toMatch(/support\.agent@support\.example comes from Microsoft’s support/);
      else expect(targets).toContain(victim);
    }
  }, 60_000);
});
