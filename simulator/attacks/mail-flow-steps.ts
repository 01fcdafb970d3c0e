// The attacker's connector and transport rules. Used by attacker.ts where the victim may administer Exchange.
import { connectorObject, transportRuleObject } from '../worlds/mail-flow.ts';
import type { Hand } from './hand.ts';

/** An inbound connector that keeps internal headers, for the attacker's own sending host. */
export function makeConnector(hand: Hand, prefix: string, time: number): void {
  const letters = Array.from({ length: 5 }, () => hand.random.pick([...'abcdefghjkmnpqrstuvwxyz'])).join('');
  const addresses = [`203.0.113.${hand.random.int(240, 250)}`];
  const connector = connectorObject(
    hand.tenant,
    { name: `${prefix}${letters}`, addresses, source: 'Default', type: 'OnPremises', internal: true },
    time,
  );
  hand.tenant.connectors.write(connector.Guid, connector, time);
  hand.unified(time, 'New-InboundConnector', 1, {
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

/** One rule per header that gives the mail's origin away. */
export function makeTransportRules(hand: Hand, headers: readonly string[], time: number): void {
  for (const [index, header] of headers.entries()) {
    const name = `Test${String(index + 1).padStart(2, '0')}`;
    const rule = transportRuleObject(hand.tenant, name, index + 1, hand.victim.displayName, time + index * 1000, {
      RemoveHeader: header,
    });
    hand.tenant.transportRules.write(rule.Guid, rule, time + index * 1000);
    hand.unified(time + index * 1000, 'New-TransportRule', 1, {
      objectId: name,
      parameters: { Name: name, RemoveHeader: header, SetAuditSeverity: 'DoNotAudit' },
    });
  }
}
