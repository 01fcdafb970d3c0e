// What foreign feeds list of one record: every value of it that a feed could name. Cost: one remembered look-up per value; nothing where no feed is read. Called by context.ts when a rule asks.
import type { ForeignIndicators } from '../../../contracts/indicators.ts';
import type { Observed } from '../../context/observed.ts';

const none: readonly string[] = [];

/** Ids, each once, sorted. */
export function foreignIn(foreign: ForeignIndicators | undefined, observed: Observed): readonly string[] {
  if (foreign === undefined) return none;
  const { address, autonomousSystem, userAgent, applicationId } = observed;
  const { time } = observed.activity;
  const found = [
    address === undefined ? none : foreign.address(address, time),
    autonomousSystem === undefined ? none : foreign.match('network', String(autonomousSystem), time),
    userAgent === undefined ? none : foreign.match('user-agent', userAgent, time),
    applicationId === undefined ? none : foreign.match('application', applicationId, time),
    ...observed.domains.map((domain) => foreign.domain(domain, time)),
    ...observed.urls.map((url) => foreign.match('url', url, time)),
    ...observed.emails.map((email) => foreign.match('email', email, time)),
  ].filter((ids) => ids.length > 0);
  return found.length === 0 ? none : [...new Set(found.flat())].sort();
}
