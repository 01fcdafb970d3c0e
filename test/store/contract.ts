// What every store must do, whatever keeps its rows. Run on memory and on Azurite, so that a test on memory proves something about the real thing.
import { describe } from 'vitest';
import type { Backend } from '../../src/store/backend.ts';
import { describeBackend } from './contract-backend.ts';
import { describeData } from './contract-data.ts';
import { describeFleet } from './contract-fleet.ts';
import { describeIsolation } from './contract-isolation.ts';
import { describeJournal } from './contract-journal.ts';
import { describeRefusals } from './contract-refusals.ts';
import { describeState } from './contract-state.ts';

/** @param backendOf called by each test; may give the same backend again, since every test works in a tenant of its own */
export function describeStore(name: string, backendOf: () => Backend): void {
  describe(`store on ${name}`, () => {
    describeBackend(backendOf);
    describeState(backendOf);
    describeData(backendOf);
    describeFleet(backendOf);
    describeJournal(backendOf);
    describeIsolation(backendOf);
    describeRefusals(backendOf);
  });
}
