// Ordinary days: who signed in from where with what, new phones, travel, VPN, consents, mail rules. Deterministic by seed and day. Called by world.ts; tests and benches take a whole month.
import { auditRecord } from '../records/directory-audit.ts';
import { signInRecord } from '../records/sign-in.ts';
import { unifiedRecord } from '../records/unified-audit.ts';
import type { TenantState } from '../tenant-state.ts';
import { type App, type Browser, browsers, clients, type Network, type PlaceName, places, releaseOf, resources } from './catalogue.ts';
import { contoso } from './constants.ts';
import { authenticatorMethod, crmAppId, methodKey, servicePrincipalId } from './directory.ts';
import { crowd, type Person } from './people.ts';
import { guid, type Random, random } from './random.ts';

export interface OrdinaryRecord {
  readonly time: number;
  readonly record: Readonly<Record<string, unknown>>;
}
export interface OrdinaryDay {
  readonly signIns: readonly OrdinaryRecord[];
  readonly directoryAudits: readonly OrdinaryRecord[];
  readonly unifiedAudit: readonly OrdinaryRecord[];
  /** What the day changes in the directory. */
  readonly effects: readonly { readonly time: number; readonly apply: (tenant: TenantState, time: number) => void }[];
}

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

interface Setting {
  readonly tenant: { readonly id: string; readonly domain: string };
  readonly day: number;
  readonly seed: string;
}

/** Where a person is on a day: at home or the office, on one trip of two to four days in some months, behind a VPN. */
function networkOf(person: Person, { day, seed }: Setting, r: Random): Network {
  const month = new Date(day).toISOString().slice(0, 7);
  const trip = random(seed, person.id, 'trip', month);
  const tripStart = trip.chance(0.12) ? trip.int(1, 25) : 0;
  const dayOfMonth = new Date(day).getUTCDate();
  const home = places[person.place];
  const stable = random(person.id, 'network');
  if (tripStart > 0 && dayOfMonth >= tripStart && dayOfMonth <= tripStart + trip.int(1, 3))
    return { address: `198.51.100.${200 + trip.int(0, 40)}`, asn: 64499, place: places[trip.pick(tripPlaces)] };
  if (person.vpn && r.chance(0.5)) return { address: `203.0.113.${10 + stable.int(0, 9)}`, asn: 64510, place: places.amsterdam };
  if (r.chance(0.6)) return { address: `192.0.2.${100 + (person.place.length % 20)}`, asn: 64496, place: home };
  return { address: `198.51.100.${stable.int(1, 180)}`, asn: 64497, place: home };
}

interface Person1 {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
}
const userOf = (person: Person): Person1 => ({
  id: person.id,
  displayName: `${person.given} ${person.surname}`,
  userPrincipalName: person.upn,
});

class Day {
  readonly signIns: OrdinaryRecord[] = [];
  readonly directoryAudits: OrdinaryRecord[] = [];
  readonly unifiedAudit: OrdinaryRecord[] = [];
  readonly effects: OrdinaryDay['effects'][number][] = [];
  readonly #setting: Setting;
  #count = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  key(person: Person): string {
    this.#count += 1;
    return [this.#setting.seed, this.#setting.tenant.id, person.id, this.#setting.day, this.#count].join(' ');
  }

