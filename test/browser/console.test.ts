// The console in a real browser, on the whole guard. One guard for all of it: an attack takes its time, and meanwhile the other pages are tried.
import { afterAll, beforeAll, describe } from 'vitest';
import { peopleAtTheConsole } from './people.ts';
import { type Given, givenGuard } from './running-guard.ts';
import { takeover } from './takeover.ts';

const given: Given = givenGuard();
beforeAll(() => given.start(), 120_000);
afterAll(() => given.close());

const story = takeover(given);
story.begins();
// In a group of its own, as it opens and closes a page around each test.
describe('meanwhile', () => peopleAtTheConsole(given));
story.ends();
