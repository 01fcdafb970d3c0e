// The attacker's hands: what one step writes into the tenant, and whether the stolen account still lets it. Used by run.ts.
import { auditRecord } from '../records/directory-audit.ts';
import { signInRecord } from '../records/sign-in.ts';
import { signInExtras } from '../records/sign-in-audit.ts';
import { unifiedRecord } from '../records/unified-audit.ts';
import { unifiedDirectoryRecord } from '../records/unified-directory.ts';
import { rolesOf, type TenantState, type User } from '../tenant-state.ts';
import type { World } from '../world.ts';
import { type App, clients, type Network, places, resources } from '../worlds/catalogue.ts';
import { authenticatorMethod, methodKey, phoneMethod } from '../worlds/methods.ts';
import { guid, type Random } from '../worlds/random.ts';
import { directoryRoles } from '../worlds/roles.ts';
import type { Attack, Step } from './attack.ts';
import { bringApp } from './bring-app.ts';
import type { AuditDetails, Hand, UnifiedDetails } from './hand.ts';
import { makeConnector, makeInboxRule, makeTransportRules } from './mail-flow-steps.ts';
import { weaken } from './weaken.ts';

export interface AttackerOptions {
  readonly world: World;
  readonly tenant: TenantState;
  readonly attack: Attack;
  readonly victim: User;
  readonly bystanders: readonly User[];
  readonly random: Random;
  /** Names the run: its records get ids of their own. */
  readonly run: string;
  readonly userAgent: string;
  readonly entryApp: App;
}

export class Attacker {
  readonly #o: AttackerOptions;
  readonly #network: Network;
  #session: number | undefined;
  #registered = false;
  #count = 0;

  constructor(options: AttackerOptions) {
    this.#o = options;
    const { network } = options.attack;
    const [low, high] = network.hosts;
    this.#network = { address: `203.0.113.${options.random.int(low, high)}`, asn: network.asn, place: places[network.place] };
  }

