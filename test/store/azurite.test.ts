// The contract suite on the emulator of Azure Storage.
import { afterAll, beforeAll } from 'vitest';
import type { AzureBackend } from '../../src/store/azure.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { describeStore } from './contract.ts';

let azurite: Azurite;
let backend: AzureBackend;
beforeAll(async () => {
  azurite = await startAzurite();
  backend = await azurite.backend();
});
afterAll(() => azurite?.stop());

describeStore('Azurite', () => backend);
