// Exchange Online's admin API: one POST path, one handler per cmdlet. Source: Exchange reference C.2 (grants), C.4 (request, answers), C.5 (cmdlets and records).
import { z } from 'zod';
import { entities } from '../../entities.ts';
import type { Call, Handler, Reply } from '../../handler.ts';
import { exchangeError } from '../../refusals.ts';
import type { Replica } from '../../replica.ts';
import type { ExchangeObject, TenantState } from '../../tenant-state.ts';
import { contoso } from '../../worlds/constants.ts';
import { guid } from '../../worlds/random.ts';
import { directoryRoles } from '../../worlds/roles.ts';
import { answer, cmdlet, notFoundType, readRoles } from './cmdlet.ts';

const writeRoles = [directoryRoles.exchangeAdministrator.id, directoryRoles.globalAdministrator.id];

const identity = z.string().min(1).max(256);
const confirm = z.boolean().optional();
const listParameters = z.strictObject({
  Identity: identity.optional(),
  ResultSize: z.union([z.literal('Unlimited'), z.int().min(1)]).optional(),
});

/** Objects by Guid or name, as the service itself knows them. */
const current = (store: Replica<ExchangeObject>, wanted: string): ExchangeObject | undefined =>
  store.current(wanted) ??
  store.all().find(([, one]) => one.Guid === wanted.toLowerCase() || one.Name.toLowerCase() === wanted.toLowerCase())?.[1];

const missing = (kind: string, wanted: string): Reply =>
  exchangeError(404, `The operation couldn't be performed because object '${wanted}' couldn't be found (${kind}).`, notFoundType);

function listed(
  call: Call,
  store: Replica<ExchangeObject>,
  wanted: string | undefined,
  keep: (one: ExchangeObject) => boolean = () => true,
): Reply {
  const all = store.list(call.now).map(([, one]) => one);
  if (wanted === undefined) return answer(call, all.filter(keep));
  const found = all.filter((one) => one.Guid === wanted.toLowerCase() || one.Name.toLowerCase() === wanted.toLowerCase());
  return found.length === 0 ? missing('read', wanted) : answer(call, found);
}

const changed = (call: Call): string => `${new Date(call.now).toISOString().slice(0, 19)}.0000000`;

function changeObject(
  call: Call,
  store: (tenant: TenantState) => Replica<ExchangeObject>,
  wanted: string,
  change: (one: ExchangeObject) => ExchangeObject | undefined,
): Reply {
  const replica = store(call.tenant);
  const found = current(replica, wanted);
  if (found === undefined) return missing('write', wanted);
  replica.write(found.Guid, change(found), call.now);
  return answer(call, []);
}
const connectors = (tenant: TenantState): Replica<ExchangeObject> => tenant.connectors;
const rules = (tenant: TenantState): Replica<ExchangeObject> => tenant.transportRules;
const gateway = guid(contoso.id, 'connector', 'Mail gateway');
const banner = guid(contoso.id, 'transport-rule', 'External mail banner');
/** Example objects for the destructive cmdlets are not there: the answer to them is that documented 404. */
const gone = { Identity: guid('nothing'), Confirm: false };

const texts = z.array(z.string()).optional();
const connectorChange = z.strictObject({
  Identity: identity,
  Confirm: confirm,
  Enabled: z.boolean().optional(),
  Name: z.string().optional(),
  Comment: z.string().optional(),
  ConnectorType: z.enum(['Partner', 'OnPremises']).optional(),
  ConnectorSource: z.enum(['Default', 'AdminUI', 'HybridWizard', 'Migrated']).optional(),
  RequireTls: z.boolean().optional(),
  RestrictDomainsToCertificate: z.boolean().optional(),
  RestrictDomainsToIPAddresses: z.boolean().optional(),
  SenderDomains: texts,
  SenderIPAddresses: texts,
  TlsSenderCertificateName: z.string().nullable().optional(),
  TreatMessagesAsInternal: z.boolean().optional(),
  CloudServicesMailEnabled: z.boolean().optional(),
});

