// Rules as the community writes them, about the same things, in words of our own: most of them describe what administrators and people do all day. Used by ordinary-month.test.ts.

interface Row {
  readonly title: string;
  readonly log: 'auditlogs' | 'signinlogs' | 'riskdetection' | 'audit';
  readonly level: 'low' | 'medium' | 'high';
  readonly selection: Readonly<Record<string, unknown>>;
}

const audits = (title: string, level: Row['level'], ...operations: readonly string[]): Row => ({
  title,
  log: 'auditlogs',
  level,
  selection: { OperationName: operations },
});
const signIns = (title: string, level: Row['level'], selection: Row['selection']): Row => ({ title, log: 'signinlogs', level, selection });
const mail = (title: string, level: Row['level'], selection: Row['selection']): Row => ({ title, log: 'audit', level, selection });
const risk = (type: string): Row => ({
  title: `Risk detected, ${type}`,
  log: 'riskdetection',
  level: 'high',
  selection: { riskEventType: type },
});

const rows: readonly Row[] = [
  audits('Somebody was given a role', 'medium', 'Add member to role', 'Add eligible member to role'),
  audits('A role was activated', 'high', 'Add member to role completed (PIM activation)'),
  audits('A password was set by somebody else', 'medium', 'Reset user password', 'Reset password (by admin)'),
  audits('A password was changed', 'low', 'Change user password', 'Change password (self-service)'),
  audits(
    'A sign-in method changed',
    'medium',
    'User registered security info',
    'User deleted security info',
    'Admin registered security info',
    'Admin deleted security info',
  ),
  audits('A user was made', 'low', 'Add user'),
  audits('A user was deleted', 'low', 'Delete user'),
  audits('A guest was invited', 'medium', 'Invite external user'),
  audits('A group got a member', 'low', 'Add member to group'),
  audits('A device came', 'low', 'Register device', 'Add registered owner to device'),
  audits('Somebody consented to an application', 'low', 'Consent to application'),
  audits('An application came', 'medium', 'Add application', 'Add service principal'),
  audits('An application got an owner', 'medium', 'Add owner to application', 'Add owner to service principal'),
  audits('An application changed', 'medium', 'Update application', 'Update service principal'),
  audits(
    'An access policy changed',
    'medium',
    'Add conditional access policy',
    'Update conditional access policy',
    'Delete conditional access policy',
  ),
  audits('A domain was federated', 'high', 'Set federation settings on domain', 'Set domain authentication'),
  audits('Consent was given for all', 'high', 'Add delegated permission grant', 'Add app role assignment to service principal'),
  { ...audits('A secret was added', 'high'), selection: { 'OperationName|contains': 'Certificates and secrets management' } },
  {
    ...audits('A temporary pass', 'high'),
    selection: { 'OperationName|contains': 'security info', 'ResultReason|contains': 'temporary access pass' },
  },
  signIns('A device that is not managed', 'high', { 'DeviceDetail.isCompliant': false, ResultType: 0 }),
  signIns('A device that nobody knows', 'low', { 'DeviceDetail.deviceId': '', ResultType: 0 }),
  signIns('A wrong password', 'medium', { ResultType: 50126 }),
  signIns('A second factor was not given', 'medium', { ResultType: [50074, 50076, 500121] }),
  signIns('The sign-in was interrupted', 'medium', { ResultType: 50140 }),
  signIns('Blocked by policy', 'high', { ResultType: [53000, 53003] }),
  signIns('One factor was enough', 'low', { AuthenticationRequirement: 'singleFactorAuthentication', ResultType: 0 }),
  signIns('Old protocols', 'high', { ClientAppUsed: ['IMAP4', 'POP3', 'Authenticated SMTP'] }),
  signIns('A device code', 'medium', { AuthenticationProtocol: 'deviceCode' }),
  signIns('An administrator’s command line', 'medium', {
    AppDisplayName: ['Azure Active Directory PowerShell', 'Microsoft Graph Command Line Tools'],
  }),
  signIns('From another country', 'medium', { 'Location|contains': ['NL', 'US', 'JP'], ResultType: 0 }),
  mail('A mailbox rule', 'medium', { Operation: ['New-InboxRule', 'Set-InboxRule', 'UpdateInboxRules'] }),
  mail('A mail flow rule', 'medium', { Operation: ['New-TransportRule', 'Set-TransportRule'] }),
  mail('Rights on a mailbox', 'medium', { Operation: ['Add-MailboxPermission', 'Add-RecipientPermission'] }),
  mail('A mailbox was changed', 'low', { Operation: ['Set-Mailbox', 'Set-CASMailbox'] }),
  mail('A connector was changed', 'high', { Operation: ['New-InboundConnector', 'Set-InboundConnector'] }),
  risk('unfamiliarFeatures'),
  risk('anonymizedIPAddress'),
  risk('leakedCredentials'),
];

const textOf = ({ title, log, level, selection }: Row, index: number): string => `title: ${JSON.stringify(title)}
id: 00000000-0000-4000-a000-${String(index).padStart(12, '0')}
status: test
logsource: ${JSON.stringify(log === 'audit' ? { product: 'm365', service: log } : { product: 'azure', service: log })}
detection:
  selection: ${JSON.stringify(selection)}
  condition: selection
level: ${level}
`;

export const communityStyleRules = rows.map((row, index) => ({ file: `community/rules/${index}.yml`, text: textOf(row, index) }));
