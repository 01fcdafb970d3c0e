// Names of Microsoft's own applications, for records that carry only an id (those of the unified audit log). From "Verify first-party Microsoft applications in sign-in reports"
// (learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in; November 2026). Used by facts.ts; whose ids nearly every sign-in names, by indicators/feeds/not-theirs.ts.

/** Attackers use them; so does everybody. */
export const everydayApplications: Readonly<Record<string, string>> = {
  '00000002-0000-0000-c000-000000000000': 'Windows Azure Active Directory',
  '00000002-0000-0ff1-ce00-000000000000': 'Office 365 Exchange Online',
  '00000003-0000-0000-c000-000000000000': 'Microsoft Graph',
  '00000003-0000-0ff1-ce00-000000000000': 'Office 365 SharePoint Online',
  '00000004-0000-0ff1-ce00-000000000000': 'Skype for Business Online',
  '00000006-0000-0ff1-ce00-000000000000': 'Microsoft 365 portal',
  '00000007-0000-0000-c000-000000000000': 'Dynamics CRM',
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46': 'Microsoft Azure CLI',
  '0ec893e0-5785-4de6-99da-4ed124e5296c': 'Office UWP PWA',
  '14d82eec-204b-4c2f-b7e8-296a70dab67e': 'Microsoft Graph Command Line Tools',
  '1950a258-227b-4e31-a9cf-717495945fc2': 'Microsoft Azure PowerShell',
  '1fec8e78-bce4-4aaf-ab1b-5451cc387264': 'Microsoft Teams',
  '27922004-5251-4030-b22d-91ecd9a37ea4': 'Outlook Mobile',
  '29d9ed98-a469-4536-ade2-f981bc1d605e': 'Microsoft Authentication Broker',
  '4765445b-32c6-49b0-83e6-1d93765276ca': 'OfficeHome',
  '4813382a-8fa7-425e-ab75-3b753aab3abb': 'Microsoft Authenticator App',
  '5e3ce6c0-2b1f-4285-8d4b-75ee78787346': 'Microsoft Teams Web Client',
  '797f4846-ba00-4fd7-ba43-dac1f8f63013': 'Windows Azure Service Management API',
  '872cd9fa-d31f-45e0-9eab-6e460a02d1f1': 'Visual Studio',
  '89bee1f7-5e6e-4d8a-9f3d-ecd601259da7': 'Office365 Shell WCSS-Client',
  '9199bf20-a13f-4107-85dc-02114787ef48': 'One Outlook Web',
  'ab9b8c07-8f02-4f72-87fa-80105867a763': 'OneDrive SyncEngine',
  'c44b4083-3bb0-49c1-b47d-974e53cbdf3c': 'Azure Portal',
  'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe': 'Microsoft Teams Services',
  'd3590ed6-52b3-4102-aeff-aad2292ab01c': 'Microsoft Office',
  'de8bc8b5-d9f9-48b1-a8ad-b748da725064': 'Graph Explorer',
  'fb78d390-0c51-40cd-8e17-fdbfab77341b': 'Microsoft Exchange REST API Based PowerShell',
};

const furtherApplications: Readonly<Record<string, string>> = {
  '01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9': 'Device Registration Service',
  '19db86c3-b2b9-44cc-b339-36da233a3be2': 'My Signins',
  '1b730954-1685-4b74-9bfd-dac224a7b894': 'Azure Active Directory PowerShell',
  'c5393580-f805-4401-95e8-94b7a6ef2fc2': 'Office 365 Management APIs',
};

const names = new Map(Object.entries({ ...everydayApplications, ...furtherApplications }));

/** @param id in lower case; undefined for what is none of Microsoft's, or not known here */
export const microsoftApplicationName = (id: string | undefined): string | undefined => (id === undefined ? undefined : names.get(id));
