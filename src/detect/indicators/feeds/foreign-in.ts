// What foreign feeds list of one record: every value of it that a feed could name. Cost: one remembered look-up per value; nothing where no feed is read. Called by context.ts when a rule asks.
import type { ForeignIndicators } from '../../../contracts/indicators.ts';
import type { Observed } from '../../context/observed.ts';

const none: readonly string[] = [];

/** Ids, each once, sorted. */
export function foreignIn(foreign: ForeignIndicators | undefined, observed: Observed): readonly string[] {
  if (foreign === undefined) return none;
  const { address, autonomousSystem, userAgent, applicationId } = observed;
  const { time } = observed.activity;
  const found: string[] = [];
  const add = (ids: readonly string[]): void => {
    for (const id of ids) found.push(id);
  };
  if (address !== undefined) add(foreign.address(address, time));
  if (autonomousSystem !== undefined) add(foreign.match('network', String(autonomousSystem), time));
  if (userAgent !== undefined) add(foreign.match('user-agent', userAgent, time));
  if (applicationId !== undefined) add(foreign.match('application', applicationId, time));
  for (const domain of observed.domains) add(foreign.domain(domain, time));
  for (const url of observed.urls) add(foreign.match('url', url, time));
  for (const email of observed.emails) add(foreign.match('email', email, time));
  return found.length === 0 ? none : [...new Set(found)].sort();
}
