// Cmdlets about one mailbox, and outbound connectors. Source: Exchange reference C.4 (anchor) and C.5 (records); reference pages of Exchange PowerShell.
import { z } from 'zod';
import { entities } from '../../entities.ts';
import type { Call, Handler, Reply } from '../../handler.ts';
import { exchangeError } from '../../refusals.ts';
import { victims } from '../../worlds/constants.ts';
import { answer, cmdlet, notFoundType, readRoles } from './cmdlet.ts';

type Json = Readonly<Record<string, unknown>>;
const identity = z.string().min(1).max(256);
const example = victims.contoso.finance.upn;

/** The owner's object id, by UPN, object id or mailbox id. */
function ownerOf(call: Call, wanted: string): string | undefined {
  const name = wanted.toLowerCase();
  return call.tenant.settings.mailboxes
    .list(call.now)
    .find(([id, mailbox]) => id === name || mailbox['Guid'] === name || String(mailbox['UserPrincipalName']).toLowerCase() === name)?.[0];
}

function ofMailbox(call: Call, wanted: string, objects: (owner: string) => readonly Json[]): Reply {
  const owner = ownerOf(call, wanted);
  if (owner === undefined)
    return exchangeError(
      404,
      `The operation couldn't be performed because object '${wanted}' couldn't be found on 'EURPR01A001.PROD.OUTLOOK.COM'.`,
      notFoundType,
    );
  return answer(call, objects(owner));
}

export const mailboxHandlers: readonly Handler[] = [
  cmdlet({
    name: 'Get-OutboundConnector',
    source: 'Exchange reference C.5 and the cmdlet page: no ResultSize; connectors in test mode only when asked for',
    certainty: 'documented',
    roles: readRoles,
    feed: 'exchange.outbound-connectors',
    entity: entities.outboundConnector,
    parameters: z.strictObject({ Identity: identity.optional(), IncludeTestModeConnectors: z.boolean().optional() }),
    example: { IncludeTestModeConnectors: true },
    run: (call, { Identity, IncludeTestModeConnectors }) =>
      answer(
        call,
        call.tenant.settings.outboundConnectors
          .list(call.now)
          .map(([, one]) => one)
          .filter(
            (one) =>
              (IncludeTestModeConnectors === true || one['TestMode'] !== true) &&
              (Identity === undefined || one['Guid'] === Identity || one['Name'] === Identity),
          ),
      ),
  }),
  cmdlet({
    name: 'Get-InboxRule',
    source: 'Exchange reference C.5: parameters of New-InboxRule as properties, no times; hidden rules only with IncludeHidden',
    certainty: 'documented',
    roles: readRoles,
    feed: 'exchange.inbox-rules',
    entity: entities.inboxRule,
    parameters: z.strictObject({ Mailbox: identity, IncludeHidden: z.boolean().optional() }),
    example: { Mailbox: example, IncludeHidden: true },
    run: (call, { Mailbox, IncludeHidden }) =>
      ofMailbox(call, Mailbox, (owner) =>
        call.tenant.settings.inboxRules
          .list(call.now)
          .flatMap(([, one]) =>
            one['owner'] === owner && (IncludeHidden === true || one['hidden'] !== true) ? [one['rule'] as Json] : [],
          ),
      ),
  }),
  cmdlet({
    name: 'Get-Mailbox',
    source: 'Exchange reference C.5: forwarding is a property of the mailbox',
    certainty: 'documented',
    roles: readRoles,
    feed: 'exchange.forwarding',
    entity: entities.mailbox,
    parameters: z.strictObject({ Identity: identity }),
    example: { Identity: example },
    run: (call, { Identity }) =>
      ofMailbox(call, Identity, (owner) => {
        const mailbox = call.tenant.settings.mailboxes.read(owner, call.now);
        return mailbox === undefined ? [] : [mailbox];
      }),
  }),
  cmdlet({
    name: 'Get-MailboxPermission',
    source: 'reference page of the cmdlet: the owner’s own right is listed as NT AUTHORITY\\SELF',
    certainty: 'documented',
    roles: readRoles,
    feed: 'exchange.mailbox-permissions',
    entity: entities.mailboxPermission,
    parameters: z.strictObject({ Identity: identity }),
    example: { Identity: example },
    run: (call, { Identity }) =>
      ofMailbox(call, Identity, (owner) =>
        call.tenant.settings.mailboxPermissions
          .list(call.now)
          .flatMap(([, one]) => (one['owner'] === owner ? [one['permission'] as Json] : [])),
      ),
  }),
  cmdlet({
    name: 'Get-RecipientPermission',
    source: 'reference page of the cmdlet: the right to send as somebody, the owner’s own as NT AUTHORITY\\SELF',
    certainty: 'documented',
    roles: readRoles,
    feed: 'exchange.mailbox-permissions',
    entity: entities.recipientPermission,
    parameters: z.strictObject({ Identity: identity }),
    example: { Identity: example },
    run: (call, { Identity }) =>
      ofMailbox(call, Identity, (owner) =>
        call.tenant.settings.recipientPermissions
          .list(call.now)
          .flatMap(([, one]) => (one['owner'] === owner ? [one['permission'] as Json] : [])),
      ),
  }),
];
