// What foreign feeds list of one record: every value of it that a feed could name. Cost: one remembered look-up per value; nothing where no feed is read. Called by context.ts when a rule asks.
import type { ForeignIndicators } from '../../../contracts/indicators.ts';
import type { Observed } from '../../context/observed.ts';

const none: readonly string[] = [];

/** Ids, each once, sorted. */
export function foreignIn(foreign: ForeignIndicators | undefined, observed: Observed): readonly string[] {
  if (foreign === undefined) return none;
  const { address, autonomousSystem, userAgent, applicationId } = observed;
  const { time } = observed.activity;
  let found = none;
  if (address !== undefined) found = both(found, foreign.address(address, time));
  if (autonomousSystem !== undefined) found = both(found, foreign.match('network', String(autonomousSystem), time));
  if (userAgent !== undefined) found = both(found, foreign.match('user-agent', userAgent, time));
  if (applicationId !== undefined) found = both(found, foreign.match('application', applicationId, time));
  for (const domain of observed.domains) found = both(found, foreign.domain(domain, time));
  for (const url of observed.urls) found = both(found, foreign.match('url', url, time));
  for (const email of observed.emails) found = both(found, foreign.match('email', email, time));
  return found.length === 0 ? none : [...new Set(found)].sort();
}

/** Nearly always there is nothing, and nothing is made. */
const both = (found: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? found : found.length === 0 ? more : [...found, ...more];
