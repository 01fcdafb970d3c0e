// What can be done about somebody who acts here and has no account of this tenant's: by hand, and by whom. Pure; used by plan.ts and the card.
import { parseSubject } from '../contracts/ids.ts';
import type { Account, Incident } from '../contracts/incident.ts';
import { clean } from '../incidents/text.ts';

export const deletedUsers = 'https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/DeletedUsers';

/** One sentence, ending with the address of the page where it is done, if there is one. */
type Advice = (who: string) => string;
const advice: Readonly<Record<Exclude<NonNullable<Account['outside']>, 'guest'>, Advice>> = {
  support: (who) =>
    `${who} comes from Microsoft’s support and isn’t in this directory: ask Microsoft for which case, and to end the access if nobody opened one:` +
    ' https://admin.microsoft.com/Adminportal/Home#/support/requests',
  provider: (who) =>
    `${who} is a service provider’s and isn’t in this directory: telephone the provider to block the account, or end the relationship:` +
    ' https://admin.microsoft.com/Adminportal/Home#/partners',
  partner: (who) =>
    `${who} is of an organisation that connects directly and isn’t in this directory: ask it to block the account, or close the connection:` +
    ' https://entra.microsoft.com/#view/Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/CrossTenantAccessSettings',
  absent: (who) =>
    `${who} isn’t in this directory: deleted, or another organisation’s; ask that one to block it. Deleted users: ${deletedUsers}`,
};

export const nameOf = ({ subject, name }: Account): string => clean(name ?? parseSubject(subject).id, 120);

/** Accounts of the case on which no step here can act. A guest has an object here, which can be disabled. */
export const outsidersOf = ({ accounts = [] }: Pick<Incident, 'accounts'>): Account[] =>
  accounts.filter(({ outside }) => outside !== undefined && outside !== 'guest');

export const byHand = (incident: Pick<Incident, 'accounts'>): string[] =>
  outsidersOf(incident).map((account) => {
    const { outside } = account;
    return outside === undefined || outside === 'guest' ? '' : advice[outside](nameOf(account));
  });
