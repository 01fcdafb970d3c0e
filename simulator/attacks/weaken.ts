// What a thief with a Global Administrator's session changes in the tenant's own settings, each with its audit record. Used by attacker.ts.
import type { AuditTarget } from '../records/directory-audit.ts';
import { guid } from '../worlds/random.ts';
import { federationObject, partnerObject } from '../worlds/settings.ts';
import type { Hand } from './hand.ts';

export type Weakening = 'contacts' | 'provider' | 'federation' | 'access-policies' | 'security-defaults';

export function weaken(hand: Hand, what: Weakening, time: number): void {
  const { settings, id, name, domain } = hand.tenant;
  const told = (activity: string, category: 'DirectoryManagement' | 'Policy', target: AuditTarget): void =>
    hand.audit(time, activity, { service: 'Core Directory', category, operation: 'Update', targets: [target] });
  switch (what) {
    case 'contacts': {
      const [[key, before] = [id, {}]] = settings.organization.all();
      const after = [`support@relay-${hand.random.int(10, 99)}.example.net`];
      settings.organization.write(key, { ...before, technicalNotificationMails: after }, time);
      told('Set Company Information', 'DirectoryManagement', {
        id,
        displayName: name,
        type: 'Other',
        changes: [['TechnicalNotificationMails', before['technicalNotificationMails'] ?? [], after]],
      });
      return;
    }
    case 'provider': {
      const provider = guid(hand.run, 'provider');
      settings.partners.write(provider, partnerObject(provider, true), time);
      told('Add a partner to cross-tenant access setting', 'Policy', { id: provider, displayName: provider, type: 'Policy' });
      return;
    }
    case 'federation': {
      const [key, before] = settings.domains.all().at(-1) ?? [domain, {}];
      settings.domains.write(key, { ...before, authenticationType: 'Federated' }, time);
      settings.federations.write(key, federationObject(hand.tenant, 'https://sts.relay.example.net', `MIIC-${hand.run.slice(0, 8)}`), time);
      told('Set domain authentication', 'DirectoryManagement', { id: key, displayName: key, type: 'Other' });
      return;
    }
    case 'access-policies': {
      for (const [key, policy] of settings.conditionalAccess.all()) {
        settings.conditionalAccess.write(
          key,
          { ...policy, state: 'disabled', modifiedDateTime: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z') },
          time,
        );
        told('Update conditional access policy', 'Policy', { id: key, displayName: String(policy['displayName']), type: 'Policy' });
      }
      return;
    }
    case 'security-defaults': {
      const before = settings.securityDefaults.current('policy');
      if (before?.['isEnabled'] !== true) return;
      settings.securityDefaults.write('policy', { ...before, isEnabled: false }, time);
      told('Update security defaults', 'Policy', { id: String(before['id']), displayName: 'Security Defaults', type: 'Policy' });
    }
  }
}
