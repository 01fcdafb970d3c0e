// azd postprovision: lets the app registrations trust the guard's identity and grants what they need in the home tenant. The responder's rights only when
// TG_GRANT_RESPONDER is true: until then the guard can watch, but change nothing.
import { setTimeout as wait } from 'node:timers/promises';
import { azd, given, tokenFor } from '../setup/azd.ts';
import { createCall, patiently } from '../setup/call.ts';
import { cloudOf } from '../setup/clouds.ts';
import { asCommands, createGranter } from '../setup/grants.ts';
import { eventResourcesOf, optionalFeedsOf } from '../setup/permissions.ts';
import { findRegistration } from '../setup/registrations.ts';

const environment = process.env;
const cloud = cloudOf(environment['TG_CLOUD']);
const homeTenant = given(environment, 'AZURE_TENANT_ID', 'azd provision');
const identity = { principalId: given(environment, 'TG_IDENTITY_PRINCIPAL_ID', 'azd provision'), homeTenant };
const graph = patiently(createCall({ host: cloud.graph, token: tokenFor(azd, cloud.graph, homeTenant) }), wait);
const granter = createGranter({ graph, cloud });

const [reader, responder, page] = await Promise.all(
  ['TG_READER_APP', 'TG_RESPONDER_APP', 'TG_CONSOLE_APP'].map((name) =>
    findRegistration(graph, given(environment, name, 'azd provision (its first hook)')),
  ),
);
if (reader === undefined || responder === undefined || page === undefined) throw new Error('three names give three registrations');
await granter.trustIdentity(reader, identity);
await granter.trustIdentity(responder, identity);
await granter.setConsoleAddress(page, given(environment, 'TG_CONSOLE_URL', 'azd provision'));
await granter.consentToConsole(page);
await granter.grant(reader, 'reader', {
  events: eventResourcesOf(environment['TG_EVENT_RESOURCES']),
  feeds: optionalFeedsOf(environment['TG_OPTIONAL_FEEDS']),
});
if (environment['TG_GRANT_RESPONDER'] === 'true') await granter.grant(responder, 'responder');
else
  console.log(
    'The responder was granted nothing: the guard watches and cannot act. When you want it to act: azd env set TG_GRANT_RESPONDER true, then azd hooks run postprovision.',
  );

for (const line of granter.done) console.log(`granted: ${line}`);
if (granter.pending.length > 0) {
  console.log(
    `\nYour account may not grant ${granter.pending.length} of the rights. Hand these lines to a Global or Privileged Role Administrator:\n`,
  );
  for (const line of asCommands(granter.pending, cloud)) console.log(line);
}
