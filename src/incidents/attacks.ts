// The attacks by name that a case holds. Two on one person within the same hours are one case: nothing in the records tells surely which sign-in was whose. Pure; used by alert and the console.
import type { Incident } from '../contracts/incident.ts';

/** Of rules that people brought together; no attack that has a name. */
const nameless = 'community';

/** Titles of the confirmed ones; what attacks of all kinds have in common names none. */
export const attacksIn = ({ campaigns }: Pick<Incident, 'campaigns'>): string[] =>
  campaigns.filter(({ id, confirmed, general }) => confirmed && general !== true && id !== nameless).map(({ title }) => title);

/** "It ends the case for both attacks: “A” and “B”." Undefined where there are no two. */
export function endsForAll(incident: Pick<Incident, 'campaigns'>): string | undefined {
  const attacks = attacksIn(incident).map((title) => `“${title}”`);
  const last = attacks.pop();
  if (last === undefined || attacks.length === 0) return undefined;
  return `It ends the case for ${attacks.length === 1 ? 'both' : 'all'} attacks: ${attacks.join(', ')} and ${last}.`;
}
