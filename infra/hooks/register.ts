// azd preprovision: makes the three app registrations and keeps their client ids in the azd environment, where main.parameters.json finds them.
import { setTimeout as wait } from 'node:timers/promises';
import { azd, given, tokenFor } from '../setup/azd.ts';
import { createCall, patiently } from '../setup/call.ts';
import { cloudOf } from '../setup/clouds.ts';
import { optionalFeedsOf } from '../setup/permissions.ts';
import { ensureRegistration, type Role } from '../setup/registrations.ts';

const settingOf: Readonly<Record<Role, string>> = { reader: 'TG_READER_APP', responder: 'TG_RESPONDER_APP', console: 'TG_CONSOLE_APP' };

const environment = process.env;
const missing = (Object.keys(settingOf) as Role[]).filter((role) => !environment[settingOf[role]]);
// Somebody else may have registered the applications: given ids are taken as they are, unless this is where they came from.
if (missing.length > 0 || environment['TG_REGISTERED_HERE'] === 'true') {
  const { graph } = cloudOf(environment['TG_CLOUD']);
  const call = patiently(createCall({ host: graph, token: tokenFor(azd, graph, environment['AZURE_TENANT_ID']) }), wait);
  const optional = optionalFeedsOf(environment['TG_OPTIONAL_FEEDS']);
  for (const role of ['reader', 'responder', 'console'] as const) {
    const { appId } = await ensureRegistration(call, given(environment, 'AZURE_ENV_NAME', 'azd env new'), role, optional);
    azd('env', 'set', settingOf[role], appId);
    console.log(`${role}: app registration ${appId}`);
  }
  azd('env', 'set', 'TG_REGISTERED_HERE', 'true');
}