  /** Carries out one step at `time`. What the tenant no longer allows fails as the service would let it fail. */
  perform(step: Step, time: number): void {
    if (step.do === 'fail') this.#fail(step, time);
    else if (step.do === 'sign-in') this.#signIn(time, clients[step.app], resources[step.resource]);
    else if (this.#entered(time)) this.#act(step, time);
  }

  get #hand(): Hand {
    return {
      tenant: this.#o.tenant,
      run: this.#o.run,
      random: this.#o.random,
      victim: this.#victim,
      audit: (time, activity, facts) => this.#audit(time, activity, facts),
      unified: (time, operation, recordType, facts) => this.#unified(time, operation, recordType, facts),
    };
  }
  get #browser() {
    return { userAgent: this.#o.userAgent, browser: this.#o.attack.browser, system: this.#o.attack.system };
  }
  get #victim(): User {
    return this.#o.tenant.users.current(this.#o.victim.id) ?? this.#o.victim;
  }
  #key(what: string): string {
    this.#count += 1;
    return `${this.#o.run} ${what} ${this.#count}`;
  }

  #fail(step: Step & { do: 'fail' }, time: number): void {
    for (let index = 0; index < step.times; index += 1) {
      const who = step.who === 'victim' ? this.#victim : this.#o.bystanders[index % this.#o.bystanders.length];
      if (who !== undefined)
        this.#record(
          who,
          time + index * step.every * 1000,
          this.#o.entryApp,
          resources.officeHome,
          who.accountEnabled ? step.error : 50057,
        );
    }
  }

  #record(user: User, time: number, app: App, resource: App, error: number): void {
    const { world, tenant } = this.#o;
    const key = this.#key('sign-in');
    const record = signInRecord({
      key,
      time,
      tenant: tenant.id,
      kind: 'interactiveUser',
      user,
      app,
      resource,
      network: this.#network,
      browser: this.#browser,
      error,
      session: guid(this.#o.run, 'session', user.id),
      ...(this.#registered && error === 0 && { secondFactor: 'Mobile app notification' }),
    });
    world.log(tenant, 'signIns', time, record);
    const more = signInExtras(record, app, this.#browser, tenant.id);
    const operation = error === 0 ? 'UserLoggedIn' : 'UserLoginFailed';
    const facts = {
      key,
      time,
      tenant: tenant.id,
      operation,
      workload: 'AzureActiveDirectory',
      recordType: 15,
      objectId: resource.id,
    } as const;
    world.log(tenant, 'unifiedAudit', time, unifiedRecord({ ...facts, user, address: this.#network.address, more }));
  }

  /** Tries the stolen password; true when it lets the attacker in. */
  #signIn(time: number, app: App, resource: App): boolean {
    const user = this.#victim;
    const used = app.id === clients.officeHome.id ? this.#o.entryApp : app;
    const error = !user.accountEnabled ? 50057 : user.passwordGeneration !== this.#o.victim.passwordGeneration ? 50126 : 0;
    this.#record(user, time, used, resource, error);
    this.#session = error === 0 ? time : undefined;
    return error === 0;
  }

  /** True while a session lives: the account is enabled and its sessions were not ended since. Otherwise the attacker signs in again. */
  #entered(time: number): boolean {
    const user = this.#victim;
    const alive = this.#session !== undefined && user.accountEnabled && Date.parse(user.signInSessionsValidFromDateTime) <= this.#session;
    return alive || this.#signIn(time, clients.officeHome, resources.officeHome);
  }

  #act(step: Exclude<Step, { do: 'fail' | 'sign-in' }>, time: number): void {
    if (step.do === 'register') this.#register(step.method, time);
    else if (step.do === 'mail-read') this.#unified(time, 'MailItemsAccessed', 50, { more: { OperationCount: step.items } });
    else if (step.do === 'inbox-rule') makeInboxRule(this.#hand, step, time);
    else if (step.do === 'weaken') {
      if (this.#roles().includes(directoryRoles.globalAdministrator.id)) weaken(this.#hand, step.what, time);
    } else if (step.do === 'download')
      this.#many(step, time, (at, index) =>
        this.#unified(at, 'FileDownloaded', 6, {
          objectId: `https://${this.#o.tenant.domain}/sites/finance/Documents/Ledger ${index}.xlsx`,
          workload: 'SharePoint',
        }),
      );
    else if (step.do === 'send')
      this.#many(step, time, (at, index) =>
        this.#unified(at, 'Send', 2, {
          more: { Item: { Subject: `Invoice ${index}`, InternetMessageId: `<${guid(this.#o.run, 'mail', index)}>` } },
        }),
      );
    else if (step.do === 'app') bringApp(this.#hand, step, time);
    else if (!this.#mayAdministerExchange()) return;
    else if (step.do === 'connector') makeConnector(this.#hand, step.prefix, time);
    else makeTransportRules(this.#hand, step.headers, time);
  }

  #many(step: { readonly times: number; readonly every: number }, time: number, write: (at: number, index: number) => void): void {
    for (let index = 0; index < step.times; index++) write(time + index * step.every * 1000, index);
  }

  #roles(): readonly string[] {
    return rolesOf(this.#o.tenant, this.#victim.id);
  }

  #mayAdministerExchange(): boolean {
    const roles = this.#roles();
    return roles.includes(directoryRoles.exchangeAdministrator.id) || roles.includes(directoryRoles.globalAdministrator.id);
  }

  #unified(time: number, operation: string, recordType: number, facts: UnifiedDetails): void {
    const { world, tenant } = this.#o;
    const key = this.#key(operation);
    const common = {
      key,
      time,
      tenant: tenant.id,
      operation,
      workload: 'Exchange',
      recordType,
      user: this.#victim,
      address: this.#network.address,
    } as const;
    world.log(tenant, 'unifiedAudit', time, unifiedRecord({ ...common, ...facts }));
  }

  #audit(time: number, activity: string, facts: AuditDetails): void {
    const { world, tenant } = this.#o;
    const { id, displayName, userPrincipalName } = this.#victim;
    const by = { user: { id, displayName, userPrincipalName, ipAddress: this.#network.address } };
    const record = auditRecord({ key: this.#key(activity), time, activity, by, userAgent: this.#o.userAgent, ...facts });
    world.log(tenant, 'directoryAudits', time, record);
    if (facts.service === 'Core Directory') world.log(tenant, 'unifiedAudit', time, unifiedDirectoryRecord(record, tenant.id));
  }

  #register(kind: 'authenticator' | 'phone', time: number): void {
    const { id, displayName, userPrincipalName } = this.#victim;
    const method =
      kind === 'authenticator'
        ? authenticatorMethod(id, time, 'SM-A155F', this.#o.run)
        : phoneMethod(id, time, `+1 55501${String(this.#o.random.int(0, 99)).padStart(2, '0')}`);
    this.#o.tenant.methods.write(methodKey(method), method, time);
    this.#registered ||= kind === 'authenticator';
    this.#audit(time, 'User registered security info', {
      service: 'Authentication Methods',
      category: 'UserManagement',
      operation: 'Add',
      reason:
        kind === 'authenticator' ? 'User registered Authenticator App with Notification and Code' : 'User registered Mobile Phone SMS',
      targets: [{ id, displayName, type: 'User', userPrincipalName }],
    });
  }
}
