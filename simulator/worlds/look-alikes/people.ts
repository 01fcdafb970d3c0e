// People and programs that look like thieves: a roll-out of passkeys, a monitor with an old browser, a traveller with a new phone. Played by tests.
import { browsers, clients, places, releaseOf, resources } from '../catalogue.ts';
import { userOf } from '../day.ts';
import { homeOf } from '../networks.ts';
import type { Person } from '../people.ts';
import { guid } from '../random.ts';
import type { Scribe } from './scribe.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function register(scribe: Scribe, person: Person, time: number, reason: string, from = homeOf(person)): void {
  scribe.audit(
    person,
    time,
    'User registered security info',
    {
      service: 'Authentication Methods',
      category: 'UserManagement',
      operation: 'Add',
      reason,
      targets: [{ ...userOf(person), id: person.id, type: 'User' }],
    },
    from,
  );
}

/** Everybody registers three keys within a day, after a second factor at the desk: a hundred registrations. */
export function passkeyRollOut(scribe: Scribe, at: number): void {
  for (const [index, person] of scribe.people.entries()) {
    const time = at + index * 3 * minute;
    scribe.signIn(person, time, { app: clients.mySignins, resource: resources.myProfile, strong: true });
    for (const [place, key] of ['laptop', 'phone', 'security key'].entries())
      register(scribe, person, time + (2 + place) * minute, `User registered Passkey (${key})`);
  }
}

const monitorAgent = browsers['chromeLinux']?.(120);
const monitorNetwork = { address: '203.0.113.31', asn: 64512, place: places.amsterdam };

/** A synthetic monitor signs in to OfficeHome every hour with one old browser on Linux: for three weeks before `at`, and after. */
export function syntheticMonitor(scribe: Scribe, at: number, moved = false): void {
  const { tenant } = scribe;
  const model = scribe.person('grace.mbeki');
  const monitor: Person = {
    ...model,
    id: guid(tenant.id, 'user', 'monitor'),
    given: 'Synthetic',
    surname: 'Monitor',
    upn: `synthetic.monitor@${tenant.domain}`,
    title: 'Service account',
    roles: [],
  };
  if (monitorAgent === undefined) throw new Error('the catalogue lacks the monitor’s browser');
  for (let time = at - 21 * day; time < at + 3 * hour; time += hour)
    scribe.signIn(monitor, time, {
      app: clients.officeHome,
      resource: resources.officeHome,
      network: moved && time >= at ? { ...monitorNetwork, address: '203.0.113.41', asn: 64513, place: places.london } : monitorNetwork,
      browser: monitorAgent,
      managed: false,
    });
}

/** The provider of the monitor moves it to another network and country. */
export const movedMonitor = (scribe: Scribe, at: number): void => syntheticMonitor(scribe, at, true);

/** In Boston for the first time: a phone that was bought there, the laptop with a second factor, and from it the phone's authenticator. */
export function travellerWithNewPhone(scribe: Scribe, at: number): void {
  const person = scribe.person('carlos.ibarra');
  const hotel = { address: '198.51.100.230', asn: 64499, place: places.boston };
  const phone = browsers['safariPhone']?.(releaseOf(at));
  if (phone === undefined) throw new Error('the catalogue lacks the traveller’s phone');
  scribe.signIn(person, at, { app: clients.office, network: hotel, browser: phone, managed: false, strong: true });
  scribe.signIn(person, at + 20 * minute, { app: clients.officeHome, resource: resources.officeHome, network: hotel, strong: true });
  scribe.signIn(person, at + 25 * minute, { app: clients.mySignins, resource: resources.myProfile, network: hotel, strong: true });
  register(scribe, person, at + 27 * minute, 'User registered Authenticator App with Notification and Code', hotel);
  scribe.signIn(person, at + 60 * minute, { app: clients.exchange, resource: resources.exchange, network: hotel, strong: true });
}