  signIn(
    person: Person,
    time: number,
    how: {
      app: App;
      resource: App;
      network: Network;
      browser: Browser;
      error?: number;
      managed: boolean;
      strong?: boolean;
      silent?: boolean;
    },
  ): void {
    const key = this.key(person);
    const user = userOf(person);
    const record = signInRecord({
      key,
      time,
      tenant: this.#setting.tenant.id,
      kind: how.silent ? 'nonInteractiveUser' : 'interactiveUser',
      user,
      app: how.app,
      resource: how.resource,
      network: how.network,
      browser: how.browser,
      ...(how.error !== undefined && { error: how.error }),
      ...(how.managed && { deviceId: guid(person.id, 'device') }),
      ...(how.strong && { secondFactor: 'Mobile app notification' }),
      session: guid(person.id, this.#setting.day, how.browser.browser),
    });
    this.signIns.push({ time, record });
    if (how.silent) return;
    const failed = how.error !== undefined;
    this.unifiedAudit.push({
      time,
      record: unifiedRecord({
        key,
        time,
        tenant: this.#setting.tenant.id,
        operation: failed ? 'UserLoginFailed' : 'UserLoggedIn',
        workload: 'AzureActiveDirectory',
        recordType: 15,
        user,
        address: how.network.address,
        objectId: how.resource.id,
        more: signInExtras(record, how.app, how.browser, this.#setting.tenant.id),
      }),
    });
  }
}

/** The unified audit's own fields of a sign-in, from the same record in Graph's spelling. */
export function signInExtras(
  record: Readonly<Record<string, unknown>>,
  app: App,
  browser: Browser,
  tenant: string,
): Readonly<Record<string, unknown>> {
  const status = record.status as { errorCode: number };
  return {
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: 'ResultStatusDetail', Value: status.errorCode === 0 ? 'Success' : 'UserError' },
      { Name: 'UserAgent', Value: browser.userAgent },
      { Name: 'RequestType', Value: 'Login:login' },
    ],
    ModifiedProperties: [],
    Actor: [
      { ID: record.userId, Type: 0 },
      { ID: record.userPrincipalName, Type: 5 },
    ],
    ActorContextId: tenant,
    ActorIpAddress: record.ipAddress,
    InterSystemsId: record.correlationId,
    IntraSystemId: record.id,
    SupportTicketId: '',
    Target: [{ ID: record.resourceId, Type: 0 }],
    TargetContextId: tenant,
    ApplicationId: app.id,
    DeviceProperties: [
      { Name: 'OS', Value: browser.system },
      { Name: 'BrowserType', Value: browser.browser.split(' ')[0] },
      { Name: 'SessionId', Value: record.sessionId },
    ],
    ErrorNumber: String(status.errorCode),
  };
}

function newPhone(day: Day, setting: Setting, person: Person, time: number, network: Network, desk: Browser): void {
  const user = userOf(person);
  day.signIn(person, time, { app: clients.mySignins, resource: resources.myProfile, network, browser: desk, managed: true, strong: true });
  const method = authenticatorMethod(
    person.id,
    time + 4 * minuteMs,
    person.phone === 'safariPhone' ? 'iPhone 17' : 'Pixel 10',
    `new ${setting.day}`,
  );
  const audit = (offset: number, activity: string, reason: string, operation: 'Add' | 'Delete'): void => {
    const at = time + offset * minuteMs;
    day.directoryAudits.push({
      time: at,
      record: auditRecord({
        key: day.key(person),
        time: at,
        activity,
        category: 'UserManagement',
        service: 'Authentication Methods',
        operation,
        reason,
        by: { user: { ...user, ipAddress: network.address } },
        targets: [{ id: user.id, displayName: user.displayName, type: 'User', userPrincipalName: user.userPrincipalName }],
        userAgent: desk.userAgent,
      }),
    });
  };
  audit(4, 'User registered security info', 'User registered Authenticator App with Notification and Code', 'Add');
  audit(9, 'User deleted security info', 'User deleted Authenticator App with Notification and Code', 'Delete');
  day.effects.push({ time: time + 4 * minuteMs, apply: (tenant, at) => tenant.methods.write(methodKey(method), method, at) });
}

