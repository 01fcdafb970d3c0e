// The attacker's inbox rules, and, where the victim may administer Exchange, connector and transport rules. Used by attacker.ts.
import { connectorObject, transportRuleObject } from '../worlds/mail-flow.ts';
import { writeInboxRule } from '../worlds/mailboxes.ts';
import type { Step } from './attack.ts';
import type { Hand, UnifiedDetails } from './hand.ts';

/** Exchange names an application by its id (user type 5). */
const inNameOf = ({ app }: Hand, by: 'app' | undefined): Pick<UnifiedDetails, 'more'> =>
  by === 'app' ? { more: { UserType: 5, UserKey: app.id, UserId: `ServicePrincipal_${app.id}` } } : {};

/** An inbound connector that keeps internal headers, for the attacker's own sending host. */
export function makeConnector(hand: Hand, { prefix, by }: Step & { do: 'connector' }, time: number): void {
  const letters = Array.from({ length: 5 }, () => hand.random.pick([...'abcdefghjkmnpqrstuvwxyz'])).join('');
  const addresses = [`203.0.113.${hand.random.int(240, 250)}`];
  const connector = connectorObject(
    hand.tenant,
    { name: `${prefix}${letters}`, addresses, source: 'Default', type: 'OnPremises', internal: true },
    time,
  );
  hand.tenant.connectors.write(connector.Guid, connector, time);
  hand.made.add(connector.Guid);
  hand.unified(time, 'New-InboundConnector', 1, {
    ...inNameOf(hand, by),
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

/** One rule per header that gives the mail's origin away. Exchange takes no name twice. */
export function makeTransportRules(hand: Hand, { headers, by }: Step & { do: 'transport-rules' }, time: number): void {
  const taken = new Set(hand.tenant.transportRules.all().map(([, { Name }]) => Name));
  const names = Array.from({ length: 99 }, (_, index) => `Test${String(index + 1).padStart(2, '0')}`).filter((name) => !taken.has(name));
  for (const [index, header] of headers.entries()) {
    const name = names[index] ?? `Test${time + index}`;
    const rule = transportRuleObject(hand.tenant, name, index + 1, hand.victim.displayName, time + index * 1000, {
      RemoveHeader: header,
    });
    hand.tenant.transportRules.write(rule.Guid, rule, time + index * 1000);
    hand.made.add(rule.Guid);
    hand.unified(time + index * 1000, 'New-TransportRule', 1, {
      ...inNameOf(hand, by),
      objectId: name,
      parameters: { Name: name, RemoveHeader: header, SetAuditSeverity: 'DoNotAudit' },
    });
  }
}

/** Takes away what this attack made, as its makers do once the mail is sent. */
export function clearMailFlow(hand: Hand, { by }: Step & { do: 'clear-mail-flow' }, time: number): void {
  const { connectors, transportRules } = hand.tenant;
  const made = (list: typeof connectors) => list.all().filter(([, { Guid }]) => hand.made.has(Guid));
  const gone = [
    ...made(transportRules).map((one) => ['Remove-TransportRule', transportRules, one] as const),
    ...made(connectors).map((one) => ['Remove-InboundConnector', connectors, one] as const),
  ];
  for (const [index, [operation, list, [key, { Name }]]] of gone.entries()) {
    list.write(key, undefined, time + index * 1000);
    hand.unified(time + index * 1000, operation, 1, { ...inNameOf(hand, by), objectId: Name, parameters: { Identity: Name } });
  }
}

/** A rule in the victim's mailbox: its record spells every value as a text, the rule itself as what it is. */
export function makeInboxRule(hand: Hand, step: Step & { do: 'inbox-rule' }, time: number): void {
  const { id, displayName, userPrincipalName } = hand.victim;
  const actions = Object.fromEntries(
    Object.entries(step.parameters).map(([name, value]) => [
      name,
      value === 'True' || value === 'False' ? value === 'True' : /Words$|To$|^From$/.test(name) ? value.split(';') : value,
    ]),
  );
  writeInboxRule(hand.tenant, { id, name: displayName }, { name: step.name, actions }, time);
  hand.unified(time, 'New-InboxRule', 1, {
    objectId: `${userPrincipalName}\\${step.name}`,
    parameters: { Name: step.name, ...step.parameters },
  });
}
