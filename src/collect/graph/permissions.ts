// Application permissions of Microsoft Graph that feeds need, with their published ids (reference: graph, A.1).
import type { Permission } from '../../contracts/permission.ts';

const reader = (name: string, id: string): Permission => ({ kind: 'graph', name, id, holder: 'reader' });

export const auditLogRead = reader('AuditLog.Read.All', 'b0afded3-3588-46d8-8b3d-9842eff778da');
export const directoryRead = reader('Directory.Read.All', '7ab1d382-f21e-4acd-a863-ba3e13f7da61');
export const applicationRead = reader('Application.Read.All', '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30');
export const policyRead = reader('Policy.Read.All', '246dd0d5-5bd0-4def-940b-0421030a5b68');
export const domainRead = reader('Domain.Read.All', 'dbb9058a-0e50-45d7-ae91-66909b5d4664');
export const delegatedAdminRead = reader('DelegatedAdminRelationship.Read.All', 'f6e9e124-4586-492f-adc0-c6f96e4823fd');
export const riskEventRead = reader('IdentityRiskEvent.Read.All', '6e472fd1-ad78-48da-a0f0-97ab2c6b769e');
export const securityAlertRead = reader('SecurityAlert.Read.All', '472e4a4d-bb4a-4026-98d1-0b0d74cb74a5');
export const auditLogsQueryRead = reader('AuditLogsQuery.Read.All', '5e1e9171-754d-478c-812c-f1755a9a4c2d');