function consent(day: Day, setting: Setting, person: Person, time: number, network: Network, desk: Browser): void {
  const user = userOf(person);
  const clientId = servicePrincipalId(setting.tenant.id, crmAppId);
  const grant = {
    id: guid(setting.tenant.id, 'grant', person.id, setting.day),
    clientId,
    consentType: 'Principal',
    principalId: person.id,
    resourceId: servicePrincipalId(setting.tenant.id, resources.graph.id),
    scope: 'openid profile User.Read',
  };
  day.directoryAudits.push({
    time,
    record: auditRecord({
      key: day.key(person),
      time,
      activity: 'Consent to application',
      category: 'ApplicationManagement',
      service: 'Core Directory',
      operation: 'Assign',
      by: { user: { ...user, ipAddress: network.address } },
      targets: [
        {
          id: clientId,
          displayName: 'Northwind CRM',
          type: 'ServicePrincipal',
          changes: [
            ['ConsentContext.IsAdminConsent', null, 'False'],
            ['ConsentContext.IsAppOnly', null, 'False'],
            ['ConsentContext.OnBehalfOfAll', null, 'False'],
            ['ConsentContext.Tags', null, 'WindowsAzureActiveDirectoryIntegratedApp'],
            [
              'ConsentAction.Permissions',
              null,
              `[] => [[Id: ${grant.id}, ClientId: ${clientId}, PrincipalId: ${person.id}, ResourceId: ${grant.resourceId}, ConsentType: Principal, Scope: ${grant.scope}]]; `,
            ],
            ['TargetId.ServicePrincipalNames', null, crmAppId],
          ],
        },
      ],
      userAgent: desk.userAgent,
    }),
  });
  day.effects.push({ time, apply: (tenant, at) => tenant.permissionGrants.write(grant.id, grant, at) });
}

function mailAndFiles(day: Day, setting: Setting, person: Person, time: number, network: Network, r: Random): void {
  const common = { tenant: setting.tenant.id, user: userOf(person), address: network.address };
  day.unifiedAudit.push({
    time,
    record: unifiedRecord({
      ...common,
      key: day.key(person),
      time,
      operation: 'MailItemsAccessed',
      workload: 'Exchange',
      recordType: 50,
      more: { OperationCount: r.int(1, 12) },
    }),
  });
  if (r.chance(0.5)) {
    const objectId = `https://${setting.tenant.domain}/sites/team/Documents/Report ${r.int(1, 90)}.docx`;
    day.unifiedAudit.push({
      time: time + minuteMs,
      record: unifiedRecord({
        ...common,
        key: day.key(person),
        time: time + minuteMs,
        operation: 'FileAccessed',
        workload: 'SharePoint',
        recordType: 6,
        objectId,
      }),
    });
  }
  if (r.chance(1 / 150))
    day.unifiedAudit.push({
      time: time + 2 * minuteMs,
      record: unifiedRecord({
        ...common,
        key: day.key(person),
        time: time + 2 * minuteMs,
        operation: 'New-InboxRule',
        workload: 'Exchange',
        recordType: 1,
        objectId: `${person.given.toLowerCase()}\\Newsletters`,
        parameters: { Name: 'Newsletters', FromAddressContainsWords: 'news@vendor.example', MoveToFolder: 'Newsletters' },
      }),
    });
}

function livePerson(day: Day, setting: Setting, person: Person): void {
  const r = random(setting.seed, setting.tenant.id, person.id, setting.day);
  const weekday = new Date(setting.day).getUTCDay();
  if (!person.human || !r.chance(weekday === 0 || weekday === 6 ? 0.08 : person.guest ? 0.2 : 0.88)) return;
  const release = releaseOf(setting.day);
  const desk = (browsers[person.desk] ?? browsers.edgeWindows)?.(release);
  const phone = (browsers[person.phone] ?? browsers.safariPhone)?.(release);
  if (desk === undefined || phone === undefined) throw new Error(`${person.upn} uses a browser that the catalogue lacks`);
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
  if (!person.guest && !away && r.chance(1 / 650)) newPhone(day, setting, person, time + 10 * minuteMs, network, desk);
  if (!person.guest && r.chance(1 / 500)) consent(day, setting, person, time + 20 * minuteMs, network, desk);
}

/** All records of one tenant on one day (`day`: epoch ms of its midnight UTC), by local office hours. */
export function ordinaryDay(options: Setting & { readonly people: readonly Person[] }): OrdinaryDay {
  const day = new Day(options);
  for (const person of options.people) livePerson(day, options, person);
  return day;
}

export interface MonthRecord extends OrdinaryRecord {
  readonly source: 'sign-ins' | 'directory-audits' | 'unified-audit';
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
    ];
    yield* records.sort((a, b) => a.time - b.time);
  }
}
