// All attacks that can be started. Read by the control handlers and run.ts.
import type { Attack } from './attack.ts';
import { azureAto, azureAtoExfiltration, azureAtoMailAdmin } from './azure-ato.ts';

import { nobeliumSupport } from './nobelium-support.ts';

export const attacks: readonly Attack[] = [azureAto, azureAtoMailAdmin, azureAtoExfiltration, nobeliumSupport];
