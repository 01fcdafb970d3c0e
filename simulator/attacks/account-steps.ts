// What a thief leaves on the stolen account to stay and to read: sign-in methods, a device, forwarding. Used by attacker.ts.
import { authenticatorMethod, methodKey, phoneMethod } from '../worlds/methods.ts';
import { guid } from '../worlds/random.ts';
import type { Step } from './attack.ts';
import type { Hand } from './hand.ts';

export function registerMethod(hand: Hand, kind: 'authenticator' | 'phone', time: number): void {
  const { id, displayName, userPrincipalName } = hand.victim;
  const method =
    kind === 'authenticator'
      ? authenticatorMethod(id, time, 'SM-A155F', hand.run)
      : phoneMethod(id, time, `+1 55501${String(hand.random.int(0, 99)).padStart(2, '0')}`);
  hand.tenant.methods.write(methodKey(method), method, time);
  hand.audit(time, 'User registered security info', {
    service: 'Authentication Methods',
    category: 'UserManagement',
    operation: 'Add',
    reason: kind === 'authenticator' ? 'User registered Authenticator App with Notification and Code' : 'User registered Mobile Phone SMS',
    targets: [{ id, displayName, type: 'User', userPrincipalName }],
  });
}

/** A computer of the thief's becomes a device of the victim's. */
export function registerDevice(hand: Hand, step: Step & { do: 'device' }, time: number): void {
  hand.audit(time, 'Register device', {
    service: 'Device Registration Service',
    category: 'Device',
    operation: 'Add',
    userAgent: step.userAgent,
    targets: [{ id: guid(hand.run, 'device'), displayName: step.name, type: 'Device' }],
  });
}

export function forwardMail(hand: Hand, to: string, time: number): void {
  const { mailboxes } = hand.tenant.settings;
  const before = mailboxes.current(hand.victim.id);
  mailboxes.write(hand.victim.id, { ...before, ForwardingSmtpAddress: `smtp:${to}`, DeliverToMailboxAndForward: true }, time);
  hand.unified(time, 'Set-Mailbox', 1, {
    objectId: hand.victim.displayName,
    parameters: { Identity: hand.victim.userPrincipalName, ForwardingSmtpAddress: `smtp:${to}`, DeliverToMailboxAndForward: 'True' },
  });
}