const ruleState = (name: 'Disable-TransportRule' | 'Enable-TransportRule', state: 'Disabled' | 'Enabled'): Handler =>
  cmdlet({
    name,
    source: 'Exchange reference C.5: set by State, the rule stays; empty answer on success',
    certainty: 'documented',
    roles: writeRoles,
    parameters: z.strictObject({ Identity: identity, Confirm: confirm }),
    example: { Identity: banner, Confirm: false },
    run: (call, parameters) =>
      changeObject(call, rules, parameters.Identity, (rule) => ({ ...rule, State: state, WhenChanged: `${changed(call)}+00:00` })),
  });

const removal = (
  name: 'Remove-InboundConnector' | 'Remove-TransportRule',
  store: (tenant: TenantState) => Replica<ExchangeObject>,
): Handler =>
  cmdlet({
    name,
    source: 'Exchange reference C.4 and C.5: empty answer on success, ManagementObjectNotFoundException when it is gone (status inferred)',
    certainty: 'inferred',
    roles: writeRoles,
    parameters: z.strictObject({ Identity: identity, Confirm: confirm }),
    example: gone,
    run: (call, parameters) => changeObject(call, store, parameters.Identity, () => undefined),
  });

export const exchangeHandlers: readonly Handler[] = [
  cmdlet({
    name: 'Get-InboundConnector',
    source: 'Exchange reference C.5: record measured July 2026',
    certainty: 'measured',
    roles: readRoles,
    feed: 'exchange.inbound-connectors',
    entity: entities.inboundConnector,
    parameters: listParameters,
    example: { ResultSize: 'Unlimited' },
    run: (call, parameters) => listed(call, call.tenant.connectors, parameters.Identity),
  }),
  cmdlet({
    name: 'Set-InboundConnector',
    source: 'Exchange reference C.5: parameters of the cmdlet page; disabling by Enabled false as CIPP does',
    certainty: 'documented',
    roles: writeRoles,
    parameters: connectorChange,
    example: { Identity: gateway, Enabled: true, Confirm: false },
    run: (call, { Identity, Confirm: _confirm, ...change }) =>
      changeObject(call, connectors, Identity, (connector) => ({
        ...connector,
        ...change,
        Name: change.Name ?? connector.Name,
        WhenChangedUTC: `${changed(call)}Z`,
      })),
  }),
  removal('Remove-InboundConnector', connectors),
  cmdlet({
    name: 'Get-TransportRule',
    source: 'Exchange reference C.5: record keys measured July 2026; State instead of Enabled',
    certainty: 'measured',
    roles: readRoles,
    feed: 'exchange.transport-rules',
    entity: entities.transportRule,
    parameters: listParameters.extend({
      State: z.enum(['Enabled', 'Disabled']).optional(),
      ExcludeConditionActionDetails: z.boolean().optional(),
    }),
    example: { ResultSize: 'Unlimited' },
    run: (call, parameters) =>
      listed(
        call,
        call.tenant.transportRules,
        parameters.Identity,
        (rule) => parameters.State === undefined || rule.State === parameters.State,
      ),
  }),
  ruleState('Disable-TransportRule', 'Disabled'),
  ruleState('Enable-TransportRule', 'Enabled'),
  removal('Remove-TransportRule', rules),
  cmdlet({
    name: 'Get-AdminAuditLogConfig',
    source: 'Cmdlet page: whether the unified audit log takes records in is UnifiedAuditLogIngestionEnabled; other properties left out',
    certainty: 'documented',
    roles: readRoles,
    parameters: z.strictObject({}),
    example: {},
    run: (call) => answer(call, [{ Name: 'Default', UnifiedAuditLogIngestionEnabled: call.tenant.audit.enabled }]),
  }),
  cmdlet({
    name: 'Get-OrganizationConfig',
    source: 'Exchange reference C.5: RejectDirectSend and AuditDisabled',
    certainty: 'documented',
    roles: readRoles,
    entity: entities.organizationConfig,
    parameters: z.strictObject({}),
    example: {},
    run: (call) =>
      answer(call, [
        {
          Name: call.tenant.domain,
          DisplayName: call.tenant.name,
          Identity: call.tenant.domain,
          Guid: guid(call.tenant.id, 'organization-config'),
          AuditDisabled: false,
          RejectDirectSend: false,
          OAuth2ClientProfileEnabled: true,
          IsDehydrated: false,
        },
      ]),
  }),
];
