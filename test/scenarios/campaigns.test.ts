// Each campaign that ships is played whole amid ordinary weeks, and one card tells it: one incident, its campaign confirmed, the timeline in order, nobody else accused.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { attacks } from '../../simulator/attacks/index.ts';
import { victims } from '../../simulator/worlds/constants.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { shippedDetector } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { play } from '../support/play.ts';

const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

const { finance, mailAdmin, globalAdmin } = victims.contoso;

interface Story {
  readonly attack: string;
  readonly campaign: string;
  /** About whom the card is; missing: somebody who is none of this tenant. */
  readonly victim?: string;
  /** Whom the card may name beside the victim. */
  readonly others?: number;
  readonly severity: Incident['severity'];
  /** What the card has to tell, in this order. */
  readonly tells: readonly RegExp[];
}
const stories: readonly Story[] = [
  {
    attack: 'azure-ato',
    campaign: 'azure-ato-2024',
    victim: finance.id,
    severity: 'critical',
    tells: [/guessed password, then the published entry/, /then an own authentication method/, /inbox rule hides mail/i],
  },
  {
    attack: 'azure-ato-mail-admin',
    campaign: 'azure-ato-2024',
    victim: mailAdmin.id,
    severity: 'critical',
    tells: [/then an own authentication method/, /connector/i, /headers/],
  },
  {
    attack: 'azure-ato-exfiltration',
    campaign: 'azure-ato-2024',
    victim: finance.id,
    severity: 'critical',
    tells: [/published entry/, /mass mailing/],
  },
  {
    attack: 'verified-publisher-consent',
    campaign: 'verified-publisher-consent-2022',
    victim: finance.id,
    others: 2,
    severity: 'critical',
    tells: [/Sign-in to an application that was published/, /Consent to an application that was published/, /read or changed data/],
  },
  {
    attack: 'exchange-oauth-spam',
    campaign: 'exchange-oauth-spam-2022',
    victim: globalAdmin.id,
    severity: 'critical',
    tells: [
      /Passwords of several administrators were tried, and one was entered/,
      /Exchange\.ManageAsApp, Global Administrator and Exchange Administrator/,
      /opened an inbound connector and put telling headers out of the way/,
      /came and went/,
    ],
  },
  {
    attack: 'nobelium-support',
    campaign: 'nobelium-support-2021',
    victim: globalAdmin.id,
    severity: 'critical',
    tells: [
      /disabled accounts, and a success/,
      /federation and the credentials of an application/,
      /Conditional Access policy no longer acts/,
      /provider can reach this tenant/,
    ],
  },
  {
    attack: 'nobelium-agent',
    campaign: 'nobelium-support-2021',
    severity: 'high',
    tells: [/Microsoft support signed in/, /then credentials of an application/],
  },
  {
    attack: 'device-code',
    campaign: 'device-code-2025',
    victim: finance.id,
    severity: 'critical',
    tells: [/a code let the broker in, then a device was registered/, /its primary refresh token/, /name of signs only/],
  },
  {
    attack: 'aitm',
    campaign: 'aitm-kits',
    victim: finance.id,
    severity: 'critical',
    tells: [/begun in a browser went on in a program/, /then an authentication method/, /removes mail about salaries/],
  },
  {
    attack: 'takeover',
    campaign: 'takeover-core',
    victim: finance.id,
    severity: 'critical',
    tells: [/second-factor requests, and then one was confirmed/, /hides mail/, /sends all its mail outside/],
  },
];

describe('every campaign that ships', () => {
  it('has an attack that is played, and every attack that can be started is', async () => {
    const { campaigns } = await shippedDetector();
    const played = new Set(stories.map(({ campaign }) => campaign));
    // Reported addresses and foreign feeds are other people's indicators, and no campaigns.
    const notPlayed = campaigns.map(({ manifest }) => manifest.id).filter((id) => !played.has(id));
    expect(notPlayed.filter((id) => id !== 'reported-addresses' && id !== 'foreign-indicators')).toEqual([]);
    expect(stories.map(({ attack }) => attack).sort()).toEqual(attacks.map(({ id }) => id).sort());
  });
});

describe.each(stories)('$attack amid ordinary weeks', ({ attack, campaign, victim, others = 0, severity, tells }) => {
  it('is told by one card, which calls it by its name', async () => {
    const { guard, before, incidents, told } = await play([attack], cloud.make);
    await guard.close();
    expect(before).toEqual([]);
    expect(incidents.map(({ title, status }) => `${status}: ${title}`)).toHaveLength(1);
    const [incident] = incidents;
    if (incident === undefined) throw new Error('no card');
    expect(incident.campaigns).toContainEqual(expect.objectContaining({ id: campaign, confirmed: true }));
    expect(incident.severity).toBe(severity);
    if (victim !== undefined) expect(incident.root).toBe(`user:${victim}`);
    expect(incident.subjects.filter((subject) => subject.startsWith('user:'))).toHaveLength(1 + others);
    // Told when it opens and when it gets worse, not with every finding.
    expect(told.length).toBeLessThanOrEqual(3);
    expect(told.filter(({ reason }) => reason === 'opened')).toHaveLength(1);

    const times = incident.timeline.map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
    const texts = incident.timeline.map(({ text }) => text);
    let from = 0;
    for (const wanted of tells) {
      const place = texts.findIndex((text, index) => index >= from && wanted.test(text));
      expect(place, `${wanted} in order of\n${texts.join('\n')}`).toBeGreaterThanOrEqual(0);
      from = place;
    }
  }, 30_000);
});
