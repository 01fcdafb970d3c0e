// What no feed may call bad: Microsoft's own domains, applications and autonomous systems, and names that many strangers share. Short on purpose, each with its source. Read by vet.ts.

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

/**
 * Microsoft's first-party applications that nearly every sign-in names ("Verify first-party Microsoft applications in sign-in reports", learn.microsoft.com/troubleshoot/entra/entra-id/governance/
 * verify-first-party-apps-sign-in; November 2026). Attackers use them; so does everybody.
 */
export const microsoftApplications: readonly string[] = [
  '00000002-0000-0000-c000-000000000000', // Windows Azure Active Directory
  '00000002-0000-0ff1-ce00-000000000000', // Office 365 Exchange Online
  '00000003-0000-0000-c000-000000000000', // Microsoft Graph
  '00000003-0000-0ff1-ce00-000000000000', // Office 365 SharePoint Online
  '00000004-0000-0ff1-ce00-000000000000', // Skype for Business Online
  '00000006-0000-0ff1-ce00-000000000000', // Microsoft 365 portal
  '00000007-0000-0000-c000-000000000000', // Dynamics CRM
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46', // Azure CLI
  '0ec893e0-5785-4de6-99da-4ed124e5296c', // Office UWP
  '14d82eec-204b-4c2f-b7e8-296a70dab67e', // Microsoft Graph command line tools
  '1950a258-227b-4e31-a9cf-717495945fc2', // Azure PowerShell
  '1fec8e78-bce4-4aaf-ab1b-5451cc387264', // Teams
  '27922004-5251-4030-b22d-91ecd9a37ea4', // Outlook Mobile
  '29d9ed98-a469-4536-ade2-f981bc1d605e', // Authentication Broker
  '4765445b-32c6-49b0-83e6-1d93765276ca', // OfficeHome
  '4813382a-8fa7-425e-ab75-3b753aab3abb', // Authenticator
  '5e3ce6c0-2b1f-4285-8d4b-75ee78787346', // Teams web client
  '797f4846-ba00-4fd7-ba43-dac1f8f63013', // Azure service management
  '872cd9fa-d31f-45e0-9eab-6e460a02d1f1', // Visual Studio
  '89bee1f7-5e6e-4d8a-9f3d-ecd601259da7', // Office 365 shell
  '9199bf20-a13f-4107-85dc-02114787ef48', // One Outlook web
  'ab9b8c07-8f02-4f72-87fa-80105867a763', // OneDrive sync
  'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', // Azure portal
  'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe', // Teams services
  'd3590ed6-52b3-4102-aeff-aad2292ab01c', // Microsoft Office
  'de8bc8b5-d9f9-48b1-a8ad-b748da725064', // Graph Explorer
  'fb78d390-0c51-40cd-8e17-fdbfab77341b', // Exchange REST PowerShell
];
