// The attacker's hands: what one step writes into the tenant, and whether the stolen account still lets it. Used by run.ts.
import { type AuditTarget, auditRecord } from '../records/directory-audit.ts';
import { signInRecord } from '../records/sign-in.ts';
import { signInExtras } from '../records/sign-in-audit.ts';
import { unifiedRecord } from '../records/unified-audit.ts';
import { rolesOf, type TenantState, type User } from '../tenant-state.ts';
import type { World } from '../world.ts';
import { type App, clients, type Network, places, resources } from '../worlds/catalogue.ts';
import { servicePrincipalId } from '../worlds/directory.ts';
import { connectorObject, transportRuleObject } from '../worlds/mail-flow.ts';
import { authenticatorMethod, methodKey, phoneMethod } from '../worlds/methods.ts';
import { guid, type Random } from '../worlds/random.ts';
import { directoryRoles } from '../worlds/roles.ts';
import type { Attack, Step } from './attack.ts';

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
    else if (step.do === 'inbox-rule')
      this.#unified(time, 'New-InboxRule', 1, {
        objectId: `${this.#victim.userPrincipalName}\\${step.name}`,
        parameters: { Name: step.name, ...step.parameters },
      });
    else if (step.do === 'app') this.#bringApp(step, time);
    else if (this.#mayAdministerExchange())
      step.do === 'connector' ? this.#connector(step.prefix, time) : this.#transportRules(step.headers, time);
  }

  #mayAdministerExchange(): boolean {
    const roles = rolesOf(this.#o.tenant, this.#victim.id);
    return roles.includes(directoryRoles.exchangeAdministrator.id) || roles.includes(directoryRoles.globalAdministrator.id);
  }

  #unified(
    time: number,
    operation: string,
    recordType: number,
    facts: { objectId?: string; parameters?: Readonly<Record<string, string>>; more?: Readonly<Record<string, unknown>> },
  ): void {
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

  #audit(
    time: number,
    activity: string,
    facts: {
      service: 'Core Directory' | 'Authentication Methods';
      category: 'UserManagement' | 'ApplicationManagement';
      operation: 'Add' | 'Update' | 'Assign';
      reason?: string;
      targets: readonly AuditTarget[];
      correlation?: string;
    },
  ): void {
    const { world, tenant } = this.#o;
    const { id, displayName, userPrincipalName } = this.#victim;
    const by = { user: { id, displayName, userPrincipalName, ipAddress: this.#network.address } };
    world.log(
      tenant,
      'directoryAudits',
      time,
      auditRecord({ key: this.#key(activity), time, activity, by, userAgent: this.#o.userAgent, ...facts }),
    );
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

  #bringApp(step: Step & { do: 'app' }, time: number): void {
    const { tenant, run } = this.#o;
    const appId = guid(run, 'app');
    const objectId = guid(run, 'application');
    const spId = servicePrincipalId(tenant.id, appId);
    const created = new Date(time).toISOString();
    const secret = {
      keyId: guid(run, 'secret'),
      displayName: 'backup',
      hint: 'q7T',
      startDateTime: created,
      endDateTime: new Date(time + 63_072_000_000).toISOString(),
      secretText: null,
      customKeyIdentifier: null,
    };
    const publisher = { displayName: null, verifiedPublisherId: null, addedDateTime: null };
    const shared = {
      appId,
      displayName: step.name,
      createdDateTime: created,
      signInAudience: 'AzureADMyOrg',
      keyCredentials: [],
      tags: [],
      verifiedPublisher: publisher,
    };
    const replyUrls = ['https://backup.attacker.example/callback'];
    tenant.applications.write(
      objectId,
      {
        ...shared,
        id: objectId,
        publisherDomain: tenant.domain,
        passwordCredentials: [secret],
        requiredResourceAccess: [],
        identifierUris: [],
        web: { redirectUris: replyUrls },
      },
      time,
    );
    tenant.servicePrincipals.write(
      spId,
      {
        ...shared,
        id: spId,
        appDisplayName: step.name,
        accountEnabled: true,
        appOwnerOrganizationId: tenant.id,
        disabledByMicrosoftStatus: null,
        homepage: null,
        replyUrls,
        servicePrincipalType: 'Application',
        passwordCredentials: [],
        appRoles: [],
        oauth2PermissionScopes: [],
        servicePrincipalNames: [appId],
      },
      time,
    );
    const grant = {
      id: guid(run, 'grant'),
      clientId: spId,
      consentType: 'Principal',
      principalId: this.#victim.id,
      resourceId: servicePrincipalId(tenant.id, resources.graph.id),
      scope: step.scope,
    };
    tenant.permissionGrants.write(grant.id, grant, time);

    const app: AuditTarget = { id: objectId, displayName: step.name, type: 'Application' };
    const sp: AuditTarget = { id: spId, displayName: step.name, type: 'ServicePrincipal' };
    const core = { service: 'Core Directory', category: 'ApplicationManagement' } as const;
    this.#audit(time, 'Add application', {
      ...core,
      operation: 'Add',
      targets: [
        {
          ...app,
          changes: [
            ['AppId', null, [appId]],
            ['DisplayName', null, [step.name]],
          ],
        },
      ],
    });
    this.#audit(time + 1000, 'Add service principal', {
      ...core,
      operation: 'Add',
      targets: [
        {
          ...sp,
          changes: [
            ['AccountEnabled', null, [true]],
            ['AppPrincipalId', null, [appId]],
            ['DisplayName', null, [step.name]],
          ],
        },
      ],
    });
    this.#audit(time + 2000, 'Update application – Certificates and secrets management ', {
      ...core,
      operation: 'Update',
      targets: [
        {
          ...app,
          changes: [
            ['KeyDescription', [], [`[KeyIdentifier=${secret.keyId},KeyType=Password,KeyUsage=Verify,DisplayName=${secret.displayName}]`]],
            ['Included Updated Properties', null, 'KeyDescription'],
          ],
        },
      ],
    });
    const correlation = guid(run, 'consent');
    const permissions = `[] => [[Id: ${grant.id}, ClientId: ${spId}, PrincipalId: ${grant.principalId}, ResourceId: ${grant.resourceId}, ConsentType: Principal, Scope: ${step.scope}]]; `;
    this.#audit(time + 4000, 'Add delegated permission grant', {
      ...core,
      operation: 'Assign',
      correlation,
      targets: [
        {
          id: grant.resourceId,
          displayName: resources.graph.name,
          type: 'ServicePrincipal',
          changes: [
            ['DelegatedPermissionGrant.Scope', null, step.scope],
            ['DelegatedPermissionGrant.ConsentType', null, 'Principal'],
            ['ServicePrincipal.ObjectID', null, spId],
          ],
        },
        sp,
      ],
    });
    this.#audit(time + 4000, 'Consent to application', {
      ...core,
      operation: 'Assign',
      correlation,
      targets: [
        {
          ...sp,
          changes: [
            ['ConsentContext.IsAdminConsent', null, 'False'],
            ['ConsentContext.IsAppOnly', null, 'False'],
            ['ConsentContext.OnBehalfOfAll', null, 'False'],
            ['ConsentContext.Tags', null, ''],
            ['ConsentAction.Permissions', null, permissions],
            ['TargetId.ServicePrincipalNames', null, appId],
          ],
        },
      ],
    });
  }

  #connector(prefix: string, time: number): void {
    const letters = Array.from({ length: 5 }, () => this.#o.random.pick([...'abcdefghjkmnpqrstuvwxyz'])).join('');
    const addresses = [`203.0.113.${this.#o.random.int(240, 250)}`];
    const connector = connectorObject(
      this.#o.tenant,
      { name: `${prefix}${letters}`, addresses, source: 'Default', type: 'OnPremises', internal: true },
      time,
    );
    this.#o.tenant.connectors.write(connector.Guid, connector, time);
    this.#unified(time, 'New-InboundConnector', 1, {
      objectId: connector.Name,
      parameters: {
        Name: connector.Name,
        ConnectorType: 'OnPremises',
        SenderDomains: '*',
        SenderIPAddresses: addresses.join(';'),
        RequireTls: 'False',
        CloudServicesMailEnabled: 'True',
        TreatMessagesAsInternal: 'True',
      },
    });
  }

  #transportRules(headers: readonly string[], time: number): void {
    for (const [index, header] of headers.entries()) {
      const name = `Test${String(index + 1).padStart(2, '0')}`;
      const rule = transportRuleObject(this.#o.tenant, name, index + 1, this.#victim.displayName, time + index * 1000, {
        RemoveHeader: header,
      });
      this.#o.tenant.transportRules.write(rule.Guid, rule, time + index * 1000);
      this.#unified(time + index * 1000, 'New-TransportRule', 1, {
        objectId: name,
        parameters: { Name: name, RemoveHeader: header, SetAuditSeverity: 'DoNotAudit' },
      });
    }
  }
}
