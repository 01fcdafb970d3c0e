// All attacks that can be started. Read by the control handlers and run.ts.
import { aitm } from './aitm.ts';
import type { Attack } from './attack.ts';
import { azureAto, azureAtoExfiltration, azureAtoMailAdmin } from './azure-ato.ts';
import { deviceCode } from './device-code.ts';
import { exchangeOauthSpam } from './exchange-oauth-spam.ts';
import { nobeliumAgent, nobeliumSupport } from './nobelium-support.ts';
import { takeover } from './takeover.ts';
import { verifiedPublisherConsent } from './verified-publisher-consent.ts';

export const attacks: readonly Attack[] = [
  azureAto,
  azureAtoMailAdmin,
  azureAtoExfiltration,
  verifiedPublisherConsent,
  exchangeOauthSpam,
  nobeliumSupport,
  nobeliumAgent,
  deviceCode,
  aitm,
  takeover,
];
