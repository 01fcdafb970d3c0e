// Names that consent phishing borrows, with the addresses and the publishers that bear them by right. Read by look-alike.ts and publisher.ts.
// Source: the owners' own sites and their verified publishers in Microsoft's app gallery, November 2026. A short list: a brand that is not here is neither right nor wrong.

export interface Brand {
  readonly id: string;
  /** As an application is called. */
  readonly names: readonly string[];
  /** Domains, and all below them. */
  readonly domains: readonly string[];
  /** The verified publisher, as a whole. */
  readonly publisher: RegExp;
}

export const brands: readonly Brand[] = [
  {
    id: 'Microsoft',
    names: [
      'Microsoft',
      'Office 365',
      'Microsoft 365',
      'Outlook',
      'OneDrive',
      'SharePoint',
      'Exchange Online',
      'Microsoft Teams',
      'Azure',
      'Intune',
      'Windows',
    ],
    domains: [
      'microsoft.com',
      'microsoftonline.com',
      'office.com',
      'office365.com',
      'live.com',
      'azure.com',
      'windows.net',
      'azurewebsites.net',
      'sharepoint.com',
    ],
    publisher: /^microsoft(?: corporation)?$/i,
  },
  {
    id: 'Zoom',
    names: ['Zoom', 'Zoom Meetings', 'Zoom Workplace'],
    domains: ['zoom.us', 'zoom.com'],
    publisher: /^zoom (?:video )?communications\b/i,
  },
  {
    id: 'Adobe',
    names: ['Adobe', 'Adobe Sign', 'Acrobat', 'Acrobat Sign'],
    domains: ['adobe.com', 'adobelogin.com', 'adobesign.com', 'acrobat.com', 'adobe.io'],
    publisher: /^adobe\b/i,
  },
  { id: 'DocuSign', names: ['DocuSign'], domains: ['docusign.com', 'docusign.net'], publisher: /^docusign\b/i },
  { id: 'Dropbox', names: ['Dropbox', 'Dropbox Sign', 'HelloSign'], domains: ['dropbox.com', 'hellosign.com'], publisher: /^dropbox\b/i },
  {
    id: 'Google',
    names: ['Google', 'Gmail', 'Google Workspace'],
    domains: ['google.com', 'googleapis.com', 'gmail.com'],
    publisher: /^google\b/i,
  },
  { id: 'Slack', names: ['Slack'], domains: ['slack.com'], publisher: /^(?:slack|salesforce)\b/i },
  { id: 'Salesforce', names: ['Salesforce'], domains: ['salesforce.com', 'force.com'], publisher: /^salesforce\b/i },
  { id: 'Webex', names: ['Webex', 'Cisco Webex'], domains: ['webex.com', 'cisco.com', 'ciscospark.com'], publisher: /^cisco\b/i },
  { id: 'Okta', names: ['Okta'], domains: ['okta.com', 'oktapreview.com', 'okta-emea.com'], publisher: /^okta\b/i },
  { id: 'LinkedIn', names: ['LinkedIn'], domains: ['linkedin.com'], publisher: /^(?:linkedin|microsoft)\b/i },
  { id: 'WeTransfer', names: ['WeTransfer'], domains: ['wetransfer.com'], publisher: /^(?:wetransfer|bending spoons)\b/i },
];
