// Mailboxes of people with their inbox rules and who may open them, as Exchange's cmdlets spell them. Used by settings.ts and attacks/.
import type { TenantState } from '../tenant-state.ts';
import type { Person } from './people.ts';
import { guid } from './random.ts';

const exchangeTime = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}.0000000Z`;

interface RuleFacts {
  readonly name: string;
  readonly actions: Readonly<Record<string, unknown>>;
  /** Missing from the list that Outlook shows. */
  readonly hidden?: boolean;
}

/** An inbox rule as Get-InboxRule spells it, with whose it is and whether it is hidden (which no answer says). */
export function writeInboxRule(
  tenant: TenantState,
  owner: { readonly id: string; readonly name: string },
  facts: RuleFacts,
  at: number,
): void {
  const key = Number.parseInt(guid(tenant.id, owner.id, 'rule', facts.name).slice(0, 8), 16);
  const rule = {
    Name: facts.name,
    Identity: `${owner.name}\\${key}`,
    RuleIdentity: key,
    Enabled: true,
    Priority: 1,
    Description: '',
    MailboxOwnerId: owner.name,
    InError: false,
    ErrorType: 'NONE',
    SupportedByTask: true,
    DeleteMessage: false,
    SoftDeleteMessage: false,
    MarkAsRead: false,
    StopProcessingRules: false,
    MoveToFolder: null,
    CopyToFolder: null,
    ForwardTo: null,
    ForwardAsAttachmentTo: null,
    RedirectTo: null,
    From: null,
    FromAddressContainsWords: null,
    SubjectContainsWords: null,
    SubjectOrBodyContainsWords: null,
    BodyContainsWords: null,
    HeaderContainsWords: null,
    IsValid: true,
    ...facts.actions,
  };
  tenant.settings.inboxRules.write(`${owner.id}/${key}`, { owner: owner.id, hidden: facts.hidden ?? false, rule }, at);
}

export function furnishMailbox(tenant: TenantState, person: Person, made: number): void {
  const name = `${person.given} ${person.surname}`;
  tenant.settings.mailboxes.write(
    person.id,
    {
      Guid: guid(tenant.id, 'mailbox', person.id),
      Identity: name,
      Name: name,
      DisplayName: name,
      UserPrincipalName: person.upn,
      PrimarySmtpAddress: person.upn,
      ExternalDirectoryObjectId: person.id,
      RecipientTypeDetails: 'UserMailbox',
      ForwardingAddress: null,
      ForwardingSmtpAddress: null,
      DeliverToMailboxAndForward: false,
      AuditEnabled: true,
      HiddenFromAddressListsEnabled: false,
      GrantSendOnBehalfTo: [],
      EmailAddresses: [`SMTP:${person.upn}`],
      WhenChangedUTC: exchangeTime(made),
      WhenCreatedUTC: exchangeTime(made),
      IsValid: true,
    },
    0,
  );
  tenant.settings.mailboxPermissions.write(`${person.id}/self`, permissionObject(person, 'NT AUTHORITY\\SELF'), 0);
  tenant.settings.recipientPermissions.write(`${person.id}/self`, sendAsObject(person, 'NT AUTHORITY\\SELF'), 0);
  writeInboxRule(tenant, { id: person.id, name }, { name: 'Junk E-Mail Rule', actions: {}, hidden: true }, 0);
  writeInboxRule(
    tenant,
    { id: person.id, name },
    { name: 'Newsletters', actions: { SubjectContainsWords: ['newsletter'], MoveToFolder: 'Newsletters' } },
    0,
  );
}

const sendAsObject = (owner: { readonly id: string; readonly given: string; readonly surname: string }, trustee: string) => ({
  owner: owner.id,
  permission: {
    Identity: `${owner.given} ${owner.surname}`,
    Trustee: trustee,
    AccessControlType: 'Allow',
    AccessRights: ['SendAs'],
    IsInherited: false,
    InheritanceType: 'None',
    IsValid: true,
  },
});

const permissionObject = (owner: { readonly id: string; readonly given: string; readonly surname: string }, user: string) => ({
  owner: owner.id,
  permission: {
    Identity: `${owner.given} ${owner.surname}`,
    User: user,
    AccessRights: ['FullAccess', 'ReadPermission'],
    IsInherited: false,
    Deny: false,
    InheritanceType: 'All',
    IsValid: true,
  },
});
