// Names that consent phishing borrows, with the addresses and the publishers that bear them by right. Read by look-alike.ts and publisher.ts.
// Which: the names of the campaigns of December 2022 and of 2025 (Proofpoint on false publishers, and on false Adobe, DocuSign, SharePoint and RingCentral), and the software
// of work among the most imitated brands (Check Point's brand phishing reports, 2020 to 2025). Addresses and publishers: the owners' own sites and lists of their domains
// (help.dropbox.com, v2fly/domain-list-community), and their verified publishers in Microsoft's app gallery, November 2026.
// A brand that is not here is neither right nor wrong. Left out: words that many names hold by right (Teams, Word, Box, Meet, Copilot, Authenticator); in other letters
// they still mix scripts.

export interface Brand {
  readonly id: string;
  /** As an application is called. */
  readonly names: readonly string[];
  /** Domains, and all below them. */
  readonly domains: readonly string[];
  /** Domains of its own below which anybody may answer: they prove nothing for somebody who is not verified. */
  readonly rented?: readonly string[];
  /** The verified publisher, as a whole. */
  readonly publisher: RegExp;
}

/** The owner's name and nothing more than the form of the company: "Adobe Inc.", and not "Adobe Fans Ltd". */
const owner = (names: string): RegExp =>
  new RegExp(
    String.raw`^(?:${names})(?:,? (?:inc|incorporated|llc|ltd|limited|pty|corp|corporation|co|company|unlimited company|gmbh|ag|b\.?v|s\.?a|plc|ireland|international|technologies|systems))*\.?$`,
    'i',
  );

