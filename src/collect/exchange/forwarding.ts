// Feed: where touched mailboxes forward their mail. Graph does not know it.
import { stamps } from '../stamps.ts';
import { mailboxFeed } from './mailbox-feed.ts';

/** Of some two hundred properties of a mailbox. */
const kept = [
  'AuditBypassEnabled',
  'AuditEnabled',
  'DeliverToMailboxAndForward',
  'DisplayName',
  'ExternalDirectoryObjectId',
  'ForwardingAddress',
  'ForwardingSmtpAddress',
  'GrantSendOnBehalfTo',
  'Guid',
  'HiddenFromAddressListsEnabled',
  'PrimarySmtpAddress',
  'RecipientTypeDetails',
  'UserPrincipalName',
  'WhenChangedUTC',
];

export const forwarding = mailboxFeed({
  id: 'exchange.forwarding',
  title: 'Forwarding of people in question',
  blind: 'forwarding of whole mailboxes is seen only through audits',
  shape: 'mailbox',
  ignore: ['WhenChangedUTC'],
  nameOf: (mailbox) => ({
    id: String(mailbox['Guid']),
    name: String(mailbox['UserPrincipalName'] ?? mailbox['PrimarySmtpAddress']),
    ...stamps(undefined, mailbox['WhenChangedUTC']),
  }),
  read: async (exchange, { upn }) =>
    (await exchange.invoke('Get-Mailbox', { Identity: upn }, upn)).map((mailbox) =>
      Object.fromEntries(kept.filter((name) => Object.hasOwn(mailbox, name)).map((name) => [name, mailbox[name]])),
    ),
});
