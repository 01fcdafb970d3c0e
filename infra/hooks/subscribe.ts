// azd postdeploy: subscribes the function `commands` to the guard's own Event Grid topic.
import { setTimeout as wait } from 'node:timers/promises';
import { azd, given, tokenFor } from '../setup/azd.ts';
import { createCall } from '../setup/call.ts';
import { cloudOf } from '../setup/clouds.ts';
import { ensureSubscription } from '../setup/subscription.ts';

const environment = process.env;
const { resourceManager } = cloudOf(environment['TG_CLOUD']);
const arm = createCall({ host: resourceManager, token: tokenFor(azd, resourceManager, environment['AZURE_TENANT_ID']) });
await ensureSubscription(
  arm,
  {
    topicId: given(environment, 'AZURE_EVENT_GRID_TOPIC_ID', 'azd provision'),
    functionAppId: given(environment, 'AZURE_FUNCTION_ID', 'azd provision'),
    deadLetterStorageId: given(environment, 'AZURE_DEAD_LETTER_STORAGE_ID', 'azd provision'),
  },
  async (milliseconds) => {
    console.log('waiting for Event Grid …');
    await wait(milliseconds);
  },
);
console.log('The function "commands" listens to the guard’s topic.');