export const brands: readonly Brand[] = [
  {
    id: 'Microsoft',
    names: [
      'Microsoft',
      'Microsoft 365',
      'Office 365',
      'M365',
      'O365',
      'Outlook',
      'OneDrive',
      'OneNote',
      'SharePoint',
      'Exchange Online',
      'MS Teams',
      'Microsoft Teams',
      'Microsoft Authenticator',
      'Microsoft Defender',
      'Entra ID',
      'Azure',
      'Azure AD',
      'Intune',
      'Windows',
      'Power BI',
      'Power Automate',
      'Power Apps',
      'Dynamics 365',
      'Yammer',
      'Viva Engage',
      'Skype',
      'Hotmail',
    ],
    domains: [
      'microsoft.com',
      'microsoftonline.com',
      'microsoft365.com',
      'office.com',
      'office365.com',
      'office.net',
      'live.com',
      'outlook.com',
      'hotmail.com',
      'portal.azure.com',
      'login.windows.net',
      'cloud.microsoft',
      'powerbi.com',
      'yammer.com',
      'skype.com',
    ],
    rented: [
      'azure.com',
      'azure.net',
      'windows.net',
      'azurewebsites.net',
      'sharepoint.com',
      'onmicrosoft.com',
      'dynamics.com',
      'powerapps.com',
    ],
    publisher: owner('microsoft'),
  },
  { id: 'LinkedIn', names: ['LinkedIn', 'LinkedIn Learning'], domains: ['linkedin.com'], publisher: owner('linkedin|microsoft') },
  { id: 'GitHub', names: ['GitHub'], domains: ['github.com', 'githubapp.com'], publisher: owner('github|microsoft') },
  {
    id: 'Zoom',
    names: ['Zoom', 'Zoom Meetings', 'Zoom Workplace', 'Zoom Phone'],
    domains: ['zoom.us', 'zoom.com', 'zoomgov.com'],
    publisher: owner('zoom (?:video )?communications'),
  },
  {
    id: 'Adobe',
    names: ['Adobe', 'Adobe Sign', 'Adobe Drive', 'Adobe Acrobat', 'Acrobat', 'Acrobat Sign', 'Creative Cloud'],
    domains: ['adobe.com', 'adobelogin.com', 'adobesign.com', 'acrobat.com', 'adobe.io', 'adobecc.com', 'echosign.com'],
    publisher: owner('adobe'),
  },
  { id: 'DocuSign', names: ['DocuSign'], domains: ['docusign.com', 'docusign.net'], publisher: owner('docusign') },
  {
    id: 'Dropbox',
    names: ['Dropbox', 'Dropbox Sign', 'HelloSign', 'DocSend'],
    domains: ['dropbox.com', 'dropboxapi.com', 'dropboxbusiness.com', 'hellosign.com', 'docsend.com'],
    publisher: owner('dropbox'),
  },
  {
    id: 'Google',
    names: ['Google', 'Gmail', 'Google Drive', 'Google Workspace', 'Google Authenticator'],
    domains: ['google.com', 'googleapis.com', 'gmail.com', 'withgoogle.com'],
    rented: ['googleusercontent.com', 'appspot.com', 'web.app', 'run.app'],
    publisher: owner('google'),
  },
  { id: 'Apple', names: ['Apple', 'iCloud'], domains: ['apple.com', 'icloud.com'], publisher: owner('apple') },
  {
    id: 'Amazon',
    names: ['Amazon', 'Amazon WorkMail'],
    domains: ['amazon.com'],
    rented: ['amazonaws.com', 'cloudfront.net'],
    publisher: owner('amazon(?: web services|\\.com(?: services)?)?'),
  },
  { id: 'Slack', names: ['Slack'], domains: ['slack.com', 'slack-edge.com'], publisher: owner('slack|salesforce|salesforce\\.com') },
  {
    id: 'Salesforce',
    names: ['Salesforce'],
    domains: ['salesforce.com', 'salesforceliveagent.com', 'exacttarget.com'],
    rented: ['force.com', 'site.com', 'pardot.com'],
    publisher: owner('salesforce|salesforce\\.com'),
  },
  {
    id: 'Webex',
    names: ['Webex', 'Cisco Webex'],
    domains: ['webex.com', 'cisco.com', 'ciscospark.com', 'wbx2.com'],
    publisher: owner('cisco|cisco webex'),
  },
  { id: 'Okta', names: ['Okta', 'Okta Verify'], domains: ['okta.com', 'oktapreview.com', 'okta-emea.com'], publisher: owner('okta') },
  { id: 'RingCentral', names: ['RingCentral'], domains: ['ringcentral.com', 'ringcentral.biz'], publisher: owner('ringcentral') },
  {
    id: 'GoTo',
    names: ['GoToMeeting', 'LogMeIn'],
    domains: ['goto.com', 'gotomeeting.com', 'logmein.com', 'logmeininc.com'],
    publisher: owner('goto|goto group|logmein'),
  },
  { id: 'TeamViewer', names: ['TeamViewer'], domains: ['teamviewer.com'], publisher: owner('teamviewer|teamviewer germany') },
  {
    id: 'Atlassian',
    names: ['Atlassian', 'Jira', 'Confluence', 'Bitbucket', 'Trello'],
    domains: ['atlassian.com', 'atlassian.net', 'bitbucket.org', 'trello.com'],
    publisher: owner('atlassian'),
  },
  { id: 'ServiceNow', names: ['ServiceNow'], domains: ['servicenow.com', 'service-now.com'], publisher: owner('servicenow') },
  { id: 'Workday', names: ['Workday'], domains: ['workday.com', 'myworkday.com'], publisher: owner('workday') },
  {
    id: 'ShareFile',
    names: ['ShareFile', 'Citrix'],
    domains: ['sharefile.com', 'citrix.com', 'cloud.com'],
    publisher: owner('sharefile|citrix|progress software|cloud software group'),
  },
  { id: 'WeTransfer', names: ['WeTransfer'], domains: ['wetransfer.com', 'wetransfer.net'], publisher: owner('wetransfer|bending spoons') },
  { id: 'PandaDoc', names: ['PandaDoc'], domains: ['pandadoc.com'], publisher: owner('pandadoc') },
  { id: 'HubSpot', names: ['HubSpot'], domains: ['hubspot.com', 'hubapi.com'], publisher: owner('hubspot') },
  {
    id: 'Mailchimp',
    names: ['Mailchimp'],
    domains: ['mailchimp.com', 'intuit.com'],
    publisher: owner('mailchimp|intuit|the rocket science group'),
  },
  { id: 'QuickBooks', names: ['QuickBooks', 'Intuit'], domains: ['quickbooks.com', 'intuit.com'], publisher: owner('intuit') },
  { id: 'PayPal', names: ['PayPal'], domains: ['paypal.com'], publisher: owner('paypal') },
  { id: 'WhatsApp', names: ['WhatsApp'], domains: ['whatsapp.com', 'whatsapp.net'], publisher: owner('whatsapp|meta|meta platforms') },
  {
    id: 'Facebook',
    names: ['Facebook', 'Instagram'],
    domains: ['facebook.com', 'instagram.com', 'meta.com'],
    publisher: owner('facebook|meta|meta platforms'),
  },
];
