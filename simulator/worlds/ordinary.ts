// Ordinary days: who signed in from where with what, new phones, travel, VPN, consents, mail rules. Deterministic by seed and day. Called by world.ts; tests and benches take a whole month.
import { type App, browsers, clients, type Network, type PlaceName, places, releaseOf, resources } from './catalogue.ts';
import { contoso } from './constants.ts';
import { Day, type OrdinaryDay, type OrdinaryRecord, type Setting } from './day.ts';
import { deskOf, homeOf } from './networks.ts';
import { consent, mailAndFiles, newPhone } from './ordinary-events.ts';
import { applicationsAtWork, protectionAtWork } from './ordinary-services.ts';
import { crowd, type Person } from './people.ts';
import { type Random, random } from './random.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const tripPlaces: readonly PlaceName[] = ['london', 'paris', 'berlin', 'boston', 'lisbon', 'amsterdam', 'warsaw'];
const frequentApps: readonly (readonly [App, App])[] = [
  [clients.officeHome, resources.officeHome],
  [clients.teams, resources.graph],
  [clients.exchange, resources.exchange],
  [clients.shell, resources.graph],
  [clients.office, resources.sharepoint],
];

/** Where a person is on a day: at home or the office, on one trip of two to four days in some months, behind a VPN. */
function networkOf(person: Person, { day, seed }: Setting, r: Random): Network {
  const month = new Date(day).toISOString().slice(0, 7);
  const trip = random(seed, person.id, 'trip', month);
  const tripStart = trip.chance(0.12) ? trip.int(1, 25) : 0;
  const dayOfMonth = new Date(day).getUTCDate();
  const home = places[person.place];
  if (tripStart > 0 && dayOfMonth >= tripStart && dayOfMonth <= tripStart + trip.int(1, 3))
    return { address: `198.51.100.${200 + trip.int(0, 40)}`, asn: 64499, place: places[trip.pick(tripPlaces)] };
  if (person.vpn && r.chance(0.5))
    return { address: `203.0.113.${10 + random(person.id, 'network').int(0, 9)}`, asn: 64510, place: places.amsterdam };
  if (r.chance(0.6)) return { address: `192.0.2.${100 + (person.place.length % 20)}`, asn: 64496, place: home };
  return homeOf(person);
}

function livePerson(day: Day, setting: Setting, person: Person): void {
  const r = random(setting.seed, setting.tenant.id, person.id, setting.day);
  const weekday = new Date(setting.day).getUTCDay();
  if (!person.human || !r.chance(weekday === 0 || weekday === 6 ? 0.08 : person.guest ? 0.2 : 0.88)) return;
  const release = releaseOf(setting.day);
  const desk = deskOf(person, setting.day);
  const phone = (browsers[person.phone] ?? browsers.safariPhone)?.(release);
  if (phone === undefined) throw new Error(`${person.upn} uses a browser that the catalogue lacks`);
  const network = networkOf(person, setting, r);
  const away = network.place !== places[person.place];
  let time = setting.day + (8 + r.next() * 1.5 - network.place.offset) * hourMs + r.int(0, 59_999);
  if (r.chance(0.04))
    day.signIn(person, time - 40_000, {
      app: clients.officeHome,
      resource: resources.officeHome,
      network,
      browser: desk,
      error: 50126,
      managed: true,
    });
  if (r.chance(0.1))
    day.signIn(person, time - 20_000, {
      app: clients.officeHome,
      resource: resources.officeHome,
      network,
      browser: desk,
      error: 50140,
      managed: true,
    });
  if (away || r.chance(0.1))
    day.signIn(person, time - 15_000, {
      app: clients.officeHome,
      resource: resources.officeHome,
      network,
      browser: desk,
      error: 50074,
      managed: true,
    });
  for (let count = r.int(1, 3); count > 0; count -= 1) {
    const [app, resource] = r.pick(frequentApps);
    day.signIn(person, time, { app, resource, network, browser: desk, managed: true, strong: away || r.chance(0.3) });
    day.signIn(person, time + 2 * minuteMs, {
      app: clients.oneDrive,
      resource: resources.sharepoint,
      network,
      browser: desk,
      managed: true,
      silent: true,
    });
    mailAndFiles(day, setting, person, time + 5 * minuteMs, network, r);
    time += r.int(60, 200) * minuteMs;
  }
  if (r.chance(0.4)) {
    const [app, resource] = r.pick(frequentApps);
    day.signIn(person, time, {
      app,
      resource,
      network: { ...network, address: `198.51.100.${random(person.id, 'mobile').int(181, 199)}`, asn: 64498 },
      browser: phone,
      managed: false,
      strong: r.chance(0.3),
    });
  }
  if (!person.guest && !away && r.chance(1 / 650) && setting.newPhones !== false)
    newPhone(day, setting, person, time + 10 * minuteMs, network, desk);
  if (!person.guest && r.chance(1 / 500)) consent(day, setting, person, time + 20 * minuteMs, network, desk);
}

/** All records of one tenant on one day (`day`: epoch ms of its midnight UTC), by local office hours. */
export function ordinaryDay(options: Setting & { readonly people: readonly Person[] }): OrdinaryDay {
  const day = new Day(options);
  for (const person of options.people) livePerson(day, options, person);
  applicationsAtWork(day, options);
  protectionAtWork(day, options, options.people);
  return day;
}

export interface MonthRecord extends OrdinaryRecord {
  readonly source: 'sign-ins' | 'directory-audits' | 'unified-audit' | 'risk-detections' | 'security-alerts';
}

/** An ordinary month of a large tenant as plain records in the sources' own spelling, day by day, each day by time. */
export function* ordinaryMonth(options: {
  readonly users: number;
  readonly seed?: string;
  /** Midnight UTC of the first day, epoch ms. */
  readonly from: number;
  readonly days?: number;
  readonly tenant?: { readonly id: string; readonly domain: string };
}): Generator<MonthRecord> {
  const tenant = options.tenant ?? contoso;
  const people = crowd(options.users, tenant);
  for (let index = 0; index < (options.days ?? 30); index += 1) {
    const day = ordinaryDay({ tenant, people, day: options.from + index * dayMs, seed: options.seed ?? 'month' });
    const records: MonthRecord[] = [
      ...day.signIns.map((entry) => ({ ...entry, source: 'sign-ins' as const })),
      ...day.directoryAudits.map((entry) => ({ ...entry, source: 'directory-audits' as const })),
      ...day.unifiedAudit.map((entry) => ({ ...entry, source: 'unified-audit' as const })),
      ...day.riskDetections.map((entry) => ({ ...entry, source: 'risk-detections' as const })),
      ...day.securityAlerts.map((entry) => ({ ...entry, source: 'security-alerts' as const })),
    ];
    yield* records.sort((a, b) => a.time - b.time);
  }
}
