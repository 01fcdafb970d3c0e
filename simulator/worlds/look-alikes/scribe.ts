// Writes what honest people and programs do into a running tenant, in the sources' spelling. Used by the look-alikes of this folder.
import { type AuditFacts, auditRecord } from '../../records/directory-audit.ts';
import { unifiedRecord } from '../../records/unified-audit.ts';
import { unifiedDirectoryRecord } from '../../records/unified-directory.ts';
import type { TenantState } from '../../tenant-state.ts';
import type { World } from '../../world.ts';
import { type App, type Browser, type Network, resources } from '../catalogue.ts';
import { Day, userOf } from '../day.ts';
import { deskOf, homeOf } from '../networks.ts';
import { type Person, peopleOf } from '../people.ts';

export interface SignInHow {
  readonly app: App;
  readonly resource?: App;
  readonly network?: Network;
  readonly browser?: Browser;
  /** On the person's own registered computer; default true. */
  readonly managed?: boolean;
  readonly strong?: boolean;
  readonly error?: number;
}
type Told = Omit<AuditFacts, 'key' | 'time' | 'activity' | 'by'>;

export class Scribe {
  readonly world: World;
  readonly tenant: TenantState;
  readonly #name: string;
  #count = 0;

  constructor(world: World, tenant: TenantState, name: string) {
    this.world = world;
    this.tenant = tenant;
    this.#name = name;
  }

  get people(): readonly Person[] {
    return (peopleOf[this.tenant.id] ?? []).filter(({ human, guest }) => human && !guest);
  }
  /** @example person('marta.ferrer') */
  person(local: string): Person {
    const found = this.people.find(({ upn }) => upn.startsWith(`${local}@`));
    if (found === undefined) throw new Error(`There is nobody called ${local} in ${this.tenant.name}`);
    return found;
  }

  /** By default from home, at the desk. */
  signIn(person: Person, time: number, how: SignInHow): void {
    const day = new Day({ tenant: this.tenant, day: time, seed: `${this.#name} ${this.#next()}` });
    day.signIn(person, time, {
      app: how.app,
      resource: how.resource ?? resources.graph,
      network: how.network ?? homeOf(person),
      browser: how.browser ?? deskOf(person, time),
      managed: how.managed ?? true,
      ...(how.strong !== undefined && { strong: how.strong }),
      ...(how.error !== undefined && { error: how.error }),
    });
    for (const { record } of day.signIns) this.world.log(this.tenant, 'signIns', time, record);
    for (const { record } of day.unifiedAudit) this.world.log(this.tenant, 'unifiedAudit', time, record);
  }

  audit(person: Person, time: number, activity: string, facts: Told, from: Network = homeOf(person)): void {
    const by = { user: { ...userOf(person), ipAddress: from.address } };
    const userAgent = deskOf(person, time).userAgent;
    const record = auditRecord({ key: this.#next(), time, activity, by, userAgent, ...facts });
    this.world.log(this.tenant, 'directoryAudits', time, record);
    if (facts.service === 'Core Directory')
      this.world.log(this.tenant, 'unifiedAudit', time, unifiedDirectoryRecord(record, this.tenant.id));
  }

  /** A cmdlet of Exchange, or what a program did in somebody's mailbox (record type 50). */
  exchange(
    person: Person,
    time: number,
    operation: string,
    facts: {
      readonly objectId?: string;
      readonly recordType?: number;
      readonly parameters?: Readonly<Record<string, string>>;
      readonly more?: Readonly<Record<string, unknown>>;
    },
  ): void {
    const record = unifiedRecord({
      key: this.#next(),
      time,
      tenant: this.tenant.id,
      operation,
      workload: 'Exchange',
      user: userOf(person),
      address: homeOf(person).address,
      ...facts,
      recordType: facts.recordType ?? 1,
    });
    this.world.log(this.tenant, 'unifiedAudit', time, record);
  }

  #next(): string {
    this.#count += 1;
    return `${this.#name} ${this.tenant.id} ${this.#count}`;
  }
}
