// What no feed may call bad: Microsoft's own domains, applications and autonomous systems, and names that many strangers share. Short on purpose, each with its source. Read by vet.ts.
import { everydayApplications } from '../../context/microsoft-applications.ts';

/**
 * Theirs with everything below: "Office 365 URLs and IP address ranges" (learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges), as far as only Microsoft publishes there;
 * November 2026.
 */
export const microsoftDomains: readonly string[] = [
  'aadcdn.msauth.net',
  'aadcdn.msftauth.net',
  'aka.ms',
  'azure.com',
  'azure.net',
  'bing.com',
  'live.com',
  'microsoft.com',
  'microsoftonline.com',
  'microsoftonline-p.com',
  'microsoftonline.us',
  'msauth.net',
  'msftauth.net',
  'msn.com',
  'msidentity.com',
  'office.com',
  'office.net',
  'office365.com',
  'office365.us',
  'outlook.com',
  'skype.com',
  'teams.microsoft.com',
  'windows.com',
  'windowsupdate.com',
  'yammer.com',
];

/** Themselves only: everybody's tenant, site or mailbox stands below or behind them, an attacker's too. The public suffix list does not hold them. */
export const sharedDomains: readonly string[] = [
  'onmicrosoft.com',
  'sharepoint.com',
  'windows.net',
  'core.windows.net',
  'azurewebsites.net',
  'azureedge.net',
  'trafficmanager.net',
  'gmail.com',
  'googlemail.com',
  'google.com',
  'hotmail.com',
  'yahoo.com',
  'icloud.com',
  'dropbox.com',
  'github.com',
];

/** Mailboxes of strangers: an address there may well be an attacker's. */
export const mailProviders: readonly string[] = ['outlook.com', 'live.com', 'msn.com'];

/**
 * Microsoft's larger autonomous systems (Azure internet peering policy, learn.microsoft.com/azure/internet-peering/policy, and ARIN's entries of the organisation; November 2026). Azure's
 * customers send from some of them too: as a network they say nothing.
 */
export const microsoftSystems: readonly number[] = [3598, 8068, 8069, 8070, 8071, 8072, 8073, 8074, 8075, 12076];

/** Microsoft's first-party applications that nearly every sign-in names. */
export const microsoftApplications: readonly string[] = Object.keys(everydayApplications);
