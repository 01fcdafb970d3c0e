// Feed: who else may open touched mailboxes.
import { mailboxFeed } from './mailbox-feed.ts';

export const mailboxPermissions = mailboxFeed({
  id: 'exchange.mailbox-permissions',
  title: 'Access to mailboxes of people in question',
  blind: 'that somebody else was let into a mailbox is seen only through audits',
  shape: 'mailbox-permission',
  ignore: ['Identity', 'IsValid', 'ObjectState'],
  nameOf: (permission) => ({
    id: `${String(permission['User']).toLowerCase()}${permission['Deny'] === true ? '/deny' : ''}`,
    name: String(permission['User']),
  }),
  // Inherited ones come from the organisation, and the owner's own is in every mailbox.
  read: async (exchange, { upn }) =>
    (await exchange.invoke('Get-MailboxPermission', { Identity: upn }, upn)).filter(
      ({ IsInherited, User }) => IsInherited !== true && String(User).toUpperCase() !== 'NT AUTHORITY\\SELF',
    ),
});
