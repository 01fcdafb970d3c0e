// Fields of Graph's security alert (alerts_v2), and the names under which public rules know such alerts as records of the compliance centre.
import type { FieldTable, Source } from './field-table.ts';
import { missing } from './field-table.ts';

/** Services whose alerts the compliance centre (unified audit, workload SecurityComplianceCenter) tells of too. */
const complianceCentre: ReadonlySet<string> = new Set([
  'microsoftDefenderForCloudApps',
  'microsoftAppGovernance',
  'microsoftDefenderForOffice365',
  'dataLossPrevention',
  'microsoftInsiderRiskManagement',
  'office365',
]);

const eventSource = (record: Source): unknown => {
  const service = record['serviceSource'];
  if (typeof service !== 'string') return undefined;
  return complianceCentre.has(service) ? 'SecurityComplianceCenter' : missing;
};

export const securityAlertFields: FieldTable = {
  shape: 'security-alert',
  known: [
    'id',
    'actorDisplayName',
    'additionalData',
    'alertPolicyId',
    'alertWebUrl',
    'assignedTo',
    'category',
    'classification',
    'createdDateTime',
    'description',
    'detectionSource',
    'detectorId',
    'determination',
    'evidence.remediationStatus',
    'evidence.verdict',
    'evidence.roles',
    'evidence.tags',
    'evidence.appId',
    'evidence.displayName',
    'evidence.ipAddress',
    'evidence.countryLetterCode',
    'evidence.deviceDnsName',
    'evidence.primaryAddress',
    'evidence.subject',
    'evidence.p1Sender.emailAddress',
    'evidence.recipientEmailAddress',
    'evidence.senderIp',
    'evidence.url',
    'evidence.userAccount.azureAdUserId',
    'evidence.userAccount.displayName',
    'evidence.userAccount.userPrincipalName',
    'firstActivityDateTime',
    'incidentId',
    'incidentWebUrl',
    'lastActivityDateTime',
    'lastUpdateDateTime',
    'mitreTechniques',
    'productName',
    'providerAlertId',
    'recommendedActions',
    'resolvedDateTime',
    'serviceSource',
    'severity',
    'status',
    'systemTags',
    'tenantId',
    'threatDisplayName',
    'threatFamilyName',
    'title',
  ],
  complete: true,
  operations: [],
  encoded: [],
  derived: {
    eventSource,
    // The record that the compliance centre writes of an alert says that raising it succeeded. What is here was raised.
    eventStatus: () => 'success',
  },
  aliases: {
    AlertName: 'title',
    DisplayName: 'title',
    AlertSeverity: 'severity',
    eventName: 'title',
    ProductName: 'productName',
    Tactics: 'category',
    TimeGenerated: 'createdDateTime',
    CompromisedEntity: 'evidence.userAccount.userPrincipalName',
  },
};
