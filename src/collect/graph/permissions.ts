// Application permissions of Microsoft Graph that feeds need, with their published ids (reference: graph, A.1).
import type { Permission } from '../../contracts/permission.ts';

const reader = (name: string, id: string): Permission => ({ kind: 'graph', name, id, holder: 'reader' });

export const auditLogRead = reader('AuditLog.Read.All', 'b0afded3-3588-46d8-8b3d-9842eff778da');
export const directoryRead = reader('Directory.Read.All', '7ab1d382-f21e-4acd-a863-ba3e13f7da61');
export const applicationRead = reader('Application.Read.All', '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30');
