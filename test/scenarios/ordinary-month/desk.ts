// Who runs the tenant of the ordinary month, and one day at their desks: signs in, writes what they do into the logs in the sources’ spelling. Used by administrators.ts.
import { type AuditTarget, auditRecord } from '../../../simulator/records/directory-audit.ts';
import { unifiedRecord } from '../../../simulator/records/unified-audit.ts';
import { type App, resources } from '../../../simulator/worlds/catalogue.ts';
import { Day, userOf } from '../../../simulator/worlds/day.ts';
import { deskOf, homeOf } from '../../../simulator/worlds/networks.ts';
import type { Person } from '../../../simulator/worlds/people.ts';
import { type Random, random } from '../../../simulator/worlds/random.ts';

export const minute = 60_000;
const hour = 60 * minute;
export const dayMs = 24 * hour;

export const jobs = ['global', 'exchange', 'users', 'helpdesk', 'applications'] as const;
type Job = (typeof jobs)[number];
/** The first of the crowd run the tenant; each holds the role of the job. */
export const rolesOf: Readonly<Record<Job, string>> = {
  global: 'Global Administrator',
  exchange: 'Exchange Administrator',
  users: 'User Administrator',
  helpdesk: 'Helpdesk Administrator',
  applications: 'Application Administrator',
};

const tools: Readonly<Record<Job, readonly [App, App]>> = {
  global: [{ id: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', name: 'Azure Portal' }, resources.graph],
  exchange: [{ id: 'fb78d390-0c51-40cd-8e17-fdbfab77341b', name: 'Microsoft Exchange REST API Based Powershell' }, resources.exchange],
  users: [{ id: '00000006-0000-0ff1-ce00-000000000000', name: 'Microsoft Office 365 Portal' }, resources.graph],
  helpdesk: [{ id: '00000006-0000-0ff1-ce00-000000000000', name: 'Microsoft Office 365 Portal' }, resources.graph],
  applications: [{ id: '14d82eec-204b-4c2f-b7e8-296a70dab67e', name: 'Microsoft Graph Command Line Tools' }, resources.graph],
};

export const core = 'Core Directory';
type Told = Omit<Parameters<typeof auditRecord>[0], 'key' | 'time' | 'activity' | 'by'>;

export interface Setting {
  readonly tenant: { readonly id: string; readonly domain: string };
  readonly people: readonly Person[];
  /** Midnight UTC of the first day, epoch ms. */
  readonly from: number;
  readonly days: number;
}

export class Desk {
  readonly day: Day;
  readonly r: Random;
  readonly others: readonly Person[];
  readonly #setting: Setting;
  readonly #midnight: number;

  constructor(setting: Setting, midnight: number) {
    this.#setting = setting;
    this.#midnight = midnight;
    this.day = new Day({ tenant: setting.tenant, day: midnight, seed: 'administrators' });
    this.r = random('administrators', midnight);
    this.others = setting.people.slice(jobs.length);
  }

  who(job: Job): Person {
    const person = this.#setting.people[jobs.indexOf(job)];
    if (person === undefined) throw new Error('the crowd is too small');
    return person;
  }
  /** Some moment of the office hours. */
  moment(): number {
    return this.#midnight + 8 * hour + this.r.int(0, 8 * hour);
  }
  /** `chance` of once, or so many times. */
  times(chance: number, act: (at: number) => void): void {
    const often = Math.floor(chance) + (this.r.chance(chance - Math.floor(chance)) ? 1 : 0);
    for (let count = 0; count < often; count++) act(this.moment());
  }
  signIn(job: Job): void {
    const person = this.who(job);
    const [app, resource] = tools[job];
    const at = this.#midnight + 8 * hour - 10 * minute;
    this.day.signIn(person, at, { app, resource, network: homeOf(person), browser: deskOf(person, at), managed: true, strong: true });
  }
  audit(by: Person, at: number, activity: string, told: Told): void {
    const user = { ...userOf(by), ipAddress: homeOf(by).address };
    const record = auditRecord({ key: this.day.key(by), time: at, activity, by: { user }, ...told });
    this.day.directoryAudits.push({ time: at, record });
  }
  exchange(at: number, operation: string, objectId: string, parameters: Readonly<Record<string, string>>): void {
    const by = this.who('exchange');
    const record = unifiedRecord({
      key: this.day.key(by),
      time: at,
      tenant: this.#setting.tenant.id,
      operation,
      workload: 'Exchange',
      recordType: 1,
      user: userOf(by),
      address: homeOf(by).address,
      objectId,
      parameters,
    });
    this.day.unifiedAudit.push({ time: at, record });
  }
}

export const userTarget = (person: Person): AuditTarget => ({ ...userOf(person), type: 'User' });
