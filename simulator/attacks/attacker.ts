// The attacker's hands: what one step writes into the tenant, and whether the stolen account still lets it. Used by run.ts.
import { auditRecord } from '../records/directory-audit.ts';
import { signInRecord } from '../records/sign-in.ts';
import { signInExtras } from '../records/sign-in-audit.ts';
import { unifiedRecord } from '../records/unified-audit.ts';
import { unifiedDirectoryRecord } from '../records/unified-directory.ts';
import { rolesOf, type TenantState, type User } from '../tenant-state.ts';
import type { World } from '../world.ts';
import { type App, clients, type Network, resources } from '../worlds/catalogue.ts';
import { servicePrincipalId } from '../worlds/directory.ts';
import { guid, type Random } from '../worlds/random.ts';
import { directoryRoles } from '../worlds/roles.ts';
import { forwardMail, registerDevice, registerMethod } from './account-steps.ts';
import type { Attack, Manner, Step } from './attack.ts';
import { bringApp } from './bring-app.ts';
import { letForeignAppIn, readAsForeignApp } from './consent-steps.ts';
import type { AuditDetails, Hand, SignInOf, UnifiedDetails } from './hand.ts';
import { clearMailFlow, makeConnector, makeInboxRule, makeTransportRules } from './mail-flow-steps.ts';
import { addKey, empower } from './power-steps.ts';
import { comeFromOutside, mannered, networkOf, tryInVain } from './sign-in-steps.ts';
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
  /** Which of a network's addresses is used. */
  readonly #chosen: number;
  #session: number | undefined;
  #registered = false;
  #count = 0;
  readonly #made = new Set<string>();

  constructor(options: AttackerOptions) {
    this.#o = options;
    const { network } = options.attack;
    const [low, high] = network.hosts;
    this.#chosen = options.random.int(low, high) - low;
    this.#network = networkOf(network, this.#chosen);
  }

  /** Carries out one step at `time`. What the tenant no longer allows fails as the service would let it fail. */
  perform(step: Step, time: number): void {
    if (step.do === 'fail') tryInVain(this.#hand, step, this.#o.entryApp, time);
    else if (step.do === 'sign-in') this.#signIn(time, clients[step.app], resources[step.resource], step.manner);
    else if (step.do === 'outsider') comeFromOutside(this.#hand, step, time);
    // Applications and outsiders need no session of the victim's, and whom somebody talks into a consent acts on his own.
    else if (isOfAnApp(step)) this.#act(step, time);
    else if (this.#entered(time)) this.#act(step, time);
  }

  get #hand(): Hand {
    const { tenant, run, random, bystanders } = this.#o;
    const id = guid(run, 'app');
    return {
      tenant,
      run,
      random,
      victim: this.#victim,
      bystanders,
      app: { id, servicePrincipal: servicePrincipalId(tenant.id, id) },
      made: this.#made,
      record: (time, sign) => this.#record(time, sign),
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

  #record(time: number, sign: SignInOf): void {
    const { world, tenant } = this.#o;
    const { user, app, error, silent, factor, network = this.#network, browser = this.#browser, managed, session, ...more } = sign;
    const key = this.#key('sign-in');
    const secondFactor = factor ?? (this.#registered && error === 0 && silent !== true ? 'Mobile app notification' : undefined);
    const record = signInRecord({
      key,
      time,
      tenant: tenant.id,
      kind: silent === true ? 'nonInteractiveUser' : 'interactiveUser',
      user,
      app,
      network,
      browser,
      error,
      session: session ?? guid(this.#o.run, 'session', user.id),
      ...(managed !== undefined && { deviceId: managed }),
      ...(secondFactor !== undefined && { secondFactor }),
      ...more,
    });
    world.log(tenant, 'signIns', time, record);
    if (silent === true) return;
    const operation = error === 0 ? 'UserLoggedIn' : 'UserLoginFailed';
    const facts = {
      key,
      time,
      tenant: tenant.id,
      operation,
      workload: 'AzureActiveDirectory',
      recordType: 15,
      objectId: sign.resource.id,
    } as const;
    const extras = signInExtras(record, app, browser, tenant.id);
    world.log(tenant, 'unifiedAudit', time, unifiedRecord({ ...facts, user, address: network.address, more: extras }));
  }

  /** Tries the stolen password, or what was stolen with it; true when it lets the attacker in. */
  #signIn(time: number, app: App, resource: App, manner?: Manner): boolean {
    const user = this.#victim;
    const used = app.id === clients.officeHome.id ? this.#o.entryApp : app;
    const error = !user.accountEnabled ? 50057 : user.passwordGeneration !== this.#o.victim.passwordGeneration ? 50126 : 0;
    this.#record(time, { user, app: used, resource, error, ...mannered(manner, this.#chosen) });
    this.#session = error === 0 ? time : undefined;
    return error === 0;
  }

  /** True while a session lives: the account is enabled and its sessions were not ended since. Otherwise the attacker signs in again. */
  #entered(time: number): boolean {
    const user = this.#victim;
    const alive = this.#session !== undefined && user.accountEnabled && Date.parse(user.signInSessionsValidFromDateTime) <= this.#session;
    return alive || this.#signIn(time, clients.officeHome, resources.officeHome);
  }

  #act(step: Exclude<Step, { do: 'fail' | 'sign-in' | 'outsider' }>, time: number): void {
    const hand = this.#hand;
    switch (step.do) {
      case 'register':
        registerMethod(hand, step.method, time);
        this.#registered ||= step.method === 'authenticator';
        return;
      case 'device':
        registerDevice(hand, step, time);
        return;
      case 'forward':
        forwardMail(hand, step.to, time);
        return;
      case 'mail-read':
        hand.unified(time, 'MailItemsAccessed', 50, { more: { OperationCount: step.items } });
        return;
      case 'inbox-rule':
        makeInboxRule(hand, step, time);
        return;
      case 'download':
        this.#many(step, time, (at, index) =>
          hand.unified(at, 'FileDownloaded', 6, {
            objectId: `https://${hand.tenant.domain}/sites/finance/Documents/Ledger ${index}.xlsx`,
            workload: 'SharePoint',
          }),
        );
        return;
      case 'send':
        this.#many(step, time, (at, index) =>
          hand.unified(at, 'Send', 2, {
            more: { Item: { Subject: `Invoice ${index}`, InternetMessageId: `<${guid(hand.run, 'mail', index)}>` } },
          }),
        );
        return;
      case 'app':
        bringApp(hand, step, time);
        return;
      case 'consent':
        letForeignAppIn(hand, step, time);
        return;
      case 'app-reads':
        readAsForeignApp(hand, step, time);
        return;
      case 'weaken':
        if (this.#administers()) weaken(hand, step.what, time);
        return;
      case 'empower':
        if (this.#administers()) empower(hand, time);
        return;
      case 'credential':
        if (step.by !== undefined || this.#administers()) addKey(hand, step, time);
        return;
      case 'connector':
        if (this.#administersExchange(step)) makeConnector(hand, step, time);
        return;
      case 'transport-rules':
        if (this.#administersExchange(step)) makeTransportRules(hand, step, time);
        return;
      case 'clear-mail-flow':
        if (this.#administersExchange(step)) clearMailFlow(hand, step, time);
        return;
    }
  }

  #many(step: { readonly times: number; readonly every: number }, time: number, write: (at: number, index: number) => void): void {
    for (let index = 0; index < step.times; index++) write(time + index * step.every * 1000, index);
  }

  #administers(): boolean {
    return rolesOf(this.#o.tenant, this.#victim.id).includes(directoryRoles.globalAdministrator.id);
  }

  /** The victim's own right, or the own application's while it is switched on. */
  #administersExchange({ by }: { readonly by?: 'app' }): boolean {
    const { tenant } = this.#o;
    const { servicePrincipal } = this.#hand.app;
    if (by === 'app' && tenant.servicePrincipals.current(servicePrincipal)?.['accountEnabled'] !== true) return false;
    const roles = rolesOf(tenant, by === 'app' ? servicePrincipal : this.#victim.id);
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

  #audit(time: number, activity: string, { by, ...facts }: AuditDetails): void {
    const { world, tenant } = this.#o;
    const { id, displayName, userPrincipalName } = by?.user ?? this.#victim;
    const who = { user: { id, displayName, userPrincipalName, ipAddress: by?.address ?? this.#network.address } };
    const userAgent = by?.userAgent ?? this.#o.userAgent;
    const record = auditRecord({ key: this.#key(activity), time, activity, by: who, userAgent, ...facts });
    world.log(tenant, 'directoryAudits', time, record);
    if (facts.service === 'Core Directory') world.log(tenant, 'unifiedAudit', time, unifiedDirectoryRecord(record, tenant.id));
  }
}

const isOfAnApp = (step: Step): boolean =>
  step.do === 'app-reads' || (step.do === 'consent' && step.who === 'people') || ('by' in step && step.by !== undefined);
