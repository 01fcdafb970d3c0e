// The contract suite in memory.
import { memoryBackend } from '../../src/store/memory.ts';
import { describeStore } from './contract.ts';

describeStore('memory', () => memoryBackend());
