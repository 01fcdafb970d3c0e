// Feed: who else may open touched mailboxes, and who may send as their owners. Who may send on their behalf is a property of the mailbox: forwarding.ts.
import { mailboxFeed } from './mailbox-feed.ts';

type Thing = Record<string, unknown>;

/** Inherited ones come from the organisation, and the owner's own are in every mailbox. */
const isOwn = ({ IsInherited, User }: Thing): boolean => IsInherited !== true && String(User).toUpperCase() !== 'NT AUTHORITY\\SELF';

/** Exchange keeps the right to send as somebody apart, in words of its own: the same kind of object as the others. */
const sendAs = ({ Trustee, AccessControlType, Identity, AccessRights, IsInherited, InheritanceType }: Thing): Thing => ({
  Identity,
  User: Trustee,
  AccessRights,
  Deny: AccessControlType === 'Deny',
  IsInherited,
  InheritanceType,
});

const isSendAs = ({ AccessRights }: Thing): boolean => Array.isArray(AccessRights) && AccessRights.includes('SendAs');

export const mailboxPermissions = mailboxFeed({
  id: 'exchange.mailbox-permissions',
  title: 'Access to mailboxes of people in question',
  blind: 'that somebody else was let into a mailbox, or may send as its owner, is seen only through audits',
  shape: 'mailbox-permission',
  ignore: ['Identity', 'IsValid', 'ObjectState'],
  nameOf: (permission) => ({
    id: `${String(permission['User']).toLowerCase()}${isSendAs(permission) ? '/send-as' : ''}${permission['Deny'] === true ? '/deny' : ''}`,
    name: String(permission['User']),
  }),
  read: async (exchange, { upn }) => [
    ...(await exchange.invoke('Get-MailboxPermission', { Identity: upn }, upn)).filter(isOwn),
    ...(await exchange.invoke('Get-RecipientPermission', { Identity: upn }, upn)).map(sendAs).filter(isOwn),
  ],
});
